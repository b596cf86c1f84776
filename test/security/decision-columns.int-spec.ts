import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { seedApprovedCase } from '../support/approved-case.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

const ring = new KeyRing(KeyRing.generate());
const DENIED = '42501';
const KEPT = 'RG006';

let test: TestDatabase;
/** Somebody with the service's own database role, and without its key ring. */
let insider: pg.Client;
let caseId: string;

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  insider = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await insider.connect();
  caseId = (await seedApprovedCase(test.database, ring)).caseId;
});
afterAll(async () => {
  await insider.end();
  await test.close();
});

const tried = async (sql: string): Promise<string> =>
  insider.query(sql, [caseId]).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );

describe('what a case is decided from, for whoever has the service’s database role (T120)', () => {
  const decide = (more: { columns: string; values: string }, by: string) => `
    INSERT INTO decisions (id, case_id, attempt, verdict, bucket, findings, policy_id, policy_version, decided_by ${more.columns})
    SELECT '${by}', id, 1, 'approve', 'confirmed', '[]', policy_id, policy_version, '${by}' ${more.values} FROM recovery_cases WHERE id = $1`;

  it('a decision is made when it is written, also in a transaction that began long before', async () => {
    const early = { columns: ', decided_at', values: ", now() - interval '1 day'" };
    expect(await tried(decide(early, 'early'))).toBe(DENIED);
    await insider.query('BEGIN');
    const began = await insider.query<{ at: Date }>('SELECT now() AS at, pg_sleep(0.02)');
    expect(await tried(decide({ columns: '', values: '' }, 'late'))).toBe('done');
    await insider.query('COMMIT');
    const { rows } = await insider.query<{ at: Date }>("SELECT decided_at AS at FROM decisions WHERE id = 'late'");
    expect(rows[0]?.at.getTime()).toBeGreaterThan(began.rows[0]?.at.getTime() ?? Infinity);
  });

  it('a question to an address is asked at the database’s time, and an answer stays', async () => {
    const ask = (columns: string, values: string) =>
      `INSERT INTO device_confirmations (case_id, attempt, number_sealed ${columns}) VALUES ($1, 1, '\\x01' ${values})`;
    expect(await tried(ask(', asked_at', ", now() - interval '1 day'"))).toBe(DENIED);
    expect(await tried(ask(', confirmed_at', ', now()'))).toBe(DENIED);
    expect(await tried(ask('', ''))).toBe('done');
    const where = 'WHERE case_id = $1';
    expect(await tried(`UPDATE device_confirmations SET asked_at = now() ${where}`)).toBe(DENIED);
    await test.asOwner(`UPDATE device_confirmations SET confirmed_at = now() ${where}`, [caseId]);
    expect(await tried(`UPDATE device_confirmations SET confirmed_at = NULL ${where}`)).toBe(KEPT);
  });

  it('what a partner said late, and that another browser came back, is not unsaid', async () => {
    await test.asOwner(
      `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest, strayed_at)
        VALUES ('vs_x', $1, 1, 'sandbox', 'first', 'reported', '\\x01', '\\x01', now())`,
      [caseId],
    );
    await test.asOwner(
      "INSERT INTO late_results (session_id, nth, case_state, checks, report_sealed) VALUES ('vs_x', 1, 'approved', '[]', '\\x01')",
    );
    const where = "WHERE session_id = 'vs_x' AND $1 <> ''";
    expect(await tried(`UPDATE late_results SET contradicts = true ${where}`)).toBe('done');
    expect(await tried(`UPDATE late_results SET contradicts = false ${where}`)).toBe(KEPT);
    expect(await tried(`UPDATE late_results SET contradicts = NULL ${where}`)).toBe(KEPT);
    expect(await tried("UPDATE verification_sessions SET strayed_at = NULL WHERE id = 'vs_x' AND $1 <> ''")).toBe(KEPT);
  });
});
