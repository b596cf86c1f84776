import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import { isUniqueViolation } from '../platform/database/database-errors.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Answering } from '../platform/idempotency/answering.js';
import { Logger } from '../platform/logging/logger.js';
import { announceToHolder } from './announce-to-holder.js';
import { recordAssuranceLevel } from './assurance-level.js';
import { assertBorn } from './birth-date.js';
import { Portraits, type ComparedPortrait, type StoredPortrait } from './portraits.js';
import { ProofingRecords, type PortraitChange, type ProofingRecordInput } from './proofing-records.js';
import type { Subject } from './subject.js';
import { lockAccount, Subjects, type PutSubject } from './subjects.js';

interface AccountChange {
  id: string;
  input: Parameters<Subjects['put']>[1]['input'];
  assuranceLevel: Parameters<typeof recordAssuranceLevel>[2];
  actor: Actor;
}

interface RecordChange {
  subjectId: string;
  input: ProofingRecordInput;
  /** JPEG bytes, already sanitised. */
  portrait?: Uint8Array | undefined;
  /** When it was compared with the one on file just now. */
  compared?: ComparedPortrait | undefined;
  actor: Actor;
}

/**
 * Changes an account for provisioning, with its audit row and the news for its holder, in one transaction (rule 10,
 * T48).
 */
@Injectable()
export class AccountChanges {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly portraits: Portraits,
    private readonly logger: Logger,
  ) {}

  /** Creates or replaces an account. @throws Problem identifier_taken, invalid_request */
  async put<Answer>(
    { id, input, assuranceLevel, actor }: AccountChange,
    answer: Answering<Subject, Answer>,
  ): Promise<Answer> {
    const change = this.database.transaction(async (tx) => {
      const put = await this.subjects.put(tx, { id, input });
      const level = await recordAssuranceLevel(tx, id, assuranceLevel);
      await appendAudit(tx, {
        chainId: `subject:${id}`,
        type: put.before ? 'subject.changed' : 'subject.created',
        actor,
        data: { ...auditDataOf(put), ...level },
      });
      if (put.contactsChanged) await announceToHolder(tx, 'subject.contacts_changed', id);
      if (put.identityChanged) await announceToHolder(tx, 'subject.identity_changed', id);
      if (put.before?.loginChanged || put.before?.employeeIdChanged)
        await announceToHolder(tx, 'subject.identifiers_changed', id);
      if (isLessProtected(put, level)) await announceToHolder(tx, 'subject.protection_lowered', id);
      return answer(tx, put.subject);
    });
    return change.catch(async (error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      // Somebody was faster; now there is an account to be seen that has it.
      await this.database.read((tx) => this.subjects.assertIdentifiersFree(tx, { id, profile: input.profile }));
      throw new Problem('version_conflict', { cause: error });
    });
  }

  /**
   * Replaces the proofing record; writing the same record again changes nothing. The portrait is compared and stored
   * before anything is locked. If another change was faster, the portrait is compared again (F23). A stored portrait
   * that no row names in the end is swept, because a commit without an answer may name it.
   *
   * @throws Problem not_found, invalid_request; ObjectStoreUnavailableError
   */
  async replaceRecord<Answer>(change: RecordChange, answer: Answering<Subject, Answer>): Promise<Answer> {
    let given = change;
    let stored: StoredPortrait | undefined;
    for (;;) {
      const compared = await this.compared(given);
      if (compared && !compared.same && given.portrait)
        stored ??= await this.portraits.store(given.subjectId, given.portrait);
      const portrait = compared?.same ? 'kept' : compared && stored;
      const done = await this.database.transaction(async (tx) => {
        await lockAccount(tx, given.subjectId);
        const subject = await this.subjects.find(tx, given.subjectId);
        if (!subject) throw new Problem('not_found');
        await assertBorn(tx, { birthDate: given.input.attributes.birthDate, pointer: '/attributes/birthDate' });
        if (compared && !(await this.portraits.isStill(tx, subject.id, compared))) return undefined;
        const replacedPortrait = await this.putRecord(tx, { ...given, portrait });
        return { answered: await answer(tx, subject), replaced: replacedPortrait };
      });
      if (!done) {
        given = { ...change, compared: undefined };
        continue;
      }
      if (done.replaced) await this.deletePortrait(done.replaced);
      return done.answered;
    }
  }

  /** Nothing where no portrait was sent. @throws Problem not_found; ObjectStoreUnavailableError */
  private async compared({ subjectId, portrait, compared }: RecordChange): Promise<ComparedPortrait | undefined> {
    if (!portrait) return undefined;
    const held = compared ?? (await this.portraits.compare(subjectId, portrait));
    if (!held) throw new Problem('not_found');
    return held;
  }

  /** The object of a portrait that nothing names any more. */
  private async putRecord(
    tx: Transaction,
    given: Omit<RecordChange, 'portrait' | 'compared'> & { portrait: PortraitChange },
  ): Promise<string | undefined> {
    const { subjectId, input, actor, portrait } = given;
    const replaced = await this.records.put(tx, given);
    if (!replaced) return undefined;
    const data = { level: input.level, portrait: portrait !== undefined };
    await appendAudit(tx, {
      chainId: `subject:${subjectId}`,
      type: 'proofing_record.changed',
      actor,
      data: { ...data, ...(replaced.unreadable && { unreadableBefore: true }) },
    });
    // A first one, too: an account that was never proofed can be given to an attacker by one (T48).
    await announceToHolder(tx, replaced.first ? 'subject.record_added' : 'subject.record_changed', subjectId);
    return replaced.portrait;
  }

  /** After the commit, so that a rolled back change keeps its picture. The record stands whether or not the store answers. */
  private async deletePortrait(objectKey: string): Promise<void> {
    try {
      await this.portraits.delete(objectKey);
    } catch (error) {
      this.logger.warn('dependency_unavailable', { error });
    }
  }
}

/** It is no longer marked as privileged, or a lower level is enough: what getting it back will take after this week (rule 10). */
const isLessProtected = (
  { subject, before }: PutSubject,
  { assuranceLevel, assuranceLevelBefore }: Awaited<ReturnType<typeof recordAssuranceLevel>>,
): boolean =>
  (before?.privileged === true && !subject.markedPrivileged) ||
  (before !== undefined && assuranceLevelBefore !== undefined && (assuranceLevel ?? 'AAL3') < assuranceLevelBefore);

/**
 * What a privileged group or a flag became and was, and that a login, an employee id, an address, a name or a birth
 * date is another one: codes and names of groups, nothing about the person. `unreadableBefore`: what it was could not
 * be opened any more.
 */
export function auditDataOf({ subject, contactsChanged, identityChanged, before }: PutSubject) {
  const { version, groups, markedPrivileged: privileged, status } = subject;
  return {
    version,
    contactsChanged,
    privileged,
    status,
    groups,
    ...(before && {
      identityChanged,
      loginChanged: before.loginChanged,
      employeeIdChanged: before.employeeIdChanged,
      privilegedBefore: before.privileged,
      statusBefore: before.status,
      ...(before.unreadable && { unreadableBefore: true }),
    }),
  };
}
