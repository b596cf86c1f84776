import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError, Sensitive } from '../../providers/kit/index.js';
import { answerOf, buildPasskeyStage, makePasskey, registerPasskey } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { failing, pendingReport } from '../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
  drain,
  forgetPlanned,
  letTimePass,
  readCase,
} from '../../test/support/verification/world-cases.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';

const FORGED = resultOf({
  checks: [{ kind: 'document_authenticity', result: 'fail', reasonCodes: ['document_not_genuine'] }],
});
const SOMEBODY_ELSE = resultOf({
  identity: new Sensitive({ givenName: 'Bea', familyName: 'Other', birthDate: '1990-11-12' }),
});
type Answer = ApprovedWorld['partner']['fetches'][number];
const STOPPED = { state: 'in_review', stateReason: 'reviewer_needed', bucket: 'needs_review' };

let db: TestDatabase;
let stage: ApprovedWorld;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  stage = new ApprovedWorld(db.database);
  await forgetPlanned(stage.world);
});

const keptOf = ({ session }: Visit) =>
  db.database.read(
    (tx) =>
      tx.many<{ caseState: string; contradicts: boolean | null }>`
        SELECT case_state, contradicts FROM late_results WHERE session_id = ${session.id} ORDER BY nth`,
  );
const timesOf = async ({ caseId }: Visit, type: string): Promise<number> =>
  (await auditTypes(stage.world, caseId)).filter((seen) => seen === type).length;
const look = async ({ caseId }: Visit) => {
  const recoveryCase = await readCase(stage.world, caseId);
  return db.database.read((tx) => stage.adjudication.look(tx, recoveryCase));
};
/** Nobody waits for the session's result any longer. */
const runOutOfTime = ({ session }: Visit) =>
  db.database.transaction(
    (tx) => tx.run`UPDATE verification_sessions SET expires_at = clock_timestamp() WHERE id = ${session.id}`,
  );

/** Left without an answer at the partner, then back in a second attempt. */
async function secondAttempt(policy: Record<string, unknown> = {}): Promise<{ left: Visit; now: Visit }> {
  stage.partner.fetches = [pendingReport];
  const left = await stage.visit(policy);
  await runOutOfTime(left);
  await stage.settle(left, 'later');
  const now = await stage.sentOut(left);
  return { left, now };
}

/** The same, approved in that attempt. */
async function approvedLater(
  policy: Record<string, unknown> = {},
  answer: Answer = resultOf(),
): Promise<{ left: Visit; now: Visit }> {
  const { left, now } = await secondAttempt(policy);
  stage.partner.fetches = [answersOnly(now, answer)];
  await stage.comesBack(now);
  expect((await stage.settle(now)).state).toBe('approved');
  return { left, now };
}

/** A good result for that visit, none yet for any other. */
const answersOnly =
  ({ session }: Visit, answer: Answer = resultOf()): Answer =>
  (context) =>
    context.externalId === session.externalId ? answer(context) : pendingReport(context);
/** Of a partner that compares the attributes itself and names none. */
const comparedThere = (): Answer =>
  resultOf({
    identity: undefined,
    matchedOnly: ['givenName', 'familyName', 'birthDate'],
    checks: (['face_match', 'data_match'] as const).map((kind) => ({ kind, result: 'pass', reasonCodes: ['ok'] })),
  });

