import type { AuditEventType } from '../audit-trail/audit-event-types.js';
import type { Transaction } from '../platform/database/transaction.js';

/** Steps of the help desk that help a case on. Whoever took one of them cannot be the independent look at it as well. */
export const INVOLVING: readonly AuditEventType[] = [
  'link.requested',
  'link.issued',
  'call_code.confirmed',
  'case.authorization_given',
  'case.authorized',
];

/** Of these cases, those that somebody helped on. */
export async function helpedOn(
  tx: Transaction,
  by: { caseIds: readonly string[]; staff: { kind: string; id: string } },
): Promise<ReadonlySet<string>> {
  const rows = await tx.many<{ chainId: string }>`SELECT DISTINCT chain_id FROM audit_events
    WHERE chain_id = ANY(${by.caseIds}) AND actor_kind = ${by.staff.kind} AND actor_id = ${by.staff.id}
      AND type = ANY(${INVOLVING})`;
  return new Set(rows.map(({ chainId }) => chainId));
}
