import type { Transaction } from '../platform/database/transaction.js';
import type { AssuranceLevel } from './subject.js';
import { COOL_OFF_DAYS } from './cool-off.js';

/**
 * The level that a recovery must meet: the recorded one, or AAL3 if none is recorded; while a change cools off, the
 * stronger of the old and the new one (T61, rule 10). So lowering a level gives no easier recovery this week.
 */
export async function assuranceLevelOf(tx: Transaction, subjectId: string): Promise<AssuranceLevel> {
  return (await recoveryStandard(tx, subjectId)).assuranceLevel;
}

/** That level, and the one its proofing record has, if there is one. */
export async function recoveryStandard(
  tx: Transaction,
  subjectId: string,
): Promise<{ assuranceLevel: AssuranceLevel; proofingLevel: string | undefined }> {
  const row = await tx.maybeOne<{ level: AssuranceLevel; proofingLevel: string | null }>`
    SELECT GREATEST(COALESCE(assurance_level, 'AAL3'),
      CASE WHEN assurance_changed_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS}) THEN assurance_level_before END) AS level,
      (SELECT level FROM proofing_records WHERE subject_id = subjects.id) AS proofing_level
    FROM subjects WHERE id = ${subjectId}`;
  return { assuranceLevel: row?.level ?? 'AAL3', proofingLevel: row?.proofingLevel ?? undefined };
}

/**
 * Keeps what provisioning says of an account it has just written. For a new account it counts at once. Gives back what the
 * audit trail says of it.
 */
export async function recordAssuranceLevel(
  tx: Transaction,
  subjectId: string,
  level: AssuranceLevel | undefined,
): Promise<{ assuranceLevel: AssuranceLevel | null; assuranceLevelBefore?: AssuranceLevel }> {
  const before = await assuranceLevelOf(tx, subjectId);
  const changed = await tx.run`
    UPDATE subjects SET assurance_level = ${level ?? null},
      assurance_level_before = CASE WHEN version > 1 THEN ${before} END,
      assurance_changed_at = CASE WHEN version > 1 THEN clock_timestamp() END
    WHERE id = ${subjectId} AND assurance_level IS DISTINCT FROM ${level ?? null}`;
  return { assuranceLevel: level ?? null, ...(changed > 0 ? { assuranceLevelBefore: before } : {}) };
}
