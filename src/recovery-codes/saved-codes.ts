import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { digestKeyId, KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { canonicalCode, newSavedCode } from './code-text.js';

/** Wrong codes in a row after which a code is worth nothing (NIST SP 800-63B-4, 3.2.2). */
const MOST_FAILURES = 100;

/** When the code that counts was made, and when its holder said that it is kept. */
export interface SavedCodeStatus {
  createdAt: Date | null;
  keptAt: Date | null;
  /** The last one was used, was made and nobody has said that it is kept, or ends with its key. */
  due: boolean;
}

interface LatestCode {
  createdAt: Date;
  keptAt: Date | null;
  endedBy: string | null;
  codeDigest: Buffer;
}

/**
 * Keeps the recovery code of each account's holder (NIST SP 800-63B-4, 4.2.1.1). There is one per account, stored as a
 * keyed hash and used up by its first use. It is shown in one answer, to the person who is signed in as the holder.
 */
@Injectable()
export class SavedCodes {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** Makes a code; the one before it ends. */
  async replace(tx: Transaction, subjectId: string): Promise<{ code: string; createdAt: Date }> {
    const code = newSavedCode();
    // Two tabs that ask at once get two codes; the later one counts.
    await tx.run`SELECT 1 FROM subjects WHERE id = ${subjectId} FOR NO KEY UPDATE`;
    await tx.run`UPDATE saved_recovery_codes SET ended_at = clock_timestamp(), ended_by = 'replaced'
      WHERE subject_id = ${subjectId} AND ended_at IS NULL`;
    const { createdAt } = await tx.one<{ createdAt: Date }>`
      INSERT INTO saved_recovery_codes (id, subject_id, code_digest)
      VALUES (${newId('rcc', this.clock.now())}, ${subjectId}, ${this.ring.digest('recovery-code', textOf(subjectId, canonicalCode('saved', code)))})
      RETURNING created_at`;
    return { code, createdAt };
  }

  /**
   * The account's code, and whether a new one is due. One whose key was given an end is due while it still works: nobody
   * who only holds on to it learns of the rotation, and at the end it is as good as none.
   */
  async status(tx: Transaction, subjectId: string): Promise<SavedCodeStatus> {
    const latest = await tx.maybeOne<LatestCode>`
      SELECT created_at, kept_at, ended_by, code_digest FROM saved_recovery_codes WHERE subject_id = ${subjectId}
      ORDER BY created_at DESC, id DESC LIMIT 1`;
    if (!latest) return { createdAt: null, keptAt: null, due: false };
    const { createdAt, keptAt, endedBy } = latest;
    if (endedBy !== null) return { createdAt: null, keptAt: null, due: endedBy === 'used' };
    const keyId = digestKeyId(latest.codeDigest);
    if (!this.ring.acceptedIds('recovery-code').includes(keyId)) return { createdAt: null, keptAt: null, due: true };
    return { createdAt, keptAt, due: keptAt === null || !this.ring.lastingIds.includes(keyId) };
  }

  /** The holder has the code that counts in a safe place. False when there is none; the first time stays. */
  async markKept(tx: Transaction, subjectId: string): Promise<boolean> {
    const kept = await tx.run`UPDATE saved_recovery_codes SET kept_at = COALESCE(kept_at, clock_timestamp())
      WHERE subject_id = ${subjectId} AND ended_at IS NULL`;
    return kept === 1;
  }

  /** Whether the code is the account's. Uses nothing up and counts nothing. */
  async matches(tx: Transaction, subjectId: string, typed: string): Promise<boolean> {
    const code = canonicalCode('saved', typed);
    if (code === undefined) return false;
    const row =
      await tx.maybeOne`SELECT 1 FROM saved_recovery_codes WHERE subject_id = ${subjectId} AND ended_at IS NULL
      AND code_digest = ANY(${this.ring.digests('recovery-code', textOf(subjectId, code))}::bytea[])`;
    return row !== undefined;
  }

  /** Uses the code up when it is the account's. True for one caller; a wrong one is counted, what is no code is not. */
  async spend(tx: Transaction, subjectId: string, typed: string): Promise<boolean> {
    const code = canonicalCode('saved', typed);
    if (code === undefined) return false;
    const digests = this.ring.digests('recovery-code', textOf(subjectId, code));
    const spent = await tx.run`UPDATE saved_recovery_codes SET ended_at = clock_timestamp(), ended_by = 'used'
      WHERE subject_id = ${subjectId} AND ended_at IS NULL AND code_digest = ANY(${digests}::bytea[])`;
    if (spent === 1) return true;
    await this.countWrong(tx, subjectId);
    return false;
  }

  /** The same, and a right one goes on working. */
  async tryOut(tx: Transaction, subjectId: string, typed: string): Promise<boolean> {
    if (canonicalCode('saved', typed) === undefined) return false;
    if (await this.matches(tx, subjectId, typed)) return true;
    await this.countWrong(tx, subjectId);
    return false;
  }

  private async countWrong(tx: Transaction, subjectId: string): Promise<void> {
    await tx.run`UPDATE saved_recovery_codes SET failures = failures + 1,
        ended_at = CASE WHEN failures + 1 >= ${MOST_FAILURES} THEN clock_timestamp() END,
        ended_by = CASE WHEN failures + 1 >= ${MOST_FAILURES} THEN 'guessed_at' END
      WHERE subject_id = ${subjectId} AND ended_at IS NULL`;
  }
}

/**
 * Uses up the code that was given in a case, if that was not done when it was given: an approval rests on it. One made
 * since stays.
 */
export async function endGivenCode(
  tx: Transaction,
  { id: caseId, subjectId }: { id: string; subjectId: string },
): Promise<void> {
  await tx.run`UPDATE saved_recovery_codes s SET ended_at = clock_timestamp(), ended_by = 'used'
    WHERE s.subject_id = ${subjectId} AND s.ended_at IS NULL AND EXISTS (
      SELECT 1 FROM given_recovery_codes g WHERE g.case_id = ${caseId} AND g.method = 'saved' AND g.given_at >= s.created_at
      UNION ALL
      SELECT 1 FROM codes_given_anew n WHERE n.case_id = ${caseId} AND n.method = 'saved' AND n.given_at >= s.created_at)`;
}

/**
 * Ends the code of an account that a person has just recovered, or whose recovery was disputed: whoever held the account
 * until then may have made it (T60).
 */
export function endSavedCode(tx: Transaction, subjectId: string, by: 'recovered' | 'frozen'): void {
  tx.send`UPDATE saved_recovery_codes SET ended_at = clock_timestamp(), ended_by = ${by}
    WHERE subject_id = ${subjectId} AND ended_at IS NULL`;
}

const textOf = (subjectId: string, code: string | undefined): string => `saved:${subjectId}:${code ?? ''}`;
