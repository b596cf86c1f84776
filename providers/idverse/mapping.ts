import { CHECK_KINDS, lookUp, notRun, reopened } from '../kit/index.js';
import type { Check, CheckKind, CheckReason, DateFormat, ProviderReport, ReportStatus } from '../kit/index.js';
import { carried } from './carried-reference.js';
import { documentOf, identityOf } from './person-details.js';
import type { TotalResult, TransactionResult } from './types.js';

export const ADAPTER_VERSION = 'idverse-1';

/**
 * The members of `results` that integrations are told to use, and what each is about. `data` compares with registers of
 * third parties, not with our record: it is no check of ours.
 */
const MEMBER_BY_KIND: Readonly<
  Partial<Record<CheckKind, { member: 'documents' | 'facematch' | 'liveness'; flagged: CheckReason }>>
> = {
  document_authenticity: { member: 'documents', flagged: 'document_not_genuine' },
  face_match: { member: 'facematch', flagged: 'faces_differ' },
  presentation_attack: { member: 'liveness', flagged: 'presentation_attack_suspected' },
};

export const SUPPORTED_CHECKS: readonly CheckKind[] = CHECK_KINDS.filter((kind) => MEMBER_BY_KIND[kind]);

/** A status that is not in this table nor in the settings ends the session with every check open; see {@link toReport}. */
const STATUS_BY_WORD: Readonly<Record<string, ReportStatus>> = {
  PENDING: 'pending',
  INPROGRESS: 'pending',
  SUBMITTED: 'pending',
  COMPLETE: 'completed',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
};

export interface ReportReading {
  /** A result does not say which environment it is from; the settings do. */
  live: boolean;
  failedStatuses: readonly string[];
  dateFormat: DateFormat;
}

/**
 * IDKit's authoritative answer as a neutral report. A word that we do not know never becomes a pass. `now` dates a
 * report that has no date.
 */
export function toReport(transaction: TransactionResult, reading: ReportReading, now: Date): ProviderReport {
  const { user_details: details, flow_type: flow, closed_at: closedAt } = transaction;
  const status = statusOf(transaction, reading);
  const nonce = carried(transaction.reference ?? '').nonce;
  return {
    status,
    terminal: status !== 'pending',
    binding: { externalId: transaction.transaction_id, ...(nonce !== undefined && { nonce }) },
    checks: toChecks(transaction, status),
    ...(status === 'completed' &&
      details && {
        identity: identityOf(details, reading.dateFormat),
        document: documentOf(details, reading.dateFormat),
      }),
    provenance: {
      adapterVersion: ADAPTER_VERSION,
      procedure: flow && /^\w{1,64}$/.test(flow) ? flow : undefined,
      live: reading.live,
      checkedAt: (closedAt ? new Date(closedAt) : now).toISOString(),
    },
  };
}

function statusOf({ status }: TransactionResult, { failedStatuses }: ReportReading): ReportStatus {
  return lookUp(STATUS_BY_WORD, status) ?? (failedStatuses.includes(status) ? 'failed' : 'completed');
}

function toChecks({ status: word, results }: TransactionResult, status: ReportStatus): Check[] {
  if (status === 'cancelled') return CHECK_KINDS.map((kind) => notRun(kind, 'applicant_cancelled'));
  if (status !== 'completed') return [];
  const checks = CHECK_KINDS.map((kind) => toCheck(kind, results ?? {}));
  if (word !== 'COMPLETE') return reopened(checks, 'partner_answer_unknown');
  if (results?.overall === 'PASSED' && !isFlagged(results.data)) return checks;
  if (checks.some(({ result }) => result === 'fail')) return checks;
  // Flagged for something that is no check of ours: nothing that passed may stand by itself.
  return reopened(checks, results?.overall === 'FLAGGED' ? 'partner_undecided' : 'partner_answer_unknown');
}

/** Registers that were not asked say nothing; any word but `PASSED` contradicts a whole that passed. */
const isFlagged = (data: string | null | undefined): boolean => typeof data === 'string' && data !== 'PASSED';

function toCheck(kind: CheckKind, results: TotalResult): Check {
  const known = MEMBER_BY_KIND[kind];
  if (!known) return notRun(kind, 'not_supported_by_provider');
  const word = results[known.member];
  const rawName = `results.${known.member}`;
  if (word === null || word === undefined) return { ...notRun(kind, 'data_missing'), rawName };
  if (word === 'PASSED') return { kind, result: 'pass', reasonCodes: ['ok'], rawName };
  if (word === 'FLAGGED') return { kind, result: 'fail', reasonCodes: [known.flagged], rawName };
  return { kind, result: 'indeterminate', reasonCodes: ['partner_answer_unknown'], rawName };
}
