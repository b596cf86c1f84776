import { Injectable } from '@nestjs/common';
import { UNREADABLE_MARK } from '../../directory/account-mark.js';
import { forgetFormerNames } from '../../directory/former-names.js';
import { readIdentities } from '../../directory/known-identities.js';
import { keepEmails } from '../../directory/subject-emails.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { SecurityEvents } from '../../platform/telemetry/security-events.js';
import { identifyDocument } from './document-number.js';
import { KnownDocuments } from './known-documents.js';
import type { AskedName } from './name-comparisons.js';
import {
  keysOfAccount,
  readNameUniqueness,
  type IndexGap,
  type NameFound,
  type NameUniqueness,
} from './name-uniqueness.js';
import type { NamedPerson } from './namesakes.js';

/** To be raised with every change of what accounts are found by: those indexed before are indexed again. */
const INDEX_VERSION = 6;

/** Accounts that a decision brings up to date itself, before it says that it cannot tell. */
const BEFORE_A_DECISION = 50;

/** An account as it was when its indexing began. */
interface SeenAccount {
  id: string;
  accountIndex: string;
  version: number;
}

/**
 * Indexes the directory by keyed hashes, so that a decision finds every account that it has to compare. Of each account
 * it keeps the birth date, or the names where the birth date is not known; the document of its proofing record; and its
 * addresses on file. The database empties an account's mark whenever its profile or record changes. The next round of
 * the sweeper, `regain subjects reindex` or the next decision indexes it again. Until then no name counts as unique.
 */
@Injectable()
export class AccountIndex {
  constructor(
    private readonly ring: KeyRing,
    private readonly documents: KnownDocuments,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** {@link uniquenessOfNames} of one account. */
  async uniquenessOfName(tx: Transaction, subjectId: string, person: NamedPerson): Promise<NameUniqueness> {
    const found = await this.uniquenessOfNames(tx, [{ subjectId, person }]);
    return found.get(subjectId)?.uniqueness ?? 'not_unique';
  }

  /**
   * Whether nobody else's name could be taken for theirs, of all accounts, disabled ones too; for one decision, or for a
   * page of the directory. Reads only.
   */
  async uniquenessOfNames(tx: Transaction, people: readonly AskedName[]): Promise<Map<string, NameFound>> {
    return readNameUniqueness(tx, { ring: this.ring, people, gap: await this.gap(tx) });
  }

  /** Whether an account changed that is not indexed yet: until then nobody is told from it. */
  async isBehind(tx: Transaction): Promise<boolean> {
    return (await this.gap(tx)) === 'not_indexed';
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
    // Two ranges where `<>` would do: an index has them in order. And both have both bounds, so that the planner uses it: one
    // that is not known beforehand is taken for a third of all accounts.
    const changed = await tx.many<SeenAccount>`
      SELECT id, account_index, version FROM subjects WHERE account_index BETWEEN '' AND ${mark} AND account_index NOT IN (${mark}, ${aside})
      ORDER BY account_index, id LIMIT ${limit} FOR NO KEY UPDATE`;
    const others = await tx.many<SeenAccount>`
      SELECT id, account_index, version FROM subjects WHERE account_index BETWEEN ${mark}
        AND (SELECT max(account_index) FROM subjects) AND account_index NOT IN (${mark}, ${aside})
      ORDER BY account_index, id LIMIT ${limit - changed.length} FOR NO KEY UPDATE`;
    const rows = [...changed, ...others];
    if (rows.length > 0) await this.index(tx, rows);
    return rows.length;
  }

  /** Forgets names that accounts had until a week ago, and indexes them without in the same transaction. Returns how many. */
  async forgetFormerNames(tx: Transaction, limit: number): Promise<number> {
    const accounts = await forgetFormerNames(tx, limit);
    if (accounts.length > 0) await this.index(tx, accounts);
    return accounts.length;
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
  private async gap(tx: Transaction): Promise<IndexGap | undefined> {
    // From one mark to the next, of which there are few, and not from account to account.
    const stale = await tx.many<{ mark: string }>`
      WITH RECURSIVE marks AS (
        SELECT min(account_index) AS mark FROM subjects
        UNION ALL
        SELECT (SELECT min(account_index) FROM subjects WHERE account_index > marks.mark) FROM marks WHERE marks.mark IS NOT NULL
      )
      SELECT mark FROM marks WHERE mark <> ALL(${this.ring.ids.map(markOf)}::text[])`;
    if (stale.length === 0) return undefined;
    return stale.every(({ mark }) => mark === unreadableMark(markOf(this.ring.activeId)))
      ? 'unreadable'
      : 'not_indexed';
  }

  /** What all of these are found by, in as many statements as for one. What is known of an unreadable one stays. */
  private async index(tx: Transaction, accounts: readonly SeenAccount[]): Promise<void> {
    const read = await readIdentities(
      tx,
      this.ring,
      accounts.map(({ id }) => id),
    );
    const known = read.known.map((identity) => identity.reveal());
    const born = known.flatMap(({ subjectId, profile, record = {}, formerly = [] }) =>
      keysOfAccount([profile, record], formerly).map((key) => ({
        subjectId,
        digest: this.ring.digest('birth-date', key),
      })),
    );
    const ids = known.map(({ subjectId }) => subjectId);
    await keepBirthDates(tx, ids, born);
    const reached = known.map(({ subjectId, profile: { emails } }) => ({ subjectId, emails }));
    await keepEmails(tx, this.ring, reached);
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

  /** An operator has to mend these: until then no account can be told from them by name. */
  private alarm(subjectIds: readonly string[]): void {
    for (const subjectId of subjectIds) {
      this.securityEvents.report('account_unreadable', { subjectId });
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

/** What an account is marked with that is indexed under these rules and that key. */
export const markOf = (keyId: string): string => `${INDEX_VERSION}.${keyId}`;

/** The mark of an account that could not be opened under the rules and the key of `mark`. */
const unreadableMark = (mark: string): string => `${mark}${UNREADABLE_MARK}`;
