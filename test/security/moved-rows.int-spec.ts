import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { Sessions } from '../../src/passkey-registration/sessions.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { SavedCodes } from '../../src/recovery-codes/saved-codes.js';
import { ApiKeys } from '../../src/staff-access/api-keys.js';
import { StaffSessions } from '../../src/staff-session/staff-sessions.js';
import { pruneSpent } from '../../src/sweeper/pruning.js';
import { buildCore, type Core } from '../model/core-stage.js';
import { seedApprovedCase, type ApprovedCase } from '../support/approved-case.js';
import { buildPasskeyStage, makePasskey, registerPasskey, type PasskeyStage } from '../support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

const ring = new KeyRing(KeyRing.generate());
const DENIED = '42501';
const REFUSED = 'RG006';

let test: TestDatabase;
/** Somebody with the service's own database role, and without its key ring. */
let insider: pg.Client;
let core: Core;
let stage: PasskeyStage;
let holder: ApprovedCase;

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  insider = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await insider.connect();
  core = buildCore(test.database, { ring });
  stage = buildPasskeyStage(test.database, ring);
  holder = await seedApprovedCase(test.database, ring);
});
afterAll(async () => {
  await insider.end();
  await test.close();
});

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
const tried = async (sql: string, values: readonly unknown[] = []): Promise<string> =>
  insider.query(sql, [...values]).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );
/** What the database answers to each. */
async function answers(statements: readonly string[], id: string): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const sql of statements) all[sql] = await tried(`UPDATE ${sql} = $1`, [id]);
  return all;
}
const everyOne = (statements: readonly string[], code: string): Record<string, string> =>
  Object.fromEntries(statements.map((sql) => [sql, code]));