describe('a session that was given up, and its partner’s answer to it', () => {
  it.each([
    ['the document is forged', FORGED],
    ['the faces differ', FACES_DIFFER],
    ['it was somebody else', SOMEBODY_ELSE],
  ])('T34 stops the unspent token of a later attempt when %s', async (_what, answer) => {
    const { left, now } = await approvedLater();
    const holder = await stage.holder(now);
    const passkeys = buildPasskeyStage(db.database, stage.ring);
    const credential = await makePasskey(passkeys, holder);
    expect(await stage.saysNow(left, answer)).toMatchObject(STOPPED);
    expect(await stage.liveTokens(now)).toBe(0);
    expect(await keptOf(left)).toEqual([{ caseState: 'approved', contradicts: true }]);
    expect(await timesOf(now, 'verification.late_result_kept')).toBe(1);
    expect(await timesOf(now, 'verification.late_result_worse')).toBe(1);
    expect(await answerOf(registerPasskey(passkeys, holder, { credential }))).toMatchObject({ status: 410 });
    const ruling = await look(now);
    expect(ruling?.decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(ruling?.facts.contradictions).toMatchObject([{ attempt: 1 }]);
  });

  it('T34 ends the case where the policy denies what fails', async () => {
    const { left } = await approvedLater({ review: { reviewable: [], onFail: 'deny' } });
    expect(await stage.saysNow(left, FORGED)).toMatchObject({ state: 'denied', stateReason: 'not_confirmed' });
  });

  it('T34 counts against an attempt that is not decided yet, and speaks for none', async () => {
    const { left, now } = await secondAttempt();
    await stage.saysNow(left, (context) =>
      context.externalId === left.session.externalId ? FORGED(context) : pendingReport(context),
    );
    expect(await keptOf(left)).toEqual([{ caseState: 'verifying', contradicts: true }]);
    stage.partner.fetches = [answersOnly(now)];
    await stage.comesBack(now);
    expect(await stage.settle(now, 'later')).toMatchObject(STOPPED);
    const ruling = await look(now);
    expect(ruling?.facts.checks.face_match.result).toBe('pass');
  });

  it('T34 is judged by the account when the report it is beside says nothing of who it was', async () => {
    const { left, now } = await approvedLater({}, comparedThere());
    await stage.holder(now);
    expect(await stage.saysNow(left, SOMEBODY_ELSE)).toMatchObject(STOPPED);
    expect(await stage.liveTokens(now)).toBe(0);
    expect(await keptOf(left)).toEqual([{ caseState: 'approved', contradicts: true }]);
    expect(await timesOf(now, 'verification.late_result_worse')).toBe(1);
  });

  it('T34 costs the person no more than another token when it is good', async () => {
    const { left, now } = await approvedLater();
    await stage.holder(now);
    expect(await stage.saysNow(left, resultOf())).toMatchObject({ state: 'approved', bucket: 'confirmed' });
    expect(await stage.liveTokens(now)).toBe(0);
    await stage.holder(now);
    expect(await stage.liveTokens(now)).toBe(1);
    expect(await keptOf(left)).toEqual([{ caseState: 'approved', contradicts: false }]);
    expect(await timesOf(now, 'verification.late_result_worse')).toBe(0);
  });

  it.each([
    ['that the document is forged', FORGED],
    ['that it was somebody else', SOMEBODY_ELSE],
  ])('T34 is heard again when it says %s after something good, and then stands', async (_what, answer) => {
    const { left, now } = await approvedLater();
    await stage.saysNow(left, resultOf());
    await stage.holder(now);
    expect(await stage.saysNow(left, answer)).toMatchObject(STOPPED);
    expect(await stage.liveTokens(now)).toBe(0);
    expect(await stage.saysNow(left, resultOf())).toMatchObject(STOPPED);
    expect(await keptOf(left)).toMatchObject([{ contradicts: false }, { contradicts: true }]);
    expect(await timesOf(now, 'verification.late_result_worse')).toBe(1);
  });

  it('T34 costs nothing when the same comes again', async () => {
    const { left, now } = await approvedLater();
    await stage.saysNow(left, resultOf());
    await stage.holder(now);
    const before = await readCase(stage.world, now.caseId);
    expect(await stage.saysNow(left, resultOf())).toEqual(before);
    expect(await stage.liveTokens(now)).toBe(1);
    expect(await keptOf(left)).toHaveLength(1);
  });

  it('T34 that is good makes nobody wait twice', async () => {
    const { left, now } = await secondAttempt({ hold: { seconds: 600 } });
    stage.partner.fetches = [answersOnly(now)];
    await stage.comesBack(now);
    const held = await stage.settle(now);
    expect(held).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect(await stage.saysNow(left, resultOf())).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    const { heldUntil } = await db.database.read(
      (tx) => tx.one<{ heldUntil: Date }>`SELECT held_until FROM recovery_cases WHERE id = ${now.caseId}`,
    );
    const { firstUntil } = await db.database.read(
      (tx) => tx.one<{ firstUntil: Date }>`SELECT min(decided_at) + interval '601 seconds' AS first_until
        FROM decisions WHERE case_id = ${now.caseId} AND attempt = ${now.session.attempt} AND verdict = 'approve'`,
    );
    expect(heldUntil.getTime()).toBeLessThanOrEqual(firstUntil.getTime());
  });

  it('T33 is kept only when it is about that session', async () => {
    const { left } = await approvedLater();
    await stage.saysNow(left, (context) => ({ ...FORGED(context), binding: { externalId: 'another' } }));
    expect(await keptOf(left)).toEqual([]);
    expect(await timesOf(left, 'verification.result_refused')).toBe(1);
  });

  it('is shown to reviewers of a case on which nobody reported in time', async () => {
    stage.partner.fetches = [pendingReport];
    const visit = await stage.visit({ limits: { attempts: 1 } });
    await db.asOwner('UPDATE recovery_cases SET attempts_allowed = 1 WHERE id = $1', [visit.caseId]);
    await runOutOfTime(visit);
    expect(await stage.settle(visit, 'later')).toMatchObject({ state: 'in_review', stateReason: 'attempts_exhausted' });
    const waiting = await stage.saysNow(visit, FORGED);
    expect(waiting).toMatchObject({ state: 'in_review', stateReason: 'attempts_exhausted' });
    const findings = await db.database.read((tx) => stage.adjudication.lookAtLate(tx, waiting));
    expect(findings).toMatchObject([
      { about: 'report', result: 'objects', reasonCodes: ['shown_evidence_contradicts', 'document_not_genuine'] },
    ]);
  });

  it('T43 once the passkey is there, the trail, the metric and a notice tell of it', async () => {
    const { left, now } = await approvedLater();
    const holder = await stage.holder(now);
    const passkeys = buildPasskeyStage(db.database, stage.ring);
    await registerPasskey(passkeys, holder, { credential: await makePasskey(passkeys, holder) });
    const completed = await readCase(stage.world, now.caseId);
    expect(await stage.saysNow(left, FORGED)).toEqual(completed);
    expect(await keptOf(left)).toEqual([{ caseState: 'completed', contradicts: true }]);
    const notices = await db.database.read(
      (tx) => tx.many`SELECT 1 FROM outbox
        WHERE event = 'verification.late_result_worse' AND payload ->> 'caseId' = ${now.caseId}`,
    );
    expect(notices).toHaveLength(1);
    expect(await stage.world.platform.metrics.registry.metrics()).toContain(
      'regain_security_events_total{type="late_result_after_redemption"} 1',
    );
  });

  it('T43 the same when only the account says that it was somebody else', async () => {
    const { left, now } = await approvedLater({}, comparedThere());
    const holder = await stage.holder(now);
    const passkeys = buildPasskeyStage(db.database, stage.ring);
    await registerPasskey(passkeys, holder, { credential: await makePasskey(passkeys, holder) });
    await stage.saysNow(left, SOMEBODY_ELSE);
    expect(await keptOf(left)).toEqual([{ caseState: 'completed', contradicts: true }]);
    expect(await timesOf(now, 'verification.late_result_worse')).toBe(1);
  });

  it('T44 has no effect on a case that is over, and is not asked for', async () => {
    const { left } = await secondAttempt();
    await db.database.transaction((tx) =>
      stage.world.cases.transition(tx, { caseId: left.caseId, name: 'cancel', actor: SYSTEM }),
    );
    const asked = stage.partner.fetched.length;
    await stage.saysNow(left, FORGED);
    expect(stage.partner.fetched).toHaveLength(asked);
    expect(await keptOf(left)).toEqual([]);
  });
});

describe('a partner that only answers when it is asked', () => {
  const asksOf = ({ session }: Visit): number =>
    stage.partner.fetched.filter(({ externalId }) => externalId === session.externalId).length;

  /** The partner is down until another one is asked instead, which approves. */
  async function failedOver(): Promise<Visit> {
    stage = new ApprovedWorld(db.database, { resultTransport: 'poll', pushAuth: 'none' });
    stage.partner.fetches = [failing('rejected')];
    const left = await stage.visit({ providers: ['alpha', 'beta'] });
    for (const _step of ['failed over', 'opened']) await stage.settle(left, 'later');
    const now = await stage.sentOut(left);
    expect(now.session.provider).toBe('beta');
    await stage.comesBack(now);
    expect(['held', 'approved', 'in_review']).toContain((await stage.settle(now)).state);
    return left;
  }

  it('is asked again after another one was asked instead, and what it says stops the case', async () => {
    const left = await failedOver();
    stage.partner.fetches = [FORGED];
    expect(await stage.settle(left, 'later')).toMatchObject({ state: 'in_review' });
    expect(await keptOf(left)).toMatchObject([{ contradicts: true }]);
    const ruling = await look(left);
    expect(ruling?.facts.contradictions).toMatchObject([
      { attempt: 1, reasonCodes: expect.arrayContaining(['document_not_genuine']) },
    ]);
  });

  /** In so many seconds it is asked about the session again. */
  const nextLook = async ({ session }: Visit): Promise<number> => {
    const { seconds } = await db.database.read(
      (tx) => tx.one<{
        seconds: number;
      }>`SELECT round(EXTRACT(EPOCH FROM next_fetch_at - clock_timestamp()))::int AS seconds
        FROM verification_sessions WHERE id = ${session.id}`,
    );
    return seconds;
  };
  /** Its push is matched to the session; nothing that is planned is due by that. */
  const isPushed = async (visit: Visit): Promise<number> => {
    await stage.push(visit);
    await drain(stage.world);
    return nextLook(visit);
  };

  it('is asked soon when it pushes before a look that is far away', async () => {
    const { left } = await secondAttempt();
    await stage.settle(left, 'later');
    expect(await nextLook(left)).toBeGreaterThan(200);
    expect(await isPushed(left)).toBeLessThanOrEqual(10);
  });

  it('is asked by nobody else when it pushes while it is asked', async () => {
    const { left } = await secondAttempt();
    let lease = 0;
    stage.partner.fetches = [
      async (context) => {
        if (context.externalId === left.session.externalId) lease = await isPushed(left);
        return pendingReport(context);
      },
    ];
    await letTimePass(stage.world);
    expect(lease).toBeGreaterThan(50);
    expect(await nextLook(left)).toBeLessThanOrEqual(10);
  });

  it('gets the pause it asked for, whatever it pushes', async () => {
    const { left } = await secondAttempt();
    stage.partner.fetches = [
      () => {
        throw new ProviderError('rate_limited', 'scripted pause', { retryAfterSeconds: 120 });
      },
    ];
    await letTimePass(stage.world);
    expect(await nextLook(left)).toBeGreaterThan(100);
    expect(await isPushed(left)).toBeGreaterThan(100);
  });

  it('is asked once more before its session is cancelled there', async () => {
    const surplusOf = ({ session }: Visit) =>
      db.database.read(
        (tx) => tx.many<{ state: string }>`SELECT state FROM surplus_sessions WHERE session_id = ${session.id}`,
      );
    stage = new ApprovedWorld(db.database, { resultTransport: 'poll', pushAuth: 'none' });
    stage.partner.fetches = [failing('rejected'), pendingReport];
    const left = await stage.visit({ providers: ['alpha', 'beta'] });
    await letTimePass(stage.world);
    const late = () =>
      db.database.transaction(
        (tx) =>
          tx.run`UPDATE surplus_sessions SET next_try_at = clock_timestamp() WHERE session_id = ${left.session.id}`,
      );
    await late();
    await stage.world.surplusSettlement.settle(left.session.id);
    expect(await surplusOf(left)).toEqual([{ state: 'due' }]);
    await letTimePass(stage.world);
    await late();
    await stage.world.surplusSettlement.settle(left.session.id);
    expect(await surplusOf(left)).not.toEqual([{ state: 'due' }]);
  });

  it('is asked five times in all, however long it says nothing', async () => {
    const left = await failedOver();
    stage.partner.fetches = [pendingReport];
    const before = asksOf(left);
    for (let later = 0; later < 10; later += 1) await letTimePass(stage.world);
    expect(asksOf(left) - before).toBeLessThanOrEqual(5);
    const { lateLooks, nextFetchAt } = await db.database.read(
      (tx) => tx.one<{ lateLooks: number; nextFetchAt: Date | null }>`
        SELECT late_looks, next_fetch_at FROM verification_sessions WHERE id = ${left.session.id}`,
    );
    expect([lateLooks, nextFetchAt]).toEqual([5, null]);
  });
});
