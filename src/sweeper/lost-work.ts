import type { Transaction } from '../platform/database/transaction.js';
import type { CaseEvent } from '../recovery-case/case-events.js';

/** Work untouched for this long is taken for lost. Longer than a job's own retries take. */
export const STALE_SECONDS = 30;
/** A notice or a link is missed only after the queue's own retries had their time. */
export const UNTOLD_SECONDS = 600;
/** Of each kind, in one round. */
export const BATCH_ROWS = 500;

/** Something that should have happened, as the event that makes it happen. */
export interface LostWork {
  event: CaseEvent;
  caseId?: string;
  attempt?: number;
  sessionId?: string;
  requestId?: string;
  rehearsalId?: string;
  subjectId?: string;
  noticeId?: string;
  mailId?: string;
  /** The state its case rests in until this is done. */
  stuckIn?: string;
}

/** Asks PostgreSQL for lost work of one kind: at most {@link BATCH_ROWS}, what has waited longest first. */
export type FindsLostWork = (tx: Transaction) => Promise<LostWork[]>;
