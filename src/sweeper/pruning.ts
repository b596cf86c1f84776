import type { Transaction } from '../platform/database/transaction.js';
import { firstIdOf } from '../platform/ids/ids.js';

/** Four rounds a minute: more than a deployment writes. */
const PRUNED_ROWS = 10_000;

/** Notices that no address accepted in this time are not sent any more; the figure of those given up covers a week. */
const GIVEN_UP_DAYS = 30;

/** Removes data that is not needed any more, the oldest first, and at once only as much as fits into one round. */
export async function pruneSpent(tx: Transaction): Promise<void> {
  await tx.run`DELETE FROM outbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM outbox
    WHERE published_at < statement_timestamp() - interval '1 day' ORDER BY published_at LIMIT ${PRUNED_ROWS}))`;
  await tx.run`DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys
    WHERE expires_at < statement_timestamp() ORDER BY expires_at LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
  await tx.run`DELETE FROM webauthn_challenges WHERE ctid = ANY(ARRAY(SELECT ctid FROM webauthn_challenges
    WHERE expires_at < statement_timestamp() - interval '1 day' ORDER BY expires_at LIMIT ${PRUNED_ROWS}))`;
  await tx.run`DELETE FROM account_notices WHERE id = ANY(ARRAY(SELECT id FROM account_notices
    WHERE owed_since < statement_timestamp() - make_interval(days => ${GIVEN_UP_DAYS}) ORDER BY owed_since LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
  await tx.run`DELETE FROM owed_mails WHERE id = ANY(ARRAY(SELECT id FROM owed_mails
    WHERE owed_since < statement_timestamp() - make_interval(days => ${GIVEN_UP_DAYS}) ORDER BY owed_since LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
  await pruneSignIns(tx);
  await pruneStaffSessions(tx);
}

/** Later than any sign-in at our own relying party lasts, by far (`SESSION_SECONDS`). */
const SIGN_IN_DAYS = 2;

/**
 * Those that are over, and that the database lets go (`forbid_removing_living`). Their ids begin with the time they were made
 * at, which finds the oldest without an index of its own.
 */
async function pruneSignIns(tx: Transaction): Promise<void> {
  const { before } = await tx.one<{ before: Date }>`
    SELECT statement_timestamp() - make_interval(days => ${SIGN_IN_DAYS}) AS before`;
  await tx.run`DELETE FROM relying_party_sessions WHERE id = ANY(ARRAY(SELECT id FROM relying_party_sessions
    WHERE id < ${firstIdOf('ses', before)} AND expires_at < statement_timestamp() AND created_at < ${before} ORDER BY id LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
}

/** The same of staff at the console; a day is longer than any of them lasts (`STAFF_ABSOLUTE_SECONDS`). */
async function pruneStaffSessions(tx: Transaction): Promise<void> {
  const { before } = await tx.one<{ before: Date }>`SELECT statement_timestamp() - interval '1 day' AS before`;
  await tx.run`DELETE FROM staff_sessions WHERE id = ANY(ARRAY(SELECT id FROM staff_sessions
    WHERE expires_at < statement_timestamp() AND id < ${firstIdOf('sts', before)} AND created_at < ${before} ORDER BY id LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
}
