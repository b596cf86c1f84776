import type { KeyRing } from '../platform/crypto/key-ring.js';
import { openWithRing, sealWithRing } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { COOL_OFF_DAYS } from './cool-off.js';
import { ifReadable } from './sealed-account.js';
import type { ProofedAttributes } from './subject.js';

/** What an account is told apart by. */
export type FormerName = Pick<ProofedAttributes, 'givenName' | 'familyName' | 'birthDate' | 'formerNames'>;

/** With the time of the database's clock until which it counts, ISO 8601. */
type KeptName = FormerName & { until: string };

/** What they are sealed to: nobody's can be put in the place of another's. */
export const formerNamesContext = (subjectId: string): string => `subject:${subjectId}:former-names`;

/** @throws SealBrokenError */
export function openFormerNames(ring: KeyRing, subjectId: string, sealed: Buffer): FormerName[] {
  return opened(ring, subjectId, sealed);
}

const opened = (ring: KeyRing, subjectId: string, sealed: Buffer): KeptName[] =>
  JSON.parse(openWithRing(ring, sealed, formerNamesContext(subjectId)).toString('utf8')) as KeptName[];

/** Whether somebody would be told apart by the one as by the other. */
export function isSameName(one: FormerName, other: FormerName): boolean {
  const textOf = ({ givenName, familyName, birthDate, formerNames = [] }: FormerName): string =>
    JSON.stringify([givenName, familyName, birthDate, formerNames.map((name) => [name.givenName, name.familyName])]);
  return textOf(one) === textOf(other);
}

/**
 * Keeps the names that a change of a profile or record replaces, so that they count for another week: renaming a
 * namesake makes no name unique at once. Drops earlier ones whose week is over. Call it in the transaction that changes
 * the account.
 */
export async function keepFormerName(
  tx: Transaction,
  ring: KeyRing,
  { subjectId, name }: { subjectId: string; name: FormerName },
): Promise<void> {
  const { formerNamesSealed, now, until } = await tx.one<{ formerNamesSealed: Buffer | null; now: Date; until: Date }>`
    SELECT former_names_sealed, clock_timestamp() AS now, clock_timestamp() + make_interval(days => ${COOL_OFF_DAYS}) AS until
    FROM subjects WHERE id = ${subjectId} FOR UPDATE`;
  const before = formerNamesSealed ? (ifReadable(() => opened(ring, subjectId, formerNamesSealed)) ?? []) : [];
  const { givenName, familyName, birthDate, formerNames } = name;
  const kept: KeptName[] = [
    ...before.filter((one) => Date.parse(one.until) > now.getTime()),
    { givenName, familyName, birthDate, formerNames, until: until.toISOString() },
  ];
  const sealed = sealWithRing(ring, Buffer.from(JSON.stringify(kept)), formerNamesContext(subjectId));
  await tx.run`UPDATE subjects SET former_names_sealed = ${sealed}, former_names_until = ${until} WHERE id = ${subjectId}`;
}

/** An account that is to be indexed again. */
interface Forgotten {
  id: string;
  accountIndex: string;
  version: number;
}

/** Forgets former names whose week is over, of so many accounts; these are found by them until they are indexed again. */
export async function forgetFormerNames(tx: Transaction, limit: number): Promise<Forgotten[]> {
  return tx.many<Forgotten>`
    UPDATE subjects SET former_names_sealed = NULL, former_names_until = NULL WHERE id = ANY(ARRAY(
      SELECT id FROM subjects WHERE former_names_until < statement_timestamp() ORDER BY former_names_until LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED))
    RETURNING id, account_index, version`;
}
