import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditOf, factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  serviceRegistrationClient,
  TEST_ORIGIN,
} from '../../test/support/passkey-stage.js';
import type { RegistrationClient } from '../../test/campaign/token-race.js';
import { buildRecoveryTokens, browserOf } from '../../test/support/recovery-token-stage.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret, newSecret } from '../platform/ids/ids.js';
import { CASE_STATES } from '../recovery-case/case-states.js';
import type { RecoveryTokens } from './recovery-tokens.js';

const ring = new KeyRing(KeyRing.generate());
const WRONG_STATE = { status: 409, code: 'wrong_state' };
let db: TestDatabase;
let client: RegistrationClient;
let tokens: RecoveryTokens;

beforeAll(async () => {
  db = await openTestDatabase();
  client = serviceRegistrationClient([buildPasskeyStage(db.database, ring)]);
  tokens = buildRecoveryTokens(db.database, ring);
});
afterAll(() => db?.close());

const seed = (options = {}): Promise<ApprovedCase> => seedApprovedCase(db.database, ring, options);
const change = (work: (tx: Transaction) => Promise<unknown>) => db.database.transaction(work);
const issue = (holder: ApprovedCase, from = tokens) =>
  from.issue({ caseId: holder.caseId, request: browserOf(holder.captureSecret) });

/** A whole ceremony with a token, by the next stage. */
async function redeem(holder: ApprovedCase, token: string): Promise<number> {
  const presented = { ...holder, token };
  const options = await client.options(presented, 0);
  const credential = new SoftwareAuthenticator({ origin: TEST_ORIGIN }).create(options);
  return (await client.register(presented, { credential, finisher: 0 })).status;
}

/** Lives of a case's tokens in seconds, newest first. */
const livesOf = (caseId: string) =>
  db.database.read(
    (tx) => tx.many<{ seconds: number; live: boolean }>`
      SELECT round(EXTRACT(EPOCH FROM expires_at - issued_at))::int AS seconds, superseded_at IS NULL AND consumed_at IS NULL AS live
      FROM recovery_tokens WHERE case_id = ${caseId} ORDER BY issued_at DESC`,
  );

