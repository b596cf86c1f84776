import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import { buildPasskeyStage, makePasskey, registerPasskey } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { newId } from '../platform/ids/ids.js';
import { appendAudit } from './append.js';
import { AuditVerifier } from './verification.js';

const ring = new KeyRing(KeyRing.generate());
let test: TestDatabase;
/** Somebody with the service's own database role, and without its key ring. */
let insider: pg.Client;
let owner: ApprovedCase;
let passkeyId: string;

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  insider = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await insider.connect();
  const stage = buildPasskeyStage(test.database, ring);
  owner = await seedApprovedCase(test.database, ring);
  const { caseId, tokenId } = owner;
  await test.database.transaction((tx) =>
    appendAudit(tx, { chainId: caseId, type: 'token.issued', actor: APPLICANT, data: { tokenId } }),
  );
  const { passkey } = await registerPasskey(stage, owner, { credential: await makePasskey(stage, owner) });
  passkeyId = passkey.id;
});
afterAll(async () => {
  await insider.end();
  await test.close();
});

const APPLICANT = { kind: 'applicant', id: 'applicant' } as const;
const verify = () => new AuditVerifier(test.database, ring).verify();

/** What is found while the statement's row is there. */
async function foundWith(sql: string, values: readonly unknown[]): Promise<unknown> {
  const { rows } = await insider.query<{ id: string }>(`${sql} RETURNING *`, [...values]);
  const { intact, firstFault } = await verify();
  expect(intact).toBe(false);
  expect(rows).toHaveLength(1);
  return firstFault;
}

describe('whoever has the service’s database role and not its key ring', () => {
  it('T14 T106: turns no passkey, token, page session or browser into another one’s, nor another’s into theirs', async () => {
    const tried = async (sql: string): Promise<string> =>
      insider.query(sql).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      );
    for (const change of [
      "credentials SET public_key = '\\x01'",
      "credentials SET credential_id = '\\x01'",
      'credentials SET subject_id = subject_id',
      'recovery_tokens SET subject_id = subject_id',
      'recovery_tokens SET token_digest = token_digest',
      'recovery_tokens SET capture_digest = capture_digest',
      'flow_sessions SET case_id = case_id',
      'capture_bindings SET cookie_digest = cookie_digest',
    ])
      expect([change, await tried(`UPDATE ${change}`)]).toEqual([change, '42501']);
  });

  it('T14 T106: brings no passkey back that was removed or frozen', async () => {
    for (const ended of ['removed_at', 'frozen_at'] as const) {
      const change = (value: string): Promise<unknown> =>
        insider.query(`UPDATE credentials SET ${ended} = ${value} WHERE id = $1`, [passkeyId]);
      await insider.query('BEGIN');
      try {
        await change('now()');
        for (const value of ['NULL', "now() + interval '1 day'"]) {
          await insider.query('SAVEPOINT ended');
          await expect(change(value)).rejects.toMatchObject({ code: 'RG006' });
          await insider.query('ROLLBACK TO ended');
        }
      } finally {
        await insider.query('ROLLBACK');
      }
    }
  });

  it('T56: leaves a passkey, a spent token or a vote that no signed event speaks of, and the first is named', async () => {
    expect(await verify()).toMatchObject({ intact: true });
    const { caseId, subjectId } = owner;
    expect(
      await foundWith(
        "INSERT INTO review_votes (case_id, attempt, reviewer, outcome, reason_code) VALUES ($1, 1, 'rosa', 'approve', 'other')",
        [caseId],
      ),
    ).toEqual({ kind: 'vote_unrecorded', chainId: caseId, seq: 0 });
    const second = await seedApprovedCase(test.database, ring);
    const spent = "UPDATE recovery_tokens SET consumed_at = now(), credential_id = 'pk_x' WHERE id = $1";
    expect(await foundWith(spent, [second.tokenId])).toEqual({
      kind: 'token_unrecorded',
      chainId: second.caseId,
      seq: 0,
      eventId: second.tokenId,
    });
    const id = newId('pk', new Date());
    const insert = `INSERT INTO credentials (id, subject_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
      VALUES ($1, $2, '\\x02', '\\x02', '\\x02', 'none', 'singleDevice', false)`;
    const found = { kind: 'passkey_unrecorded', chainId: `subject:${subjectId}`, seq: 0, eventId: id };
    expect(await foundWith(insert, [id, subjectId])).toEqual(found);
    expect(passkeyId).not.toBe(id);
    // An event of their own fits the chain, and is not signed.
    await insider.query(
      `INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data) VALUES ($1, 'evt_x', 'passkey.registered', 'applicant', 'x', $2)`,
      [caseId, JSON.stringify({ credentialId: id })],
    );
    expect((await verify()).firstFault).toMatchObject({ kind: 'mac_missing', chainId: caseId });
  });
});
