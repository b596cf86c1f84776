import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import type { RegistrationClient } from '../../test/campaign/token-race.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { seedApprovedCase } from '../../test/support/approved-case.js';
import { buildPasskeyStage, serviceRegistrationClient, TEST_ORIGIN } from '../../test/support/passkey-stage.js';
import { browserOf, buildRecoveryTokens } from '../../test/support/recovery-token-stage.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { bothCodes } from '../../test/support/both-codes.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { toProblem } from '../platform/http/problem.filter.js';
import type { Principal } from '../platform/http/request-context.js';
import { SystemClock } from '../platform/clock/clock.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { recoveriesPaused, RecoveryPauses } from './recovery-pauses.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let client: RegistrationClient;
const pauses = new RecoveryPauses(new SystemClock());
const person = (id: string): Principal => ({ kind: 'person', id, scopes: new Set() });

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core);
  client = serviceRegistrationClient([buildPasskeyStage(test.database, core.ring)]);
});
afterAll(() => test.close());

const pause = (by = 'olga'): Promise<void> =>
  test.database.transaction((tx) => pauses.pause(tx, { reasonCode: 'attack_suspected', actor: person(by) }));
const resume = (by: string): Promise<void> => test.database.transaction((tx) => pauses.resume(tx, person(by)));
const newCase = async (): Promise<RecoveryCase> => openCase(core, { policy, subjectId: (await addPerson(core)).id });
const link = (caseId: string): Promise<string> =>
  test.database.transaction((tx) => core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }));
const move = (caseId: string, state: string): Promise<void> =>
  test.asOwner('UPDATE recovery_cases SET state = $2 WHERE id = $1', [caseId, state]);
/** The code a caller is told, or `done`. */
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => toProblem(error).code,
  );

async function redeem(holder: Awaited<ReturnType<typeof seedApprovedCase>>): Promise<unknown> {
  const options = await client.options(holder, 0);
  const credential = new SoftwareAuthenticator({ origin: TEST_ORIGIN }).create(options);
  return client.register(holder, { credential, finisher: 0 });
}

