import { readIdentities } from '../../directory/known-identities.js';
import type { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { AdjudicationFacts } from '../facts.js';
import { NameComparisons, type AskedName } from './name-comparisons.js';
import { keysKept, keysLookedFor } from './name-keys.js';
import { birthKeysOf, hasName, isFullDate, UNKNOWN_BIRTH_DATE, type NamedPerson } from './namesakes.js';

/** With how many accounts one name is compared. A name that more accounts might share is not unique. */
export const MOST_COMPARED = 500;
/** Identities that are open at one time: comparing them takes less than the half minute a transaction may be silent. */
const OPENED_AT_ONCE = 200;

/** Why the index of accounts is not whole: one that changed is not in it yet, or cannot be read. */
export type IndexGap = 'not_indexed' | 'unreadable';
/** Whether only one account has the name. A gap: this is not known yet, and no other account with it was found so far. */
export type NameUniqueness = 'unique' | 'not_unique' | IndexGap;

/** The same as facts of a decision. */
export const nameFacts = (
  uniqueness: NameUniqueness,
): Pick<AdjudicationFacts['subject'], 'nameUniqueInDirectory' | 'namesakeUnreadable' | 'accountsNotIndexed'> => ({
  nameUniqueInDirectory: uniqueness === 'unique',
  ...(uniqueness === 'unreadable' && { namesakeUnreadable: true }),
  ...(uniqueness === 'not_indexed' && { accountsNotIndexed: true }),
});

export interface NameFound {
  uniqueness: NameUniqueness;
  /** Accounts that it could be taken for; with too many, one more than are compared. */
  sharedWith: number;
}

/** Where the accounts without a birth date are found by name, beside those whose date it is. */
const nameKey = (key: string): string => `${UNKNOWN_BIRTH_DATE}${key}`;

/**
 * All that an account is found by: what it says, and besides what it said until lately. A date that was taken away leaves
 * it among those without one at once; a date that was added takes it from there after the week, unless a record had one.
 */
export function keysOfAccount(now: readonly [NamedPerson, NamedPerson], formerly: readonly NamedPerson[]): string[] {
  const [, record] = now;
  const counting = formerly.filter(({ birthDate }) => birthDate !== undefined || !isFullDate(record.birthDate));
  const born = [...new Set([now, ...counting.map((one) => [one])].flatMap(birthKeysOf))];
  if (!born.includes(UNKNOWN_BIRTH_DATE)) return born;
  return [...born, ...keysKept([...now, ...formerly]).map(nameKey)];
}

/** All that a person's namesakes are found by. */
function keysLooked(birthDate: string, person: NamedPerson): string[] {
  return [birthDate, ...(keysLookedFor(person)?.map(nameKey) ?? [UNKNOWN_BIRTH_DATE])];
}

interface Question {
  ring: KeyRing;
  people: readonly AskedName[];
  gap: IndexGap | undefined;
}

/**
 * Decides which names are unique, for decisions and rehearsals alike (T65). It opens the accounts of people born on the
 * same day, and accounts of a similar name without a recorded birth date, and compares them as a document would be. A
 * name is not unique either if too little is known of the person, or if too many would have to be compared. Statements
 * and memory do not grow with the directory.
 */
export async function readNameUniqueness(
  tx: Transaction,
  { ring, people, gap }: Question,
): Promise<Map<string, NameFound>> {
  const found = new Map<string, NameFound>();
  for (const { subjectId } of people) found.set(subjectId, { uniqueness: 'not_unique', sharedWith: 0 });
  // What is not indexed yet is compared with nothing: dates that changed would speak against people who have none of it.
  const asked = people.filter(({ person }) => isFullDate(person.birthDate) && hasName(person));
  for (const { subjectId } of asked) found.set(subjectId, { uniqueness: gap ?? 'unique', sharedWith: 0 });
  if (gap !== 'not_indexed') await compareWithOthers(tx, { ring, asked, found });
  return found;
}

interface Comparison {
  ring: KeyRing;
  asked: readonly AskedName[];
  found: Map<string, NameFound>;
}

async function compareWithOthers(tx: Transaction, { ring, asked, found }: Comparison): Promise<void> {
  const candidates = await candidatesOf(tx, ring, asked);
  const comparisons = new NameComparisons();
  for (const one of asked) {
    const others = candidates.get(one.subjectId) ?? [];
    if (others.length > MOST_COMPARED)
      found.set(one.subjectId, { uniqueness: 'not_unique', sharedWith: others.length });
    else comparisons.add(one, others);
  }
  const others = comparisons.others();
  for (let at = 0; at < others.length; at += OPENED_AT_ONCE) {
    const { known, unreadable } = await readIdentities(tx, ring, others.slice(at, at + OPENED_AT_ONCE));
    for (const identity of known)
      for (const id of await comparisons.namesakesOf(identity.reveal())) note(found, id, 'not_unique');
    for (const id of unreadable) for (const asker of comparisons.askersOf(id)) note(found, asker, 'unreadable');
  }
}

/** Whose name cannot be read may have this one, and one that can is the better reason. */
function note(found: Map<string, NameFound>, subjectId: string, uniqueness: 'not_unique' | 'unreadable'): void {
  const before = found.get(subjectId);
  found.set(subjectId, {
    uniqueness: before?.uniqueness === 'not_unique' ? 'not_unique' : uniqueness,
    sharedWith: (before?.sharedWith ?? 0) + 1,
  });
}

/** For each account, the others that have to be compared with it; one more than the limit if there are too many. */
async function candidatesOf(
  tx: Transaction,
  ring: KeyRing,
  asked: readonly AskedName[],
): Promise<Map<string, string[]>> {
  const looked = asked.flatMap(({ subjectId, person }) =>
    keysLooked(person.birthDate ?? UNKNOWN_BIRTH_DATE, person).flatMap((key) =>
      ring.digests('birth-date', key).map((digest) => ({ subjectId, digest })),
    ),
  );
  const most = MOST_COMPARED + 1;
  // From key to key by the index, whatever the size of the table; more than enough of one is enough.
  const rows = await tx.many<{ subjectId: string; others: string[] }>`
    SELECT looked.subject_id, (array_agg(DISTINCT born.subject_id))[1:${most}] AS others
    FROM unnest(${looked.map(({ subjectId }) => subjectId)}::text[], ${looked.map(({ digest }) => digest)}::bytea[]) AS looked (subject_id, digest)
    CROSS JOIN LATERAL (
      SELECT b.subject_id FROM subject_birth_dates b
      WHERE b.birth_digest = looked.digest AND b.subject_id <> looked.subject_id LIMIT ${most}
    ) AS born GROUP BY looked.subject_id`;
  return new Map(rows.map(({ subjectId, others }) => [subjectId, others]));
}
