import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from './recovery-case.js';

/** How many have let a privileged account's flow start, and how many it takes. */
export interface SecondPeople {
  given: number;
  needed: 1 | 2;
}

/**
 * Two different people stand behind every privileged recovery (T49). A named opener is one of them. The public page has
 * no named opener, and neither has an API key. Cases that one of these opened need two authorizations; otherwise an
 * agent could open a case there and be their own second person.
 */
export const secondPeopleNeeded = ({ openedByKind }: Pick<RecoveryCase, 'openedByKind'>): 1 | 2 =>
  openedByKind === 'person' ? 1 : 2;

/** Each has one row, whatever they call; the opener has none. */
export async function secondPeople(
  tx: Transaction,
  of: Pick<RecoveryCase, 'id' | 'openedBy' | 'openedByKind'>,
): Promise<SecondPeople> {
  const { given } = await tx.one<{ given: number }>`SELECT count(*)::int AS given FROM case_authorizations
    WHERE case_id = ${of.id} AND authorized_by <> ${of.openedBy}`;
  return { given, needed: secondPeopleNeeded(of) };
}
