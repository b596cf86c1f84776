import type { Transaction } from '../platform/database/transaction.js';
import { COOL_OFF_DAYS, ENROLMENT_HOURS } from './cool-off.js';

/**
 * Whether an account's proofing record is too new to be believed (rule 10). A first record that came with the account is
 * enrolment itself; one that was added to it later waits like a change. False without a record.
 */
export async function recordCoolsOff(tx: Transaction, subjectId: string): Promise<boolean> {
  const row = await tx.maybeOne<{ coolingOff: boolean }>`
    SELECT p.changed_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
      AND (p.version > 1 OR p.changed_at > s.created_at + make_interval(hours => ${ENROLMENT_HOURS})) AS cooling_off
    FROM proofing_records p JOIN subjects s ON s.id = p.subject_id WHERE p.subject_id = ${subjectId}`;
  return row?.coolingOff === true;
}
