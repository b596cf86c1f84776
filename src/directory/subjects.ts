import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { SealBrokenError, sealWithRing } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { keepMark } from './account-mark.js';
import { assertBorn } from './birth-date.js';
import { COOL_OFF_DAYS } from './cool-off.js';
import { keepFormerName } from './former-names.js';
import { storedProfile, type ReplacedAccount } from './profile-change.js';
import { ifReadable, openProfile, profileContext } from './sealed-account.js';
import { keepEmails } from './subject-emails.js';
import { identifierText } from './subject-identity.js';
import type { Subject, SubjectProfile } from './subject.js';

/** A replaced address is told of recoveries for this long, and a replaced login counts; after that it may be anybody's. */
const FORMER_ADDRESS_DAYS = 30;

interface SubjectRow {
  id: string;
  profileSealed: Buffer;
  groups: string[];
  recentGroups: string[];
  privileged: boolean;
  countsAsPrivileged: boolean;
  identityCoolingOff: boolean;
  status: Subject['status'];
  sessionsValidFrom: Date;
  contactsChangedAt: Date | null;
  contactsCoolingOff: boolean;
  toldSince: Date;
  now: Date;
  accountIndex: string;
  version: number;
}

export interface SubjectInput {
  profile: SubjectProfile;
  groups: string[];
  privileged: boolean;
  status: Subject['status'];
}

export interface PutSubject {
  subject: Subject;
  contactsChanged: boolean;
  /** Name or birth date is another one now. */
  identityChanged: boolean;
  /** What a change replaced; absent for a new account. */
  before?: ReplacedAccount;
}

/** Nobody else changes the account or its record until the transaction ends. */
export async function lockAccount(tx: Transaction, subjectId: string): Promise<void> {
  await tx.run`SELECT id FROM subjects WHERE id = ${subjectId} FOR UPDATE`;
}

/**
 * Reads and writes the built-in directory's accounts. Everything about a person is sealed; look-ups use keyed hashes.
 */
@Injectable()
export class Subjects {
  constructor(private readonly ring: KeyRing) {}

  async find(tx: Transaction, subjectId: string): Promise<Subject | undefined> {
    const row = await this.row(tx, subjectId);
    return row && this.toSubject(row);
  }

  /** The same for callers that show or count: nothing where the account is gone, or cannot be opened. */
  async findIfReadable(tx: Transaction, subjectId: string): Promise<Subject | undefined> {
    try {
      return await this.find(tx, subjectId);
    } catch (error) {
      if (error instanceof SealBrokenError) return undefined;
      throw error;
    }
  }

  async findByLogin(tx: Transaction, login: string): Promise<Subject | undefined> {
    const found = await tx.maybeOne<{ id: string }>`
      SELECT id FROM subjects WHERE login_digest = ANY(${this.identifierDigests('login', login)}::bytea[])`;
    return found && this.find(tx, found.id);
  }

  async findByEmployeeId(tx: Transaction, employeeId: string): Promise<Subject | undefined> {
    const found = await tx.maybeOne<{ id: string }>`
      SELECT id FROM subjects WHERE employee_id_digest = ANY(${this.identifierDigests('employee', employeeId)}::bytea[])`;
    return found && this.find(tx, found.id);
  }

