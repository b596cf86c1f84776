import type pg from 'pg';
import { openProfile, portraitKeyContext, profileContext, recordContext } from '../directory/sealed-account.js';
import { emailRows } from '../directory/subject-emails.js';
import { identifierText } from '../directory/subject-identity.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import { keyIdOf } from './key-usage.js';
import { nothingYet, resealed, type Resealed } from './reseal-values.js';

/** Accounts in one transaction: short enough that nobody waits for a row of theirs. */
const AT_A_TIME = 100;
/**
 * If two transactions lock accounts in different orders, PostgreSQL ends one, which repeats its batch
 * (deadlock_detected).
 */
const DEADLOCK = '40P01';
const MAX_TRIES = 5;

interface AccountRow {
  id: string;
  profileSealed: Buffer;
  loginDigest: Buffer;
  employeeIdDigest: Buffer | null;
  accountIndex: string;
  attributesSealed: Buffer | null;
  portraitKeySealed: Buffer | null;
}

/** The same account, encrypted with the active key. */
type FreshAccount = Omit<AccountRow, 'accountIndex'> & { before: AccountRow; emails: readonly string[] };

/** What is not there is under no key. */
const isOld = (form: 'sealed' | 'digest', column: string): string =>
  `(t.${column} IS NOT NULL AND ${keyIdOf({ form, column })} <> $2)`;

/**
 * One after the other: what the select finds old is locked with its account, in the order of ids. A column of the record is
 * asked as one of `t`, like those of the account.
 */
const OLD_ACCOUNTS = `SELECT s.id, s.profile_sealed AS "profileSealed", s.login_digest AS "loginDigest",
    s.employee_id_digest AS "employeeIdDigest", s.account_index AS "accountIndex",
    r.attributes_sealed AS "attributesSealed", r.portrait_key_sealed AS "portraitKeySealed"
  FROM regain.subjects s LEFT JOIN regain.proofing_records r ON r.subject_id = s.id
  WHERE s.id > $1 AND (
    EXISTS (SELECT FROM (SELECT s.profile_sealed, s.login_digest, s.employee_id_digest) t
      WHERE ${isOld('sealed', 'profile_sealed')} OR ${isOld('digest', 'login_digest')} OR ${isOld('digest', 'employee_id_digest')})
    OR EXISTS (SELECT FROM (SELECT r.attributes_sealed, r.portrait_key_sealed) t
      WHERE ${isOld('sealed', 'attributes_sealed')} OR ${isOld('sealed', 'portrait_key_sealed')})
    OR EXISTS (SELECT FROM regain.subject_emails t WHERE t.subject_id = s.id AND ${isOld('digest', 'email_digest')}))
  ORDER BY s.id LIMIT ${AT_A_TIME} FOR NO KEY UPDATE OF s`;

/**
 * Puts accounts, what they are found by, and their proofing records under the active key. Nothing of them changes: version,
 * times and the mark of the account index stay what they are.
 */
export async function resealAccounts(client: pg.Client, ring: KeyRing): Promise<Resealed> {
  const done = nothingYet();
  for (let after = ''; ;) {
    const batch = await repeated(client, () => resealBatch(client, ring, after));
    done.resealed += batch.resealed;
    done.changedMeanwhile += batch.changedMeanwhile;
    done.unreadable += batch.unreadable;
    if (batch.last === undefined) return done;
    after = batch.last;
  }
}

async function resealBatch(client: pg.Client, ring: KeyRing, after: string): Promise<Resealed & { last?: string }> {
  const { rows } = await client.query<AccountRow>(OLD_ACCOUNTS, [after, ring.activeId]);
  const fresh = rows.flatMap((row) => freshAccount(ring, row) ?? []);
  const accounts = await writeAccounts(client, fresh);
  const recorded = fresh.filter(({ attributesSealed }) => attributesSealed !== null);
  const records = await writeRecords(client, recorded);
  await writeEmails(client, ring, fresh);
  await keepIndexed(client, fresh);
  return {
    resealed: accounts,
    changedMeanwhile: fresh.length - accounts + (recorded.length - records),
    unreadable: rows.length - fresh.length,
    last: rows.at(-1)?.id,
  };
}

