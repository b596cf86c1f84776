import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import type { RegistrationClient } from '../../test/campaign/token-race.js';
import { addPerson, addPolicy, buildCore, openCase, testConfig, type Core } from '../../test/model/core-stage.js';
import { auditOf, insertSubject, seedApprovedCase } from '../../test/support/approved-case.js';
import { buildPasskeyStage, serviceRegistrationClient, TEST_ORIGIN } from '../../test/support/passkey-stage.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { compareWithNewestAnchor, newestAnchor } from '../audit-trail/anchors.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { checkpointSignature } from '../audit-trail/checkpoints.js';
import { AuditVerifier } from '../audit-trail/verification.js';
import { LegalHolds } from '../erasure/legal-holds.js';
import { writeTombstone } from '../erasure/tombstones.js';
import { SystemClock } from '../platform/clock/clock.js';
import { CaseShreddedError } from '../platform/crypto/case-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';
import { toProblem } from '../platform/http/problem.filter.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import { LIVING_STATES } from '../recovery-case/case-states.js';
import { SavedCodes } from '../recovery-codes/saved-codes.js';
import { RecoveryPauses, recoveriesPaused } from '../recovery-pause/recovery-pauses.js';
import { reconciledOutcome, reconcileRestored, ServiceRunsError, withOwner } from './reconcile-command.js';
import { RestoreReconciliation, type Reconciled } from './restore-reconciliation.js';

/** The database of this spec is the one that was set back: what it shows as living may have been used since. */
let test: TestDatabase;
let core: Core;
let policy: Policy;
let client: RegistrationClient;
const pauses = new RecoveryPauses(new SystemClock());

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core);
  client = serviceRegistrationClient([buildPasskeyStage(test.database, core.ring)]);
});
afterAll(() => test.close());

function reconcile(assertAlone: () => Promise<void> = async () => undefined): Promise<Reconciled> {
  const { database, ring, keys, cases, objects, clock, subjects } = core;
  const holds = new LegalHolds(clock, cases, subjects);
  return new RestoreReconciliation({ database, ring, keys, cases, pauses, holds, objects, assertAlone }).run();
}
const resume = (): Promise<void> =>
  test.database.transaction((tx) => pauses.resume(tx, { kind: 'person', id: 'olga', scopes: new Set() }));
const newCase = async (): Promise<string> =>
  (await openCase(core, { policy, subjectId: (await addPerson(core)).id })).id;
const caseOf = (id: string) =>
  test.database.read(
    (tx) =>
      tx.one<{ state: string; stateReason: string }>`SELECT state, state_reason FROM recovery_cases WHERE id = ${id}`,
  );
/** Rows, as the tables' owner sees them. */
const count = (where: string): Promise<number> =>
  withOwner(test.ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${where}`);
    return rows[0]?.count ?? 0;
  });

async function redeem(holder: Awaited<ReturnType<typeof seedApprovedCase>>): Promise<unknown> {
  const options = await client.options(holder, 0);
  const credential = new SoftwareAuthenticator({ origin: TEST_ORIGIN }).create(options);
  return client.register(holder, { credential, finisher: 0 });
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => toProblem(error).code,
  );

/** A closed case with one picture, as it was before its erasure. */
async function caseWithPicture(): Promise<{ caseId: string; objectKey: string; sealed: Buffer }> {
  const caseId = await newCase();
  const objectKey = `evidence/${randomBytes(20).toString('hex')}`;
  const sealed = await test.database.transaction((tx) => core.keys.seal(tx, caseId, { plain: 'picture', use: 'x' }));
  await core.objects.put(objectKey, sealed);
  await test.database.transaction(async (tx) => {
    await tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key)
      VALUES (${newId('ev', new Date())}, ${caseId}, 1, 'selfie', 'accepted', ${objectKey})`;
    await core.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM });
  });
  return { caseId, objectKey, sealed };
}

