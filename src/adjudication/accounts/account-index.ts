import { Injectable } from '@nestjs/common';
import { Subjects } from '../../directory/subjects.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { documentKey } from './document-number.js';
import { KnownDocuments } from './known-documents.js';
import { NAME_KEYS_VERSION, nameKeysOf, twinKeysOf, type NamedPerson } from './name-keys.js';

/** Accounts that a decision brings up to date itself, before it says that it cannot tell. */
const BEFORE_A_DECISION = 50;

/**
 * Who in the directory has which name, and whose the documents of the proofing records are, as keyed hashes. Every change
 * of an account or its record empties its mark (directory/subjects.ts); the account is indexed again by the next round of
 * the sweeper, by `regain subjects:reindex`, or by the next decision. While any account is not, nobody's name is unique.
 */
@Injectable()
export class AccountIndex {
  constructor(
    private readonly ring: KeyRing,
    private readonly subjects: Subjects,
    private readonly documents: KnownDocuments,
  ) {}

  /**
   * Whether nobody else's name could be taken for this one's, of all accounts, disabled ones too. False as well when too
   * little is known of the person, or the index is not whole (T65).
   */
  async isUnique(tx: Transaction, subjectId: string, person: NamedPerson): Promise<boolean> {
    const keys = twinKeysOf(person);
    if (!keys) return false;
    await this.catchUp(tx, BEFORE_A_DECISION);
    const { stale, shared } = await tx.one<{ stale: boolean; shared: boolean }>`
      SELECT EXISTS (SELECT 1 FROM subjects WHERE account_index <> ALL(${this.ring.ids.map(markOf)}::text[])) AS stale,
        EXISTS (SELECT 1 FROM subject_name_keys WHERE subject_id <> ${subjectId}
          AND key_digest = ANY(${keys.flatMap((key) => this.ring.digests('name', key))}::bytea[])) AS shared`;
    return !stale && !shared;
  }

  /** How many other accounts each of these could be taken for; those that share with nobody are left out. */
  async sharedWith(
    tx: Transaction,
    people: readonly { subjectId: string; person: NamedPerson }[],
  ): Promise<Map<string, number>> {
    const looked = people.flatMap(({ subjectId, person }) =>
      (twinKeysOf(person) ?? nameKeysOf(person))
        .flatMap((key) => this.ring.digests('name', key))
        .map((digest) => ({ subjectId, digest })),
    );
    const rows = await tx.many<{ subjectId: string; others: number }>`
      SELECT looked.subject_id, count(DISTINCT k.subject_id)::int AS others
      FROM unnest(${looked.map(({ subjectId }) => subjectId)}::text[], ${looked.map(({ digest }) => digest)}::bytea[]) AS looked (subject_id, digest)
      JOIN subject_name_keys k ON k.key_digest = looked.digest AND k.subject_id <> looked.subject_id
      GROUP BY looked.subject_id`;
    return new Map(rows.map(({ subjectId, others }) => [subjectId, others]));
  }

  /** Indexes so many of the accounts that changed – these first – or were indexed by other rules or an older key. Returns how many. */
  async catchUp(tx: Transaction, limit: number): Promise<number> {
    const rows = await tx.many<{ id: string }>`
      SELECT id FROM subjects WHERE account_index <> ${markOf(this.ring.activeId)} ORDER BY account_index, id LIMIT ${limit} FOR NO KEY UPDATE`;
    const names: IndexedName[] = [];
    for (const { id } of rows) names.push(...(await this.index(tx, id)));
    await this.keepNames(
      tx,
      rows.map(({ id }) => id),
      names,
    );
    return rows.length;
  }

  /** The names of these accounts, and no others. */
  private async keepNames(
    tx: Transaction,
    subjectIds: readonly string[],
    names: readonly IndexedName[],
  ): Promise<void> {
    const digests = names.map(({ digest }) => digest);
    const owners = names.map(({ subjectId }) => subjectId);
    await tx.run`DELETE FROM subject_name_keys k WHERE k.subject_id = ANY(${subjectIds}) AND NOT EXISTS (
      SELECT 1 FROM unnest(${digests}::bytea[], ${owners}::text[]) AS kept (digest, owner) WHERE digest = k.key_digest AND owner = k.subject_id)`;
    await tx.run`INSERT INTO subject_name_keys (key_digest, subject_id)
      SELECT * FROM unnest(${digests}::bytea[], ${owners}::text[]) ON CONFLICT DO NOTHING`;
    await tx.run`UPDATE subjects SET account_index = ${markOf(this.ring.activeId)} WHERE id = ANY(${subjectIds})`;
  }

  /** Keeps the account's document, and says what its names are. */
  private async index(tx: Transaction, subjectId: string): Promise<IndexedName[]> {
    const subject = await this.subjects.find(tx, subjectId);
    const record = (await this.subjects.proofingRecord(tx, subjectId))?.attributes.reveal();
    const people: NamedPerson[] = [subject?.profile.reveal() ?? {}, record ?? {}];
    const document = { issuingCountry: record?.issuingCountry, number: record?.documentNumber };
    await this.documents.keepRecorded(tx, subjectId, documentKey(document));
    const keys = [...new Set(people.flatMap(nameKeysOf))];
    return keys.map((key) => ({ subjectId, digest: this.ring.digest('name', key) }));
  }
}

/** One key of one account's names. */
interface IndexedName {
  subjectId: string;
  digest: Buffer;
}

const markOf = (keyId: string): string => `${NAME_KEYS_VERSION}.${keyId}`;
