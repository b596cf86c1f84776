import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import { isUniqueViolation } from '../platform/database/database-errors.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Answering } from '../platform/idempotency/answering.js';
import { Logger } from '../platform/logging/logger.js';
import { announceToHolder } from './account-notices.js';
import { recordAssuranceLevel } from './assurance-level.js';
import type { Subject } from './subject.js';
import { Subjects, type ProofingRecordInput, type PutSubject } from './subjects.js';

interface AccountChange {
  id: string;
  input: Parameters<Subjects['put']>[1]['input'];
  assuranceLevel: Parameters<typeof recordAssuranceLevel>[2];
  actor: Actor;
}

interface RecordChange {
  subjectId: string;
  input: ProofingRecordInput;
  actor: Actor;
}

/**
 * What provisioning does to an account: the change, its place in the trail and what the account's holder is to hear of it, in one
 * transaction (rule 10, T48).
 */
@Injectable()
export class AccountChanges {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly logger: Logger,
  ) {}

  /** Creates or replaces an account. @throws Problem version_conflict when its login or employee id is another one's */
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
      return answer(tx, put.subject);
    });
    return change.catch((error: unknown) => {
      throw isUniqueViolation(error)
        ? new Problem('version_conflict', { detail: 'Login or employee id belongs to another account.', cause: error })
        : error;
    });
  }

  /** Puts what was proofed at enrolment in the place of what stood there; the same once more changes nothing. @throws Problem not_found */
  async replaceRecord<Answer>(given: RecordChange, answer: Answering<Subject, Answer>): Promise<Answer> {
    const { answered, replaced } = await this.database.transaction(async (tx) => {
      const subject = await this.subjects.find(tx, given.subjectId);
      if (!subject) throw new Problem('not_found');
      const replacedPortrait = await this.putRecord(tx, given);
      return { answered: await answer(tx, subject), replaced: replacedPortrait };
    });
    if (replaced) await this.deletePortrait(replaced);
    return answered;
  }

  /** The object of a portrait that nothing names any more. */
  private async putRecord(tx: Transaction, given: RecordChange): Promise<string | undefined> {
    const { subjectId, input, actor } = given;
    if (await this.subjects.holdsProofingRecord(tx, given)) return undefined;
    const before = await this.subjects.proofingSummary(tx, subjectId);
    const unreadable = await this.subjects.recordUnreadable(tx, subjectId);
    const replaced = await this.subjects.putProofingRecord(tx, given);
    const data = { level: input.level, portrait: input.portrait !== undefined };
    await appendAudit(tx, {
      chainId: `subject:${subjectId}`,
      type: 'proofing_record.changed',
      actor,
      data: { ...data, ...(unreadable && { unreadableBefore: true }) },
    });
    // A first one, too: an account that was never proofed can be given to somebody by one (T48).
    await announceToHolder(tx, before ? 'subject.record_changed' : 'subject.record_added', subjectId);
    return replaced;
  }

  /** After the commit, so that a rolled back change keeps its picture. The record stands whether or not the store answers. */
  private async deletePortrait(objectKey: string): Promise<void> {
    try {
      await this.subjects.deletePortrait(objectKey);
    } catch (error) {
      this.logger.warn('dependency_unavailable', { error });
    }
  }
}

/**
 * What a privileged group or a flag became and was, and that a login, an address, a name or a birth date is another one:
 * codes and names of groups, nothing about the person. `unreadableBefore`: what it was could not be opened any more.
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
      privilegedBefore: before.privileged,
      statusBefore: before.status,
      ...(before.unreadable && { unreadableBefore: true }),
    }),
  };
}