describe('while all recoveries are paused (T45)', () => {
  let opened: RecoveryCase;
  let approved: Awaited<ReturnType<typeof seedApprovedCase>>;

  beforeEach(async () => {
    opened = await newCase();
    approved = await seedApprovedCase(test.database, core.ring);
  });
  afterEach(() => resume('omar'));

  it('no case is opened, whoever asks, and no start is taken down', async () => {
    const someone = await addPerson(core);
    await pause();
    expect(await codeOf(openCase(core, { policy, subjectId: someone.id }))).toBe('recoveries_paused');
    expect(await codeOf(core.selfService.accept(someone.login, '192.0.2.1'))).toBe('recoveries_paused');
    expect(await codeOf(core.selfService.accept('nobody.at.all', '192.0.2.1'))).toBe('recoveries_paused');
  });

  it('no link is made and none is entered by, and a link that was tried still works afterwards', async () => {
    const token = new URL(await link(opened.id)).pathname.replace('/r/', '');
    await pause();
    expect(await codeOf(link(opened.id))).toBe('recoveries_paused');
    const enter = (): Promise<unknown> =>
      test.database.transaction(async (tx) => {
        const found = await core.links.find(tx, token);
        if (!found?.usable || !(await core.links.consume(tx, found.id))) throw new Error('the link is used up');
        await core.cases.transition(tx, { caseId: opened.id, name: 'start', actor: SYSTEM });
      });
    expect(await codeOf(enter())).toBe('recoveries_paused');
    await resume('omar');
    expect(await codeOf(enter())).toBe('done');
  });

  it.each([
    [
      'a picture',
      "INSERT INTO evidence (id, case_id, attempt, kind, state, object_key) VALUES ($2, $1, 1, 'selfie', 'accepted', 'k')",
    ],
    [
      'a code that is mailed',
      "INSERT INTO issued_recovery_codes (id, case_id, code_digest, capture_digest, expires_at) VALUES ($2, $1, '\\x01', '\\x01', now() + interval '1 h')",
    ],
    [
      'a code that is given',
      "INSERT INTO given_recovery_codes (case_id, method, capture_digest) SELECT $1, 'saved', '\\x01' WHERE $2 <> ''",
    ],
    [
      'a session at a partner',
      "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest) VALUES ($2::text, $1, 1, 'sandbox', 'first', 'creating', '\\x01', convert_to($2::text, 'UTF8'))",
    ],
    ['handing in codes', "UPDATE recovery_cases SET state = 'adjudicating' WHERE id = $1 AND $2 <> ''"],
    ['handing in', "UPDATE recovery_cases SET state = 'verifying' WHERE id = $1 AND $2 <> ''"],
  ])('the database refuses %s, whatever code asks for it', async (_name, sql) => {
    await move(opened.id, 'awaiting_evidence');
    await test.database.transaction((tx) => bothCodes(tx, { caseId: opened.id, attempt: 1 }));
    await pause();
    const ask = (): Promise<void> => test.asOwner(sql, [opened.id, newId('ev', new Date())]);
    await expect(ask()).rejects.toMatchObject({ code: 'RG003' });
    await resume('omar');
    await expect(ask()).resolves.toBeUndefined();
  });

  it('no token is issued and none is redeemed; after the pause the same token works', async () => {
    const tokens = buildRecoveryTokens(test.database, core.ring);
    const issue = () => tokens.issue({ caseId: approved.caseId, request: browserOf(approved.captureSecret) });
    await pause();
    expect(await codeOf(issue())).toBe('recoveries_paused');
    // The database's own word; callers get the problem that `codeOf` shows.
    expect(await redeem(approved)).toMatchObject({ code: expect.stringContaining('recoveries are paused') });
    await resume('omar');
    expect(await redeem(approved)).toMatchObject({ status: 201 });
  });

  it('what is refused is not counted: nobody has used up a limit when the pause ends', async () => {
    const tokens = buildRecoveryTokens(test.database, core.ring);
    const { login } = await addPerson(core);
    const uses = (): Promise<unknown> =>
      test.database.read(
        (tx) => tx.many`SELECT name, used FROM limit_counters WHERE name IN ('token_per_case', 'open_per_agent')`,
      );
    await pause();
    const before = await uses();
    const issue = tokens.issue({ caseId: approved.caseId, request: browserOf(approved.captureSecret) });
    expect(await codeOf(issue)).toBe('recoveries_paused');
    const body = { subject: { login }, delivery: { channel: 'email' as const }, reason: 'lost_phone' as const };
    expect(await codeOf(core.service.open(body, person('agent')))).toBe('recoveries_paused');
    expect(await uses()).toEqual(before);
  });

  it('what stops or ends a recovery goes on', async () => {
    const transition = (caseId: string, name: 'cancel' | 'deny' | 'hold' | 'refer' | 'retry') =>
      test.database.transaction((tx) => core.cases.transition(tx, { caseId, name, actor: SYSTEM }));
    await pause();
    expect(await transition(opened.id, 'cancel')).toMatchObject({ state: 'cancelled' });
    expect(await transition(approved.caseId, 'cancel')).toMatchObject({ state: 'cancelled' });
    for (const [name, state] of [
      ['refer', 'in_review'],
      ['hold', 'held'],
      ['deny', 'denied'],
    ] as const) {
      await resume('omar');
      const { id } = await newCase();
      await move(id, 'adjudicating');
      await pause();
      expect(await transition(id, name)).toMatchObject({ state });
    }
  });

  it('every process knows, and one that starts later too', async () => {
    const { Database } = await import('../platform/database/database.js');
    await pause();
    const other = await Database.connect({
      url: test.appUrl,
      poolSize: 1,
      statementTimeoutMs: 5_000,
      ring: test.database.ring,
    });
    expect(await other.read(recoveriesPaused)).toBe(true);
    await other.close();
  });
});