describe('a database that was set back to an earlier point (F49)', () => {
  it('ends a token that may have been spent since, and the case it stands for', async () => {
    const holder = await seedApprovedCase(test.database, core.ring);
    expect(await reconcile()).toMatchObject({ tokensEnded: 1 });
    await resume();
    expect(await codeOf(redeem(holder))).not.toBe('done');
    expect(await count(`regain.credentials WHERE case_id = '${holder.caseId}'`)).toBe(0);
    expect(await caseOf(holder.caseId)).toEqual({ state: 'cancelled', stateReason: 'database_restored' });
  });

  it('ends a living case in whichever state, once, and leaves alone what had ended', async () => {
    const ids = new Map<string, string>();
    for (const state of LIVING_STATES) {
      const id = await newCase();
      await test.asOwner('UPDATE recovery_cases SET state = $2 WHERE id = $1', [id, state]);
      ids.set(state, id);
    }
    const overdue = await newCase();
    await test.asOwner("UPDATE recovery_cases SET expires_at = now() - interval '1 hour' WHERE id = $1", [overdue]);
    const denied = await newCase();
    await test.database.transaction(async (tx) => {
      await tx.run`UPDATE recovery_cases SET state = 'adjudicating' WHERE id = ${denied}`;
      await core.cases.transition(tx, { caseId: denied, name: 'deny', actor: SYSTEM });
    });
    expect(await reconcile()).toMatchObject({ casesEnded: LIVING_STATES.length + 1 });
    expect(await reconcile()).toMatchObject({ casesEnded: 0 });
    await resume();
    for (const id of ids.values()) {
      expect(await caseOf(id)).toEqual({ state: 'cancelled', stateReason: 'database_restored' });
      expect((await auditOf(test.database, id)).filter((type) => type === 'case.cancelled')).toHaveLength(1);
    }
    expect(await caseOf(overdue)).toMatchObject({ state: 'expired' });
    expect(await caseOf(denied)).toMatchObject({ state: 'denied' });
  });

  it('ends links, page sessions and sign-ins, whoever holds them', async () => {
    const caseId = await newCase();
    await test.database.transaction(async (tx) => {
      await core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM });
      await tx.run`INSERT INTO flow_sessions (id, case_id, cookie_digest, language)
        VALUES (${newId('fs', new Date())}, ${caseId}, ${randomBytes(32)}, 'en')`;
      const subjectId = await insertSubject(tx, core.ring);
      const passkey = await insertPasskey(tx, subjectId);
      await tx.run`INSERT INTO relying_party_sessions (id, subject_id, credential_id, cookie_digest, expires_at)
        VALUES (${newId('ses', new Date())}, ${subjectId}, ${passkey}, ${randomBytes(32)}, now() + interval '1 hour')`;
      await tx.run`INSERT INTO staff_sessions (id, cookie_digest, claims_sealed, expires_at)
        VALUES (${newId('sts', new Date())}, ${randomBytes(32)}, ${randomBytes(32)}, now() + interval '1 hour')`;
    });
    expect(await reconcile()).toMatchObject({ linksEnded: 1, flowsEnded: 1, signInsEnded: 1, staffSessionsEnded: 1 });
    await resume();
    expect(await count('regain.recovery_links WHERE used_at IS NULL AND dead_at IS NULL')).toBe(0);
    expect(await count('regain.flow_sessions WHERE ended_at IS NULL')).toBe(0);
    expect(await count('regain.relying_party_sessions WHERE ended_at IS NULL')).toBe(0);
    expect(await count('regain.staff_sessions WHERE ended_at IS NULL')).toBe(0);
  });

  it('freezes the passkeys of accounts whose recovery was under way, and no others', async () => {
    const [locked, calm] = [(await addPerson(core)).id, (await addPerson(core)).id];
    await openCase(core, { policy, subjectId: locked });
    const [old, other] = await test.database.transaction(async (tx) => [
      await insertPasskey(tx, locked),
      await insertPasskey(tx, calm),
    ]);
    expect(await reconcile()).toMatchObject({ passkeysFrozen: 1 });
    await resume();
    expect(await count(`regain.credentials WHERE frozen_at IS NOT NULL AND id = '${old}'`)).toBe(1);
    expect(await count(`regain.credentials WHERE frozen_at IS NOT NULL AND id = '${other}'`)).toBe(0);
    expect(await auditOf(test.database, `subject:${locked}`)).toContain('passkey.frozen');
  });

  it('freezes the passkey of a recovery whose owner could still dispute it after the backup, and tells them', async () => {
    const [fresh, told, over] = [await completedCase(1), await completedCase(30), await completedCase(30)];
    await test.database.transaction(async (tx) => {
      for (const [caseId, days] of [
        [told, 2],
        [over, -2],
      ] as const)
        await tx.run`INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, token_digest, token_expires_at)
          VALUES (${newId('ntc', new Date())}, ${caseId}, 'recovery_completed', 0, 'email', ${randomBytes(32)}, ${randomBytes(32)}, clock_timestamp() + make_interval(days => ${days}))`;
    });
    expect(await reconcile()).toMatchObject({ disputablePasskeysFrozen: 2, passkeysFrozen: 0 });
    await resume();
    const frozen = (caseId: string): Promise<number> =>
      count(`regain.credentials WHERE frozen_at IS NOT NULL AND case_id = '${caseId}'`);
    expect([await frozen(fresh), await frozen(told), await frozen(over)]).toEqual([1, 1, 0]);
    expect(await auditOf(test.database, fresh)).toContain('passkey.frozen');
    expect(await count(`regain.outbox WHERE event = 'passkey.frozen' AND payload->>'caseId' = '${fresh}'`)).toBe(1);
    expect(await auditOf(test.database, over)).not.toContain('passkey.frozen');
  });

  it('ends saved codes, which may have been used since, and asks their holders to make new ones', async () => {
    const subjectId = (await addPerson(core)).id;
    const codes = new SavedCodes(core.ring, core.clock);
    const { code } = await test.database.transaction((tx) => codes.replace(tx, subjectId));
    expect(await reconcile()).toMatchObject({ savedCodesEnded: 1 });
    await resume();
    expect(await test.database.transaction((tx) => codes.spend(tx, subjectId, code))).toBe(false);
    expect(await test.database.read((tx) => codes.status(tx, subjectId))).toMatchObject({
      createdAt: null,
      due: true,
    });
  });

  it('drops what somebody asked for by themselves, which may have been begun since', async () => {
    await test.database.transaction(
      (tx) =>
        tx.run`INSERT INTO recovery_requests (id, login_sealed) VALUES (${newId('req', new Date())}, ${randomBytes(40)})`,
    );
    expect(await reconcile()).toMatchObject({ requestsDropped: 1 });
    await resume();
    expect(await count('regain.recovery_requests')).toBe(0);
  });

  it('erases again what a stone says was erased, signs for it once, and passes over stones of cases it does not know', async () => {
    const { caseId, objectKey, sealed } = await caseWithPicture();
    await writeTombstone(core, { caseId, pictures: 1, providers: { alpha: 'erased' } });
    await writeTombstone(core, { caseId: newId('rc', new Date()), pictures: 0, providers: {} });
    expect(await reconcile()).toMatchObject({ casesErasedAgain: 1 });
    expect(await reconcile()).toMatchObject({ casesErasedAgain: 0 });
    await resume();
    await expect(test.database.read((tx) => core.keys.open(tx, caseId, { sealed, use: 'x' }))).rejects.toThrow(
      CaseShreddedError,
    );
    expect(core.objects.objects.has(objectKey)).toBe(false);
    expect(await count(`regain.deletion_receipts WHERE case_id = '${caseId}'`)).toBe(1);
    expect(await auditOf(test.database, caseId)).toContain('erasure.completed');
  });

  it('follows no stone that somebody else put there, nor one of a case under a legal hold, and says how many', async () => {
    const [forged, held, good] = [await caseWithPicture(), await caseWithPicture(), await caseWithPicture()];
    const facts = { pictures: 1, providers: {} };
    await core.objects.put(
      `tombstones/${forged.caseId}`,
      Buffer.from(JSON.stringify({ ...facts, caseId: forged.caseId })),
    );
    for (const { caseId } of [held, good]) await writeTombstone(core, { caseId, ...facts });
    await test.database.transaction(
      (tx) => tx.run`INSERT INTO legal_holds (id, case_id, reason_code, asked_by, lapses_at)
        VALUES (${newId('lgh', new Date())}, ${held.caseId}, 'litigation', 'olga', clock_timestamp() + interval '1 day')`,
    );
    const done = await reconcile();
    expect(done).toMatchObject({ casesErasedAgain: 1, erasuresHeld: 1, notesUnreadable: 1 });
    expect(reconciledOutcome(done).exitCode).toBe(2);
    expect(reconciledOutcome({ ...done, notesUnreadable: 0 }).exitCode).toBe(0);
    await resume();
    const kept = ({ objectKey }: { objectKey: string }): boolean => core.objects.objects.has(objectKey);
    expect([kept(forged), kept(held), kept(good)]).toEqual([true, true, false]);
    const living = `regain.case_keys WHERE shredded_at IS NULL AND case_id IN ('${forged.caseId}', '${held.caseId}')`;
    expect(await count(living)).toBe(2);
    await core.objects.delete(`tombstones/${forged.caseId}`);
  });

  it('removes no picture of its own accord, also of no case it does not know: the bucket may be another one’s too', async () => {
    const stray = `evidence/${randomBytes(20).toString('hex')}`;
    await core.objects.put(stray, Buffer.from('sealed'));
    const kept = (): string[] => [...core.objects.objects.keys()].filter((key) => !key.startsWith('checkpoints/'));
    const before = kept();
    await reconcile();
    await resume();
    expect(kept()).toEqual(before);
  });

  it('has the object store speak of this history from then on, and not of the one that was lost', async () => {
    const ground = { objects: core.objects, ring: core.ring };
    const known = (id: string) => test.database.read((tx) => checkpointSignature(tx, id));
    await reconcile();
    const lost = await newestAnchor(ground);
    if (!lost) throw new Error('there is no anchor');
    await test.asOwner(`DELETE FROM audit_checkpoint_heads WHERE checkpoint_id = ${lost.id}`);
    await test.asOwner(`DELETE FROM audit_checkpoints WHERE id = ${lost.id}`);
    expect(await compareWithNewestAnchor(ground, known)).toEqual({ newest: lost, setBack: true });
    await reconcile();
    expect(await compareWithNewestAnchor(ground, known)).toMatchObject({ newest: { id: lost.id }, setBack: false });
    await resume();
  });

  it('goes on with the audit trail, sealed, and pauses until a person has looked', async () => {
    await reconcile();
    expect(await auditOf(test.database, 'restore')).toContain('database.restored');
    // Put there by hand, above: the trail has none of them, and says so.
    await test.asOwner('TRUNCATE regain.credentials, regain.recovery_tokens CASCADE');
    const verification = await new AuditVerifier(test.database, core.ring).verify();
    expect(verification).toMatchObject({ intact: true });
    const unsealed = `regain.audit_heads h WHERE h.chain_id = 'restore' AND NOT EXISTS (
      SELECT FROM regain.audit_checkpoint_heads s WHERE s.chain_id = h.chain_id AND s.seq = h.seq)`;
    expect(await count(unsealed)).toBe(0);
    expect(await test.database.read(recoveriesPaused)).toBe(true);
    await resume();
    expect(await test.database.read(recoveriesPaused)).toBe(false);
  });

  it('is not done while somebody came to work on it meanwhile', async () => {
    const ends = (): Promise<number> => count("regain.audit_events WHERE type = 'database.restored'");
    const before = await ends();
    await expect(reconcile(() => Promise.reject(new ServiceRunsError('somebody')))).rejects.toThrow(ServiceRunsError);
    expect(await ends()).toBe(before);
    await resume();
  });

  it('is refused while anybody works on the database', async () => {
    const caseId = await newCase();
    const config = testConfig({ DATABASE_URL: test.appUrl });
    await expect(reconcileRestored(config, test.ownerUrl)).rejects.toThrow(ServiceRunsError);
    expect(await caseOf(caseId)).toMatchObject({ state: 'link_sent' });
  });

  it('is refused while another one is at work', async () => {
    await withOwner(test.ownerUrl, async (other) => {
      await other.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCKS.restore]);
      const second = reconcileRestored(testConfig({ DATABASE_URL: test.appUrl }), test.ownerUrl);
      await expect(second).rejects.toThrow('another `regain restore reconcile`');
    });
  });

  it('takes its own sessions for nobody else’s', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'regain-restore-'));
    const restored = await openTestDatabase();
    try {
      await restored.database.close();
      const KEYRING_FILE = join(directory, 'keyring.json');
      await writeFile(KEYRING_FILE, JSON.stringify(KeyRing.generate()), { mode: 0o600 });
      const config = testConfig({
        DATABASE_URL: restored.appUrl,
        KEYRING_FILE,
        OBJECTS_DIR: join(directory, 'objects'),
      });
      const there = `pg_stat_activity WHERE datname = '${new URL(restored.appUrl).pathname.slice(1)}'`;
      await eventually('nobody is there', async () => (await count(there)) === 0);
      expect(await reconcileRestored(config, restored.ownerUrl)).toMatchObject({ casesEnded: 0 });
    } finally {
      await restored.close().catch(() => undefined);
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** One that led to a passkey, and ended so many days ago. */
async function completedCase(daysAgo: number): Promise<string> {
  const holder = await seedApprovedCase(test.database, core.ring);
  await test.asOwner('UPDATE recovery_tokens SET superseded_at = now() WHERE case_id = $1', [holder.caseId]);
  await test.asOwner(
    "UPDATE recovery_cases SET state = 'completed', closed_at = now() - make_interval(days => $2) WHERE id = $1",
    [holder.caseId, daysAgo],
  );
  const passkey = await test.database.transaction((tx) => insertPasskey(tx, holder.subjectId));
  await test.asOwner('UPDATE credentials SET case_id = $1 WHERE id = $2', [holder.caseId, passkey]);
  return holder.caseId;
}

type Tx = Parameters<Parameters<TestDatabase['database']['transaction']>[0]>[0];

async function insertPasskey(tx: Tx, subjectId: string): Promise<string> {
  const id = newId('pk', new Date());
  await tx.run`INSERT INTO credentials (id, subject_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
    VALUES (${id}, ${subjectId}, ${randomBytes(32)}, ${randomBytes(64)}, ${randomBytes(32)}, 'none', 'singleDevice', false)`;
  return id;
}
