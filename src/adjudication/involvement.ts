import type { AuditEventType } from '../audit-trail/audit-event-types.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

/** Steps by which the help desk helps a case on. A person who took one cannot review the case independently as well. */
export const INVOLVING: readonly AuditEventType[] = [
  'link.requested',
  'link.issued',
  'call_code.confirmed',
  'case.authorization_given',
  'case.authorized',
];

/** Those of the given cases that this member of staff helped on. */
export async function helpedOn(
  tx: Transaction,
  by: { caseIds: readonly string[]; staff: { kind: string; id: string } },
): Promise<ReadonlySet<string>> {
  const rows = await tx.many<{ chainId: string }>`SELECT DISTINCT chain_id FROM audit_events
    WHERE chain_id = ANY(${by.caseIds}) AND actor_kind = ${by.staff.kind} AND actor_id = ${by.staff.id}
      AND type = ANY(${INVOLVING})`;
  return new Set(rows.map(({ chainId }) => chainId));
}

/**
 * Whether a machine's key opened a case or helped it on. The person who holds the key may also be one of the reviewers,
 * and the service cannot see that (T49).
 */
export async function byMachineKey(
  tx: Transaction,
  { id, openedByKind }: Pick<RecoveryCase, 'id' | 'openedByKind'>,
): Promise<boolean> {
  if (openedByKind === 'api_key') return true;
  const helped = await tx.maybeOne`SELECT 1 FROM audit_events
    WHERE chain_id = ${id} AND actor_kind = 'api_key' AND type = ANY(${INVOLVING}) LIMIT 1`;
  return helped !== undefined;
}