describe('rows that the service wrote, in the hands of whoever has its database role and not its key ring', () => {
  it('T49: nobody else opened a case than who did, nor by another way', async () => {
    const changes = [
      "recovery_cases SET opened_by = 'x' WHERE id",
      "recovery_cases SET opened_by_kind = 'api_key' WHERE id",
      "recovery_cases SET channel = 'relay' WHERE id",
      'recovery_cases SET policy_version = 2 WHERE id',
      'recovery_cases SET attempts_allowed = 9 WHERE id',
    ];
    expect(await answers(changes, holder.caseId)).toEqual(everyOne(changes, DENIED));
  });

  it('T33: the session of a real check is not put on another case, nor its id at the provider on another session', async () => {
    await tried(
      `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, external_id, nonce_sealed, return_state_digest)
        VALUES ('vs_real', $1, 1, 'alpha', 'first', 'reported', 'checked', '\\x01', '\\x01')`,
      [holder.caseId],
    );
    const whose = [
      "verification_sessions SET case_id = 'x' WHERE id",
      'verification_sessions SET attempt = 2 WHERE id',
      "verification_sessions SET provider = 'beta' WHERE id",
      "verification_sessions SET nonce_sealed = '\\x02' WHERE id",
      "verification_sessions SET return_state_digest = '\\x02' WHERE id",
    ];
    expect(await answers(whose, 'vs_real')).toEqual(everyOne(whose, DENIED));
    const known = [
      "verification_sessions SET external_id = 'free' WHERE id",
      'verification_sessions SET external_id = NULL WHERE id',
    ];
    expect(await answers(known, 'vs_real')).toEqual(everyOne(known, REFUSED));
    expect(await tried("DELETE FROM verification_sessions WHERE id = 'vs_real'")).toBe(DENIED);
  });

  it('T17: a revoked API key is not moved aside to be added again', async () => {
    const keys = new ApiKeys(test.database, ring, new SystemClock());
    const { id } = await keys.make({ name: 'x', scopes: ['cases:read'] });
    await keys.revoke(id);
    expect(await tried("UPDATE api_keys SET id = 'old', key_digest = '\\x00' WHERE id = $1", [id])).toBe(DENIED);
    const again = `INSERT INTO api_keys (id, key_digest, name, scopes, mac)
      SELECT id, key_digest, name, scopes, mac FROM api_keys WHERE id = $1`;
    expect(await tried(again, [id])).toBe('23505');
  });

  it('T11: a spent or replaced token and a used or dead link do not live again', async () => {
    await change(async (tx) => {
      await core.links.issue(tx, { caseId: holder.caseId, ttlSeconds: 600, actor: SYSTEM });
      await tx.run`UPDATE recovery_links SET used_at = now() WHERE case_id = ${holder.caseId} AND dead_at IS NULL`;
      await core.links.issue(tx, { caseId: holder.caseId, ttlSeconds: 600, actor: SYSTEM });
      await core.links.killAll(tx, holder.caseId);
    });
    const spent = await seedApprovedCase(test.database, ring);
    await registerPasskey(stage, spent, { credential: await makePasskey(stage, spent) });
    await change(
      (tx) => tx.run`UPDATE recovery_tokens SET superseded_at = clock_timestamp() WHERE id = ${holder.tokenId}`,
    );
    const links = [
      'recovery_links SET used_at = NULL WHERE used_at IS NOT NULL AND case_id',
      'recovery_links SET dead_at = NULL WHERE dead_at IS NOT NULL AND case_id',
    ];
    expect(await answers(links, holder.caseId)).toEqual(everyOne(links, REFUSED));
    const tokens = ['recovery_tokens SET superseded_at = NULL WHERE id'];
    expect(await answers(tokens, holder.tokenId)).toEqual(everyOne(tokens, REFUSED));
    const consumed = ['recovery_tokens SET consumed_at = NULL, credential_id = NULL WHERE id'];
    expect(await answers(consumed, spent.tokenId)).toEqual(everyOne(consumed, REFUSED));
  });

  it('T99: a spent challenge is not unspent, and none lasts longer', async () => {
    const owner = await seedApprovedCase(test.database, ring);
    await registerPasskey(stage, owner, { credential: await makePasskey(stage, owner) });
    expect(
      await tried('UPDATE webauthn_challenges SET consumed_at = NULL WHERE consumed_at IS NOT NULL AND token_id = $1', [
        owner.tokenId,
      ]),
    ).toBe(REFUSED);
    expect(await tried("UPDATE webauthn_challenges SET expires_at = now() + interval '1 day'")).toBe(DENIED);
    expect(await tried("UPDATE webauthn_challenges SET challenge_digest = '\\x01'")).toBe(DENIED);
  });

  it('T61: a code that ended counts no more, and no guess is forgotten', async () => {
    const codes = new SavedCodes(ring, core.clock);
    const { subjectId, caseId } = holder;
    await change(async (tx) => {
      await codes.replace(tx, subjectId);
      await codes.replace(tx, subjectId);
    });
    await change((tx) => tx.run`UPDATE saved_recovery_codes SET failures = 3 WHERE subject_id = ${subjectId}`);
    await insider.query(
      `INSERT INTO issued_recovery_codes (id, case_id, code_digest, capture_digest, expires_at, failures, ended_at)
        VALUES ('rcc_x', $1, '\\x01', '\\x01', now(), 3, now())`,
      [caseId],
    );
    const saved = [
      'saved_recovery_codes SET ended_at = NULL, ended_by = NULL WHERE ended_at IS NOT NULL AND subject_id',
      'saved_recovery_codes SET failures = 0 WHERE subject_id',
    ];
    expect(await answers(saved, subjectId)).toEqual(everyOne(saved, REFUSED));
    const issued = [
      'issued_recovery_codes SET ended_at = NULL WHERE case_id',
      'issued_recovery_codes SET failures = 0 WHERE case_id',
    ];
    expect(await answers(issued, caseId)).toEqual(everyOne(issued, REFUSED));
    const fixed = [
      'saved_recovery_codes SET created_at = now() WHERE subject_id',
      'issued_recovery_codes SET expires_at = now() WHERE case_id',
    ];
    expect(await answers(fixed, caseId)).toEqual(everyOne(fixed, DENIED));
  });

  it('T60: a session that ended early is not put back with its own MAC, and is pruned later', async () => {
    const owner = await seedApprovedCase(test.database, ring);
    const { passkey } = await registerPasskey(stage, owner, { credential: await makePasskey(stage, owner) });
    const days = 3 * 86_400_000;
    const earlier = { now: () => new Date(Date.now() - days) };
    const claims = { sub: 'rita', accounts: ['rita'], roles: [] };
    const ten = new Date(Date.now() + 600_000);
    await change(async (tx) => {
      await new StaffSessions(ring, core.clock).open(tx, { claims, expiresAt: ten });
      await new StaffSessions(ring, earlier).open(tx, { claims, expiresAt: ten });
      const whose = { subjectId: owner.subjectId, credentialId: passkey.id };
      await new Sessions(ring, core.clock).open(tx, whose);
      await new Sessions(ring, earlier).open(tx, whose);
    });
    for (const table of ['staff_sessions', 'relying_party_sessions']) {
      await test.asOwner(`UPDATE ${table} SET expires_at = now() - interval '1 second'`);
      expect([table, await tried(`DELETE FROM ${table}`)]).toEqual([table, REFUSED]);
    }
    // One whose times do not fit its id keeps nobody from pruning the others.
    const count = async () =>
      (
        await insider.query<{ sessions: number }>(
          `SELECT (SELECT count(*)::int FROM staff_sessions) + (SELECT count(*)::int FROM relying_party_sessions) AS sessions`,
        )
      ).rows[0]?.sessions;
    const before = (await count()) ?? 0;
    await change(pruneSpent);
    expect(await count()).toBe(before);
    for (const table of ['staff_sessions', 'relying_party_sessions'])
      await test.asOwner(
        `UPDATE ${table} SET created_at = created_at - interval '3 days', expires_at = expires_at - interval '3 days'`,
      );
    await change(pruneSpent);
    expect(await count()).toBe(before - 2);
  });
});
