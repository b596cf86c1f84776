import { Injectable } from '@nestjs/common';
import { readIdentities, type KnownIdentity } from '../../directory/known-identities.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { identifyDocument } from './document-number.js';
import { KnownDocuments } from './known-documents.js';
import { birthKeysOf, couldBeTaken, hasName, isFullDate, UNKNOWN_BIRTH_DATE, type NamedPerson } from './namesakes.js';

/** To be raised with every change of what accounts are found by: those indexed before are indexed again. */
const INDEX_VERSION = 2;

/** Accounts that a decision brings up to date itself, before it says that it cannot tell. */
const BEFORE_A_DECISION = 50;

/** Accounts whose names are compared for one decision; with more of them nobody is unique. */
const MOST_COMPARED = 500;

/** An account as it was when its indexing began. */
interface SeenAccount {
  id: string;
  accountIndex: string;
  version: number;
}

/**
 * Who in the directory was born when, and whose the documents of the proofing records are, as keyed hashes. The database
 * empties an account's mark with every change of its profile or record; the account is indexed again by the next round
 * of the sweeper, by `regain subjects:reindex`, or by the next decision. While any account is not, nobody's name is
 * unique.
 */
@Injectable()
export class AccountIndex {
  constructor(
    private readonly ring: KeyRing,
    private readonly documents: KnownDocuments,
  ) {}

  /**
   * Whether nobody else's name could be taken for this one's, of all accounts, disabled ones too: those born on the same
   * day, or on a day nobody recorded, are opened and compared as a document would be. False as well when too little is
   * known of the person, too many would have to be compared, or the index is not whole (T65). Reads only.
   */
  async isUnique(tx: Transaction, subjectId: string, person: NamedPerson): Promise<boolean> {
    const { birthDate } = person;
    if (!isFullDate(birthDate) || !hasName(person) || (await this.isStale(tx))) return false;
    const digests = [birthDate, UNKNOWN_BIRTH_DATE].flatMap((key) => this.ring.digests('birth-date', key));
    const born = await tx.many<{ subjectId: string }>`
      SELECT DISTINCT subject_id FROM subject_birth_dates
      WHERE birth_digest = ANY(${digests}::bytea[]) AND subject_id <> ${subjectId} LIMIT ${MOST_COMPARED + 1}`;
    if (born.length > MOST_COMPARED) return false;
    const ids = born.map((row) => row.subjectId);
    const others = (await readIdentities(tx, this.ring, ids)).map((identity) => identity.reveal());
    return !others.some((other) => isNamesake(person, other));
  }

  /**
   * For many accounts at once, how many others born on the same day each could be taken for; those that share with nobody
   * are left out. Accounts without a birth date are a gap of their own and not compared here.
   */
  async sharedWith(
    tx: Transaction,
    people: readonly { subjectId: string; person: NamedPerson }[],
  ): Promise<Map<string, number>> {
    const looked = people.flatMap(({ subjectId, person: { birthDate } }) =>
      isFullDate(birthDate) ? this.ring.digests('birth-date', birthDate).map((digest) => ({ subjectId, digest })) : [],
    );
    const born = await tx.many<{ subjectId: string; other: string }>`
      SELECT DISTINCT looked.subject_id, b.subject_id AS other
      FROM unnest(${looked.map(({ subjectId }) => subjectId)}::text[], ${looked.map(({ digest }) => digest)}::bytea[]) AS looked (subject_id, digest)
      JOIN subject_birth_dates b ON b.birth_digest = looked.digest AND b.subject_id <> looked.subject_id`;
    const others = [...new Set(born.map(({ other }) => other))];
    const known = new Map(
      (await readIdentities(tx, this.ring, others)).map((one) => [one.reveal().subjectId, one.reveal()]),
    );
    const names = new Map(people.map(({ subjectId, person }) => [subjectId, person]));
    const shared = new Map<string, number>();
    for (const { subjectId, other } of born) {
      const [person, identity] = [names.get(subjectId), known.get(other)];
      if (person && identity && isNamesake(person, identity)) shared.set(subjectId, (shared.get(subjectId) ?? 0) + 1);
    }
    return shared;
  }

