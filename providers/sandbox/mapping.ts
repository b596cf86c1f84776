import { CHECK_KINDS, isOpenOrFailed, lookUp, notRun, reopened, Sensitive, worstOf } from '../kit/index.js';
import type { Check, CheckKind, CheckReason, CheckResult, ProviderReport, ReportStatus } from '../kit/index.js';
import type { PartnerCheck, PartnerSession } from './types.js';

export const ADAPTER_VERSION = 'sandbox-1';

/** The partner's name of a check → ours. Names it may add later are not read. */
const KIND_BY_NAME: Readonly<Record<string, CheckKind>> = {
  'document.genuine': 'document_authenticity',
  'document.in_date': 'document_expiry',
  'document.consistent': 'document_data_consistency',
  'face.document': 'face_match',
  'face.enrolment': 'reference_portrait_match',
  'face.present': 'presentation_attack',
  'face.camera': 'injection_attack',
};

/** Everything except `data_match`: names and birth date are compared by us, from the identity in the answer. */
export const SUPPORTED_CHECKS: readonly CheckKind[] = Object.values(KIND_BY_NAME);

const RESULT_BY_OUTCOME: Readonly<Record<string, CheckResult>> = {
  clear: 'pass',
  refused: 'fail',
  unsure: 'indeterminate',
  skipped: 'not_run',
};

const REASON_BY_CODE: Readonly<Record<string, CheckReason>> = {
  not_genuine: 'document_not_genuine',
  out_of_date: 'document_expired',
  contradicts_itself: 'document_inconsistent',
  other_person: 'faces_differ',
  similar_person: 'faces_similar_unsure',
  no_enrolment_picture: 'no_reference_on_record',
  not_a_live_person: 'presentation_attack_suspected',
  not_a_real_camera: 'injection_suspected',
  unreadable: 'document_unreadable',
};

/** A status that is not in this table is one the partner added since; see {@link toReport}. */
const STATUS_BY_WORD: Readonly<Record<string, ReportStatus>> = {
  waiting: 'pending',
  processing: 'pending',
  completed: 'completed',
  undecided: 'completed',
  cancelled: 'cancelled',
  expired: 'expired',
  failed: 'failed',
};

/**
 * The partner's authoritative answer as a neutral report. A word that we do not know never becomes a pass: an unknown
 * status ends the session with every check open, so that a person looks at it. `now` dates a report that has no date.
 */
export function toReport(session: PartnerSession, now: Date): ProviderReport {
  const status = lookUp(STATUS_BY_WORD, session.status) ?? 'completed';
  return {
    status,
    terminal: status !== 'pending',
    binding: { externalId: session.sessionId, nonce: session.nonce },
    checks: toChecks(session, status),
    ...(status === 'completed' && session.identity && { identity: new Sensitive({ ...session.identity }) }),
    ...(status === 'completed' && session.document && { document: new Sensitive({ ...session.document }) }),
    provenance: {
      adapterVersion: ADAPTER_VERSION,
      procedure: session.procedure,
      live: session.environment === 'live',
      checkedAt: session.decidedAt ?? now.toISOString(),
    },
  };
}

function toChecks(session: PartnerSession, status: ReportStatus): Check[] {
  if (status === 'cancelled') return CHECK_KINDS.map((kind) => notRun(kind, 'applicant_cancelled'));
  if (status !== 'completed') return [];
  const checks = CHECK_KINDS.map((kind) => toCheck(kind, session.checks));
  if (session.status === 'completed') return checks;
  if (session.status === 'undecided')
    return checks.some(isOpenOrFailed) ? checks : reopened(checks, 'partner_undecided');
  return reopened(checks, 'partner_answer_unknown');
}

function toCheck(kind: CheckKind, answers: readonly PartnerCheck[]): Check {
  if (!SUPPORTED_CHECKS.includes(kind)) return notRun(kind, 'not_supported_by_provider');
  const found = answers
    .filter((answer) => lookUp(KIND_BY_NAME, answer.name) === kind)
    .map((answer) => ({ kind, ...judge(answer), rawName: answer.name }));
  return worstOf(found) ?? notRun(kind, 'data_missing');
}

function judge(answer: PartnerCheck): Pick<Check, 'result' | 'reasonCodes'> {
  const result = lookUp(RESULT_BY_OUTCOME, answer.outcome);
  // A reason for something that is said to be clear contradicts itself.
  if (result === undefined || (result === 'pass' && answer.reason !== undefined)) {
    return { result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] };
  }
  if (result === 'pass') return { result, reasonCodes: ['ok'] };
  if (result === 'not_run') return { result, reasonCodes: ['not_requested'] };
  if (result === 'indeterminate' && answer.reason === undefined) return { result, reasonCodes: ['partner_undecided'] };
  return { result, reasonCodes: [lookUp(REASON_BY_CODE, answer.reason ?? '') ?? 'partner_answer_unknown'] };
}
