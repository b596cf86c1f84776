import { writeOutbox, type OutboxPayload } from '../platform/outbox/outbox.js';
import type { Transaction } from '../platform/database/transaction.js';

/**
 * Everything that can happen, to a case, to the account it is about or to a rehearsal, and that somebody downstream
 * acts on. `src/pipeline.ts` routes each of them.
 */
export const CASE_EVENTS = [
  'request.accepted',
  'case.opened',
  'case.authorized',
  'link.requested',
  'case.started',
  'case.submitted',
  'case.codes_submitted',
  'case.waiting',
  'case.proceeding',
  'verification.session_pending',
  'verification.collect_due',
  'verification.push_received',
  'verification.surplus_due',
  'verification.reported',
  'verification.browser_returned',
  'verification.browser_strayed',
  'verification.result_withdrawn',
  'verification.late_result_kept',
  'verification.late_result_worse',
  'case.retry_offered',
  'case.referred',
  'case.held',
  'case.hold_due',
  'case.confirmation_requested',
  'case.confirmed',
  'case.approved',
  'case.reconsidered',
  'case.denied',
  'case.evaluation_finished',
  'case.completed',
  'case.expired',
  'case.cancelled',
  'case.expiry_due',
  'case.erasure_due',
  'case.way_back_due',
  'passkey.frozen',
  'recovery_code.requested',
  'subject.recovery_code_saved',
  'subject.recovery_code_used',
  'subject.contacts_changed',
  'subject.identity_changed',
  'subject.identifiers_changed',
  'subject.protection_lowered',
  'subject.record_added',
  'subject.record_changed',
  'rehearsal.due',
] as const;
export type CaseEvent = (typeof CASE_EVENTS)[number];

/** What is told of an event: ids, and when it is due. */
export interface CaseAnnouncement {
  payload: OutboxPayload;
  delaySeconds?: number;
}

/** Announces an event in the caller's transaction. */
export async function announce(tx: Transaction, event: CaseEvent, options: CaseAnnouncement): Promise<void> {
  await announceAll(tx, [{ event, ...options }]);
}

/** Announces several at once, in this order. */
export async function announceAll(
  tx: Transaction,
  events: readonly (CaseAnnouncement & { event: CaseEvent })[],
): Promise<void> {
  await writeOutbox(tx, ...events);
}