  /**
   * Creates or replaces an account. Replaced addresses move to `formerEmails`: they get notices but no recovery links.
   * Added addresses, and another name or birth date, cool off first. Values that cannot be opened all count as changed;
   * writing the account anew repairs it. A disabled account loses its sessions for good (T60).
   * @throws Problem identifier_taken, invalid_request
   */
  async put(tx: Transaction, subject: { id: string; input: SubjectInput }): Promise<PutSubject> {
    await lockAccount(tx, subject.id);
    const before = await this.row(tx, subject.id);
    const { profile, groups, privileged, status } = subject.input;
    await assertBorn(tx, { birthDate: profile.birthDate, pointer: '/birthDate' });
    await this.assertIdentifiersFree(tx, { id: subject.id, profile });
    const old = before && ifReadable(() => this.toSubject(before).profile.reveal());
    const { next, ...changes } = storedProfile(profile, { before, old });
    const { contactsChanged, identityChanged, loginChanged, employeeIdChanged } = changes;
    const sealed = sealWithRing(this.ring, Buffer.from(JSON.stringify(next)), profileContext(subject.id));
    await tx.run`
      INSERT INTO subjects (id, login_digest, employee_id_digest, profile_sealed, groups, privileged, status)
      VALUES (${subject.id}, ${this.identifierDigest('login', profile.login)},
        ${profile.employeeId ? this.identifierDigest('employee', profile.employeeId) : null},
        ${sealed}, ${groups}, ${privileged}, ${status})
      ON CONFLICT (id) DO UPDATE SET login_digest = EXCLUDED.login_digest, employee_id_digest = EXCLUDED.employee_id_digest,
        profile_sealed = EXCLUDED.profile_sealed,
        groups = EXCLUDED.groups, privileged = EXCLUDED.privileged, status = EXCLUDED.status, version = subjects.version + 1, updated_at = clock_timestamp(),
        sessions_valid_from = CASE WHEN EXCLUDED.status = 'disabled' THEN clock_timestamp() ELSE subjects.sessions_valid_from END,
        contacts_changed_at = CASE WHEN ${contactsChanged} THEN clock_timestamp() ELSE subjects.contacts_changed_at END,
        identity_changed_at = CASE WHEN ${identityChanged} THEN clock_timestamp() ELSE subjects.identity_changed_at END`;
    await keepEmails(tx, this.ring, [{ subjectId: subject.id, emails: next.emails }]);
    if (before && !identityChanged) await keepMark(tx, before);
    if (old && identityChanged) await keepFormerName(tx, this.ring, { subjectId: subject.id, name: old });
    // Read again: the database keeps what was replaced while it replaces it.
    const written = await this.find(tx, subject.id);
    if (!written) throw new Error('an account that was written is missing');
    const replaced = { loginChanged, employeeIdChanged, unreadable: old === undefined };
    return {
      subject: written,
      contactsChanged,
      identityChanged,
      ...(before && { before: { privileged: before.privileged, status: before.status, ...replaced } }),
    };
  }

  private row(tx: Transaction, subjectId: string): Promise<SubjectRow | undefined> {
    return tx.maybeOne<SubjectRow>`
      SELECT *, counts_as_privileged(subjects), recent_groups(subjects), identity_cooling_off(subjects),
        COALESCE(contacts_changed_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS}), false) AS contacts_cooling_off,
        clock_timestamp() - make_interval(days => ${FORMER_ADDRESS_DAYS}) AS told_since, clock_timestamp() AS now
      FROM subjects WHERE id = ${subjectId}`;
  }

  private toSubject(row: SubjectRow): Subject {
    const { profileSealed, privileged: markedPrivileged, countsAsPrivileged: privileged, ...rest } = row;
    const profile = openProfile(this.ring, row.id, profileSealed);
    return { ...rest, privileged, markedPrivileged, profile };
  }

  /**
   * The unique indexes see one key's digests; after a rotation the same login has another one.
   * @throws Problem identifier_taken, with each that another account has
   */
  async assertIdentifiersFree(tx: Transaction, entry: { id: string; profile: SubjectProfile }): Promise<void> {
    const { login, employeeId } = entry.profile;
    const logins = this.identifierDigests('login', login);
    const employeeIds = employeeId ? this.identifierDigests('employee', employeeId) : [];
    const others = await tx.many<Record<'login' | 'employeeId', boolean | null>>`
      SELECT login_digest = ANY(${logins}::bytea[]) AS login, employee_id_digest = ANY(${employeeIds}::bytea[]) AS employee_id
      FROM subjects WHERE id <> ${entry.id}
        AND (login_digest = ANY(${logins}::bytea[]) OR employee_id_digest = ANY(${employeeIds}::bytea[]))`;
    const taken = (['login', 'employeeId'] as const).filter((member) => others.some((other) => other[member]));
    if (taken.length === 0) return;
    const fault = { code: 'taken', detail: 'another account has it' };
    throw new Problem('identifier_taken', { errors: taken.map((member) => ({ pointer: `/${member}`, ...fault })) });
  }

  private identifierDigest(kind: 'login' | 'employee', text: string): Buffer {
    return this.ring.digest('lookup', identifierText(kind, text));
  }

  private identifierDigests(kind: 'login' | 'employee', text: string): Buffer[] {
    return this.ring.digests('lookup', identifierText(kind, text));
  }
}
