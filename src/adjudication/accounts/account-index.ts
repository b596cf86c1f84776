import { Injectable } from '@nestjs/common';
import { readIdentities, type KnownIdentity } from '../../directory/known-identities.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Logger } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { identifyDocument } from './document-number.js';
import { KnownDocuments } from './known-documents.js';
import { birthKeysOf, couldBeTaken, hasName, isFullDate, UNKNOWN_BIRTH_DATE, type NamedPerson } from './namesakes.js';

/** To be raised with every change of what accounts are found by: those indexed before are indexed again. */
const INDEX_VERSION = 2;

/** Accounts that a decision brings up to date itself, before it says that it cannot tell. */
const BEFORE_A_DECISION = 50;

/** Accounts whose names are compared for one decision; with more of them nobody is unique. */
const MOST_COMPARED = 500;

/** `unreadable`: somebody's name could not be read, and nobody else is in the way. */
export type NameStanding = 'unique' | 'not_unique' | 'unreadable';

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
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Whether nobody else's name could be taken for this one's, of all accounts, disabled ones too: those born on the same
   * day, or on a day nobody recorded, are opened and compared as a document would be. Not unique as well when too little
   * is known of the person, too many would have to be compared, or the index is not whole (T65). Reads only.
   */
  async nameStanding(tx: Transaction, subjectId: string, person: NamedPerson): Promise<NameStanding> {
    const { birthDate } = person;
    if (!isFullDate(birthDate) || !hasName(person)) return 'not_unique';
    const gap = await this.gap(tx);
    if (gap !== undefined) return gap;
    const digests = [birthDate, UNKNOWN_BIRTH_DATE].flatMap((key) => this.ring.digests('birth-date', key));
    const born = await tx.many<{ subjectId: string }>`
      SELECT DISTINCT subject_id FROM subject_birth_dates
      WHERE birth_digest = ANY(${digests}::bytea[]) AND subject_id <> ${subjectId} LIMIT ${MOST_COMPARED + 1}`;
    if (born.length > MOST_COMPARED) return 'not_unique';
    const ids = born.map((row) => row.subjectId);
    const { known, unreadable } = await readIdentities(tx, this.ring, ids);
    if (known.some((identity) => isNamesake(person, identity.reveal()))) return 'not_unique';
    return unreadable.length > 0 ? 'unreadable' : 'unique';
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
    const { known: readable, unreadable } = await readIdentities(tx, this.ring, others);
    const known = new Map(readable.map((one) => [one.reveal().subjectId, one.reveal()]));
    const names = new Map(people.map(({ subjectId, person }) => [subjectId, person]));
    const shared = new Map<string, number>();
    for (const { subjectId, other } of born) {
      const [person, identity] = [names.get(subjectId), known.get(other)];
      // Whose name cannot be read may have this one.
      const taken = unreadable.includes(other) || (person && identity && isNamesake(person, identity));
      if (taken) shared.set(subjectId, (shared.get(subjectId) ?? 0) + 1);
    }
    return shared;
  }

  /** Indexes what changed since, as far as one decision may wait for. In a transaction. */
  async catchUpBeforeDecision(tx: Transaction): Promise<void> {
    await this.catchUp(tx, BEFORE_A_DECISION);
  }

  /**
   * Indexes so many of the accounts that changed – these first – or were indexed by other rules or an older key. One that
   * cannot be opened is set aside with an alarm: it holds up no other, and is not looked at again before it changes or
   * {@link retryUnreadable}. Returns how many it dealt with. In a transaction: what is read here must not change before it
   * is indexed.
   */
  async catchUp(tx: Transaction, limit: number): Promise<number> {
    const mark = markOf(this.ring.activeId);
    const aside = unreadableMark(mark);
    // Two ranges where `<>` would do: an index has them in order.
    const changed = await tx.many<SeenAccount>`
      SELECT id, account_index, version FROM subjects WHERE account_index < ${mark} AND account_index <> ${aside}
      ORDER BY account_index, id LIMIT ${limit} FOR NO KEY UPDATE`;
    const others = await tx.many<SeenAccount>`
      SELECT id, account_index, version FROM subjects WHERE account_index > ${mark} AND account_index <> ${aside}
      ORDER BY account_index, id LIMIT ${limit - changed.length} FOR NO KEY UPDATE`;
    const rows = [...changed, ...others];
    if (rows.length > 0) await this.index(tx, rows);
    return rows.length;
  }

  /** Those that were set aside are looked at again: a key may be back in the ring. */
  async retryUnreadable(tx: Transaction): Promise<void> {
    await tx.run`UPDATE subjects SET account_index = '' WHERE account_index LIKE ${unreadableMark('%')}`;
  }

  /** How many accounts are set aside. */
  async unreadable(tx: Transaction): Promise<number> {
    const { count } = await tx.one<{ count: number }>`
      SELECT count(*)::int AS count FROM subjects WHERE account_index LIKE ${unreadableMark('%')}`;
    return count;
  }

  /**
   * Why the index is not whole, if it is not: an account's mark is none of the current rules and of a key that is still in
   * the ring, or an account cannot be read.
   */
  private async gap(tx: Transaction): Promise<Exclude<NameStanding, 'unique'> | undefined> {
    // From one mark to the next, of which there are few, and not from account to account.
    const stale = await tx.many<{ mark: string }>`
      WITH RECURSIVE marks AS (
        SELECT min(account_index) AS mark FROM subjects
        UNION ALL
        SELECT (SELECT min(account_index) FROM subjects WHERE account_index > marks.mark) FROM marks WHERE marks.mark IS NOT NULL
      )
      SELECT mark FROM marks WHERE mark <> ALL(${this.ring.ids.map(markOf)}::text[])`;
    if (stale.length === 0) return undefined;
    return stale.every(({ mark }) => mark === unreadableMark(markOf(this.ring.activeId))) ? 'unreadable' : 'not_unique';
  }

  /** What all of these are found by, in as many statements as for one. What is known of an unreadable one stays. */
  private async index(tx: Transaction, accounts: readonly SeenAccount[]): Promise<void> {
    const read = await readIdentities(
      tx,
      this.ring,
      accounts.map(({ id }) => id),
    );
    const known = read.known.map((identity) => identity.reveal());
    const born = known.flatMap(({ subjectId, profile, record = {} }) =>
      birthKeysOf([profile, record]).map((key) => ({ subjectId, digest: this.ring.digest('birth-date', key) })),
    );
    const ids = known.map(({ subjectId }) => subjectId);
    await keepBirthDates(tx, ids, born);
    const recorded = known.map(({ subjectId, record }) => ({
      subjectId,
      document: identifyDocument({ ...record, number: record?.documentNumber }),
    }));
    await this.documents.keepRecorded(tx, recorded);
    tx.onCommit(() => this.alarm(read.unreadable));
    const mark = markOf(this.ring.activeId);
    const aside = accounts.filter(({ id }) => read.unreadable.includes(id));
    await markAll(tx, aside, unreadableMark(mark));
    await markAll(
      tx,
      accounts.filter((account) => !aside.includes(account)),
      mark,
    );
  }

  /** Somebody has to mend these: until then nobody can be told from them by name. */
  private alarm(subjectIds: readonly string[]): void {
    for (const subjectId of subjectIds) {
      this.metrics.securityEvents.inc({ type: 'account_unreadable' });
      this.logger.warn('security_event', { type: 'account_unreadable', subjectId });
    }
  }
}

/** One that changed meanwhile, by this very transaction too, is not marked. */
async function markAll(tx: Transaction, accounts: readonly SeenAccount[], mark: string): Promise<void> {
  const [ids, marks] = [accounts.map((one) => one.id), accounts.map((one) => one.accountIndex)];
  await tx.run`UPDATE subjects SET account_index = ${mark}
    FROM unnest(${ids}::text[], ${marks}::text[], ${accounts.map((one) => one.version)}::int[]) AS seen (id, account_index, version)
    WHERE subjects.id = seen.id AND subjects.account_index = seen.account_index AND subjects.version = seen.version`;
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

/** What an account is marked with that is indexed under these rules and that key. */
export const markOf = (keyId: string): string => `${INDEX_VERSION}.${keyId}`;

/** Of an account that could not be opened under the rules and the key of this mark. */
const unreadableMark = (mark: string): string => `${mark}!`;
