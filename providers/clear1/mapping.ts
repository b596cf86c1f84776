import { CHECK_KINDS, lookUp, notRun, reopened } from '../kit/index.js';
import type { Check, ProviderReport, ReportStatus } from '../kit/index.js';
import { toCheck, type CheckReading } from './check-answers.js';
import { documentOf, identityOf } from './traits.js';
import type { ClearSession } from './types.js';

export const ADAPTER_VERSION = 'clear1-1';

/**
 * `VerificationStatus` of the OpenAPI description; the guides write `failed` for its `fail`. While CLEAR's own people
 * look (`awaiting_manual_review`) the session is still to report. A word that is not here ends the session with every
 * check open; see {@link toReport}.
 */
const STATUS_BY_WORD: Readonly<Record<string, ReportStatus>> = {
  awaiting_user_input: 'pending',
  awaiting_user_profile_information: 'pending',
  processing_data: 'pending',
  deferred: 'pending',
  awaiting_manual_review: 'pending',
  success: 'completed',
  manual_success: 'completed',
  fail: 'completed',
  failed: 'completed',
  manual_fail: 'completed',
  expired: 'expired',
  canceled: 'cancelled',
};

const VOUCHED_FOR: readonly string[] = ['success', 'manual_success'];

export interface ReportReading extends CheckReading {
  /** A session does not say which environment it is from; the key does. */
  live: boolean;
}

/**
 * CLEAR's authoritative answer as a neutral report. A word that we do not know never becomes a pass. `now` dates a
 * report that has no date.
 */
export function toReport(session: ClearSession, reading: ReportReading, now: Date): ProviderReport {
  const status = lookUp(STATUS_BY_WORD, session.status) ?? 'completed';
  const { completed_at: completedAt, project_id: project } = session;
  const identity = status === 'completed' ? identityOf(session.traits) : undefined;
  const document = status === 'completed' ? documentOf(session.traits) : undefined;
  return {
    status,
    terminal: status !== 'pending',
    binding: { externalId: session.id, nonce: session.custom_fields.regain_nonce },
    checks: toChecks(session, status, reading),
    ...(identity && { identity }),
    ...(document && { document }),
    provenance: {
      adapterVersion: ADAPTER_VERSION,
      procedure: project && /^[\w-]{1,64}$/.test(project) ? project : undefined,
      live: reading.live,
      checkedAt: (completedAt ? new Date(completedAt * 1000) : now).toISOString(),
    },
  };
}

function toChecks(session: ClearSession, status: ReportStatus, reading: CheckReading): Check[] {
  if (status === 'cancelled') return CHECK_KINDS.map((kind) => notRun(kind, 'applicant_cancelled'));
  if (status !== 'completed') return [];
  const checks = CHECK_KINDS.map((kind) => toCheck(kind, session.checks ?? [], reading));
  if (VOUCHED_FOR.includes(session.status)) return checks;
  // A refusal whose ground is no check of ours: nothing that is clear may stand against it.
  const refused = lookUp(STATUS_BY_WORD, session.status) !== undefined;
  return refused && checks.some(({ result }) => result === 'fail')
    ? checks
    : reopened(checks, 'partner_answer_unknown');
}