  /** Indexes what changed since, as far as one decision may wait for. In a transaction. */
  async catchUpBeforeDecision(tx: Transaction): Promise<void> {
    await this.catchUp(tx, BEFORE_A_DECISION);
  }

  /**
   * Indexes so many of the accounts that changed – these first – or were indexed by other rules or an older key. Returns
   * how many. In a transaction: what is read here must not change before it is indexed.
   */
  async catchUp(tx: Transaction, limit: number): Promise<number> {
    const mark = markOf(this.ring.activeId);
    // Two ranges where `<>` would do: an index has them in order.
    const changed = await tx.many<SeenAccount>`
      SELECT id, account_index, version FROM subjects WHERE account_index < ${mark}
      ORDER BY account_index, id LIMIT ${limit} FOR NO KEY UPDATE`;
    const others = await tx.many<SeenAccount>`
      SELECT id, account_index, version FROM subjects WHERE account_index > ${mark}
      ORDER BY account_index, id LIMIT ${limit - changed.length} FOR NO KEY UPDATE`;
    const rows = [...changed, ...others];
    if (rows.length > 0) await this.index(tx, rows);
    return rows.length;
  }

  /** Whether any account's mark is none of the current rules and of a key that is still in the ring. */
  private async isStale(tx: Transaction): Promise<boolean> {
    // From one mark to the next, of which there are few, and not from account to account.
    const { stale } = await tx.one<{ stale: boolean }>`
      WITH RECURSIVE marks AS (
        SELECT min(account_index) AS mark FROM subjects
        UNION ALL
        SELECT (SELECT min(account_index) FROM subjects WHERE account_index > marks.mark) FROM marks WHERE marks.mark IS NOT NULL
      )
      SELECT EXISTS (SELECT 1 FROM marks WHERE mark <> ALL(${this.ring.ids.map(markOf)}::text[])) AS stale`;
    return stale;
  }

  /** What all of these are found by, in as many statements as for one. */
  private async index(tx: Transaction, accounts: readonly SeenAccount[]): Promise<void> {
    const ids = accounts.map(({ id }) => id);
    const known = (await readIdentities(tx, this.ring, ids)).map((identity) => identity.reveal());
    const born = known.flatMap(({ subjectId, profile, record = {} }) =>
      birthKeysOf([profile, record]).map((key) => ({ subjectId, digest: this.ring.digest('birth-date', key) })),
    );
    await keepBirthDates(tx, ids, born);
    const recorded = known.map(({ subjectId, record }) => ({
      subjectId,
      document: identifyDocument({ ...record, number: record?.documentNumber }),
    }));
    await this.documents.keepRecorded(tx, recorded);
    // One that changed meanwhile, by this very transaction too, is not marked.
    await tx.run`UPDATE subjects SET account_index = ${markOf(this.ring.activeId)}
      FROM unnest(${ids}::text[], ${accounts.map((one) => one.accountIndex)}::text[], ${accounts.map((one) => one.version)}::int[]) AS seen (id, account_index, version)
      WHERE subjects.id = seen.id AND subjects.account_index = seen.account_index AND subjects.version = seen.version`;
  }
}

async function keepBirthDates(
  tx: Transaction,
  ids: readonly string[],
  born: readonly { subjectId: string; digest: Buffer }[],
): Promise<void> {
  const subjects = born.map(({ subjectId }) => subjectId);
  const digests = born.map(({ digest }) => digest);
  await tx.run`DELETE FROM subject_birth_dates WHERE subject_id = ANY(${ids}::text[])
    AND (subject_id, birth_digest) NOT IN (SELECT * FROM unnest(${subjects}::text[], ${digests}::bytea[]))`;
  await tx.run`INSERT INTO subject_birth_dates (subject_id, birth_digest)
    SELECT * FROM unnest(${subjects}::text[], ${digests}::bytea[]) ON CONFLICT DO NOTHING`;
}

/** By what the profile or what the record calls the other. */
const isNamesake = (person: NamedPerson, { profile, record = {} }: KnownIdentity): boolean =>
  [profile, record].some((other: NamedPerson) => couldBeTaken(person, other));

const markOf = (keyId: string): string => `${INDEX_VERSION}.${keyId}`;