describe('issuing a token', () => {
  it('gives 256 bits that work once, and kills the one before', async () => {
    const holder = await seed();
    const { token, expiresAt } = await issue(holder);
    expect(isCanonicalSecret(token)).toBe(true);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    await expect(redeem(holder, holder.token)).rejects.toMatchObject({ code: 'token_not_redeemable' });
    expect(await redeem(holder, token)).toBe(201);
    expect(await livesOf(holder.caseId)).toEqual([
      { seconds: 600, live: false },
      { seconds: 600, live: false },
    ]);
    expect(await auditOf(db.database, holder.caseId)).toContain('token.issued');
    expect(await answerOf(issue(holder))).toEqual(WRONG_STATE);
  });

  it('counts the one before as superseded, or as lapsed when it had run out', async () => {
    const metrics = new Metrics();
    const counting = buildRecoveryTokens(db.database, ring, { metrics });
    const holder = await seed();
    await issue(holder, counting);
    await db.asOwner(
      `UPDATE recovery_tokens SET issued_at = issued_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
        WHERE case_id = $1 AND superseded_at IS NULL`,
      [holder.caseId],
    );
    await issue(holder, counting);
    const { values } = await metrics.tokens.get();
    const counted = values.map(({ labels, value }) => [labels.outcome, value]);
    expect(counted).toEqual(
      expect.arrayContaining([
        ['issued', 2],
        ['superseded', 1],
        ['lapsed', 1],
      ]),
    );
  });

  it('leaves one live token, however many are asked for at once', async () => {
    const holder = await seed();
    const answers = await Promise.all(Array.from({ length: 8 }, () => issue(holder)));
    expect(new Set(answers.map(({ token }) => token)).size).toBe(8);
    const lives = await livesOf(holder.caseId);
    expect(lives).toHaveLength(9);
    expect(lives.filter(({ live }) => live)).toHaveLength(1);
  });

  it('takes the life the policy allows, never more than ten minutes or than the case has left', async () => {
    const short = await seed();
    await issue(short, buildRecoveryTokens(db.database, ring, { tokenTtlSeconds: 90 }));
    expect((await livesOf(short.caseId))[0]?.seconds).toBe(90);
    const ending = await seed({ caseLifeMs: 60_000 });
    await issue(ending);
    expect((await livesOf(ending.caseId))[0]?.seconds).toBeLessThanOrEqual(60);
  });

  it.each(CASE_STATES.filter((state) => state !== 'approved'))('is refused for a case that is %s', async (state) => {
    const holder = await seed();
    const closed = ['completed', 'denied', 'expired', 'cancelled'].includes(state);
    await change(
      (tx) =>
        tx.run`UPDATE recovery_cases SET state = ${state}, closed_at = CASE WHEN ${closed} THEN clock_timestamp() END WHERE id = ${holder.caseId}`,
    );
    expect(await answerOf(issue(holder))).toEqual(WRONG_STATE);
    expect(await livesOf(holder.caseId)).toHaveLength(1);
  });

  it.each<[string, (holder: ApprovedCase) => Promise<unknown>]>([
    [
      'the account is disabled',
      (holder) => change((tx) => tx.run`UPDATE subjects SET status = 'disabled' WHERE id = ${holder.subjectId}`),
    ],
    [
      'the case ran out',
      (holder) =>
        change((tx) => tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${holder.caseId}`),
    ],
  ])('is refused when %s', async (_name, stop) => {
    const holder = await seed();
    await stop(holder);
    expect(await answerOf(issue(holder))).toEqual(WRONG_STATE);
  });

  it.each([
    ['another cookie', () => newSecret()],
    ['no cookie', () => undefined],
  ])('is refused with %s', async (_name, captureSecret) => {
    const holder = await seed();
    const asked = tokens.issue({ caseId: holder.caseId, request: browserOf(captureSecret()) });
    expect(await answerOf(asked)).toEqual({ status: 403, code: 'capture_binding_missing' });
    expect(await livesOf(holder.caseId)).toEqual([{ seconds: 600, live: true }]);
  });

  it('is refused, and says so in the audit trail, when today’s policy would not approve', async () => {
    const holder = await seed();
    expect(await answerOf(issue(holder, buildRecoveryTokens(db.database, ring, { recheck: false })))).toEqual(
      WRONG_STATE,
    );
    expect(await auditOf(db.database, holder.caseId)).toEqual(['token.refused']);
  });

  it('is limited per case', async () => {
    const holder = await seed();
    const limited = buildRecoveryTokens(db.database, ring, { limitScale: 0.1 });
    await issue(holder, limited);
    await issue(holder, limited);
    expect(await answerOf(issue(holder, limited))).toEqual({ status: 429, code: 'too_many_requests' });
  });

  it('is bound to the attempt that was approved', async () => {
    const holder = await seed();
    await change((tx) => tx.run`UPDATE recovery_cases SET attempt = 2 WHERE id = ${holder.caseId}`);
    expect(await answerOf(issue(holder))).toEqual({ status: 403, code: 'capture_binding_missing' });
    expect((await factsOf(db.database, holder.caseId)).state).toBe('approved');
  });
});

describe('the database itself', () => {
  it.each([
    ['an evaluation', `mode = 'evaluation'`],
    ['another door', `door = 'entra'`],
  ])('refuses a token for %s', async (_name, member) => {
    const holder = await seed();
    const column = member.startsWith('mode') ? 'mode' : 'door';
    const insert = change(
      (tx) => tx.run`
        INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, expires_at)
        VALUES ('tok_x', ${holder.caseId}, ${holder.subjectId}, '\\x00', 'registration', ${column === 'mode' ? 'evaluation' : 'production'},
          ${column === 'door' ? 'entra' : 'own'}, '\\x00', now())`,
    );
    await expect(insert).rejects.toMatchObject({ code: '23514' });
  });
});