/** `undefined` when any of it cannot be opened: then all of it stays. */
function freshAccount(ring: KeyRing, before: AccountRow): FreshAccount | undefined {
  const { id } = before;
  try {
    const { login, employeeId, emails } = openProfile(ring, id, before.profileSealed).reveal();
    const anew = (sealed: Buffer | null, context: string): Buffer | null => {
      const value = sealed && resealed(ring, sealed, context);
      if (value === undefined) throw new SealBrokenError(context);
      return value;
    };
    return {
      id,
      before,
      emails,
      profileSealed: anew(before.profileSealed, profileContext(id)) ?? before.profileSealed,
      loginDigest: ring.digest('lookup', identifierText('login', login)),
      employeeIdDigest: employeeId ? ring.digest('lookup', identifierText('employee', employeeId)) : null,
      attributesSealed: anew(before.attributesSealed, recordContext(id)),
      portraitKeySealed: anew(before.portraitKeySealed, portraitKeyContext(id)),
    };
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}

async function writeAccounts(client: pg.Client, fresh: readonly FreshAccount[]): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE regain.subjects s SET profile_sealed = u.profile, login_digest = u.login, employee_id_digest = u.employee
      FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[]) AS u (id, before, profile, login, employee)
      WHERE s.id = u.id AND s.profile_sealed = u.before`,
    [
      fresh.map(({ id }) => id),
      fresh.map(({ before }) => before.profileSealed),
      fresh.map(({ profileSealed }) => profileSealed),
      fresh.map(({ loginDigest }) => loginDigest),
      fresh.map(({ employeeIdDigest }) => employeeIdDigest),
    ],
  );
  return rowCount ?? 0;
}

/** Their accounts are locked: nobody else writes them meanwhile. */
async function writeEmails(client: pg.Client, ring: KeyRing, fresh: readonly FreshAccount[]): Promise<void> {
  const rows = emailRows(
    ring,
    fresh.map(({ id, emails }) => ({ subjectId: id, emails })),
  );
  const written = [rows.map(({ subjectId }) => subjectId), rows.map(({ digest }) => digest)];
  await client.query(
    `DELETE FROM regain.subject_emails WHERE subject_id = ANY($3::text[])
      AND (subject_id, email_digest) NOT IN (SELECT * FROM unnest($1::text[], $2::bytea[]))`,
    [...written, fresh.map(({ id }) => id)],
  );
  await client.query(
    `INSERT INTO regain.subject_emails (subject_id, email_digest)
      SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING`,
    written,
  );
}

/** Their rows are not locked, so that a record that was replaced meanwhile stays as it was written. */
async function writeRecords(client: pg.Client, fresh: readonly FreshAccount[]): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE regain.proofing_records r SET attributes_sealed = u.attributes, portrait_key_sealed = u.portrait
      FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[]) AS u (id, before, before_portrait, attributes, portrait)
      WHERE r.subject_id = u.id AND r.attributes_sealed = u.before AND r.portrait_key_sealed IS NOT DISTINCT FROM u.before_portrait`,
    [
      fresh.map(({ id }) => id),
      fresh.map(({ before }) => before.attributesSealed),
      fresh.map(({ before }) => before.portraitKeySealed),
      fresh.map(({ attributesSealed }) => attributesSealed),
      fresh.map(({ portraitKeySealed }) => portraitKeySealed),
    ],
  );
  return rowCount ?? 0;
}

/**
 * The database empties the mark of an account that is written (migration 0008). Nothing that the index is made of has
 * changed, and whoever changes it waits for our lock.
 */
async function keepIndexed(client: pg.Client, fresh: readonly FreshAccount[]): Promise<void> {
  await client.query(
    `UPDATE regain.subjects s SET account_index = u.mark FROM unnest($1::text[], $2::text[]) AS u (id, mark)
      WHERE s.id = u.id AND s.account_index = ''`,
    [fresh.map(({ id }) => id), fresh.map(({ before }) => before.accountIndex)],
  );
}

async function repeated<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    await client.query('BEGIN');
    try {
      const result = await work();
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      if (attempt === MAX_TRIES || (error as { code?: unknown }).code !== DEADLOCK) throw error;
    }
  }
}