describe('the switch itself', () => {
  it('waits for what is under way, and lets nothing commit after it (T45)', async () => {
    const { id } = await newCase();
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const underWay = test.database.transaction(async (tx) => {
      await core.links.issue(tx, { caseId: id, ttlSeconds: 600, actor: SYSTEM });
      await held;
    });
    await eventually('the link is being made', () => lockCount(true));
    let paused = false;
    const pausing = pause().then(() => (paused = true));
    try {
      await eventually('the pause waits', () => lockCount(false));
      expect(paused).toBe(false);
    } finally {
      finish();
      await Promise.all([underWay, pausing]);
    }
    expect(await codeOf(link(id))).toBe('recoveries_paused');
    await resume('omar');
  });

  it('is never ended by whoever threw it, in code or in the database', async () => {
    await pause('olga');
    expect(await codeOf(resume('olga'))).toBe('separation_of_duties');
    const directly = "UPDATE recovery_pauses SET resumed_by = 'olga', resumed_at = now() WHERE resumed_at IS NULL";
    await expect(test.asOwner(directly)).rejects.toMatchObject({ code: '23514' });
    expect(await test.database.read(recoveriesPaused)).toBe(true);
    await resume('omar');
    expect(await test.database.read(recoveriesPaused)).toBe(false);
  });

  it('waits longer for what is under way than any other statement may', async () => {
    const { Database } = await import('../platform/database/database.js');
    const hurried = await Database.connect({
      url: test.appUrl,
      poolSize: 1,
      statementTimeoutMs: 200,
      ring: test.database.ring,
    });
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const underWay = test.database.transaction(async (tx) => {
      await tx.run`SELECT pg_advisory_xact_lock_shared(727404)`;
      await held;
    });
    await eventually('somebody is under way', () => lockCount(true));
    const order = { reasonCode: 'exercise', actor: person('olga') } as const;
    const pausing = codeOf(hurried.transaction((tx) => pauses.pause(tx, order)));
    const hasWaited = async (): Promise<boolean> => {
      const { late } = await test.database.read(
        (tx) => tx.one<{
          late: boolean;
        }>`SELECT bool_or(waitstart < clock_timestamp() - interval '1 second') IS TRUE AS late
          FROM pg_locks WHERE locktype = 'advisory' AND objid = 727404 AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return late;
    };
    try {
      await eventually('the pause has waited for a second', hasWaited);
    } finally {
      finish();
      await underWay;
    }
    expect(await pausing).toBe('done');
    await hurried.close();
    await resume('omar');
  });

  it('thrown twice is one pause that neither ends, and the trail says who threw it and who ended it', async () => {
    await pause('rosa');
    await pause('olga');
    expect([await codeOf(resume('rosa')), await codeOf(resume('olga'))]).toEqual(Array(2).fill('separation_of_duties'));
    const directly = "UPDATE recovery_pauses SET resumed_by = 'olga', resumed_at = now() WHERE resumed_at IS NULL";
    await expect(test.asOwner(directly)).rejects.toMatchObject({ code: '23514' });
    await resume('omar');
    await resume('omar');
    const trail = await test.database.read(
      (tx) => tx.many<{ type: string; actorId: string }>`
        SELECT type, actor_id FROM audit_events WHERE chain_id = 'recovery-pause' ORDER BY seq DESC LIMIT 3`,
    );
    expect(trail).toEqual([
      { type: 'recoveries.resumed', actorId: 'omar' },
      { type: 'recoveries.paused', actorId: 'olga' },
      { type: 'recoveries.paused', actorId: 'rosa' },
    ]);
  });
});

/** Whether somebody holds the lock of a pause, or waits for it. */
async function lockCount(granted: boolean): Promise<boolean> {
  const { count } = await test.database.read(
    (tx) => tx.one<{ count: number }>`
      SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory' AND objid = 727404 AND granted = ${granted}
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return count > 0;
}
