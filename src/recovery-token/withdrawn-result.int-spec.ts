import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sensitive } from '../../providers/kit/index.js';
import { answerOf, buildPasskeyStage, makePasskey, registerPasskey } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { failing, pendingReport } from '../../test/support/verification/scripted-provider.js';
import { auditTypes, drain, forgetPlanned, readCase } from '../../test/support/verification/world-cases.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';

const OPEN = resultOf({
  checks: [{ kind: 'face_match', result: 'indeterminate', reasonCodes: ['partner_undecided'] }],
});
const SOMEBODY_ELSE = resultOf({
  identity: new Sensitive({ givenName: 'Bea', familyName: 'Demo', birthDate: '1980-01-02' }),
});
const STOPPED = { state: 'in_review', stateReason: 'result_withdrawn', bucket: 'needs_review' };
const GONE = { status: 410, code: 'token_not_redeemable' };

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

const timesOf = async ({ caseId }: Visit, type: string): Promise<number> =>
  (await auditTypes(stage.world, caseId)).filter((seen) => seen === type).length;
const withdrawalsOf = ({ session }: Visit) =>
  db.database.read(
    (tx) => tx.many<{ caseState: string }>`SELECT case_state FROM withdrawn_results WHERE session_id = ${session.id}`,
  );
const noticesOf = ({ caseId }: Visit) =>
  db.database.read(
    (tx) => tx.many<{ event: string }>`SELECT event FROM outbox
      WHERE event = 'verification.result_withdrawn' AND payload ->> 'caseId' = ${caseId}`,
  );

/** Finds the sessions of what was delivered, and no more: nobody is asked yet. */
const matchPushes = () =>
  db.database.transaction(async (tx) => {
    const rows = await tx.many<{ inboxId: string }>`
      UPDATE outbox SET published_at = clock_timestamp()
      WHERE published_at IS NULL AND event = 'verification.push_received' RETURNING payload ->> 'inboxId' AS inbox_id`;
    for (const { inboxId } of rows) await stage.world.inbox.match(tx, inboxId);
  });

describe('a partner that says worse of somebody it has approved', () => {
  it.each([
    ['a check failed', FACES_DIFFER],
    ['a check is open', OPEN],
    ['it was somebody else', SOMEBODY_ELSE],
    ['the session failed', resultOf({ status: 'failed', checks: [] })],
  ])('T43 stops the unspent token when %s, and the case waits for people', async (_what, answer) => {
    const visit = await stage.approved();
    const holder = await stage.holder(visit);
    const passkeys = buildPasskeyStage(db.database, stage.ring);
    const credential = await makePasskey(passkeys, holder);
    expect(await stage.saysNow(visit, answer)).toMatchObject(STOPPED);
    expect(await stage.liveTokens(visit)).toBe(0);
    expect(await timesOf(visit, 'verification.result_withdrawn')).toBe(1);
    expect(await withdrawalsOf(visit)).toEqual([{ caseState: 'approved' }]);
    expect(await noticesOf(visit)).toHaveLength(1);
    expect(await answerOf(registerPasskey(passkeys, holder, { credential }))).toEqual(GONE);
    const issued = stage.tokens.issue({ caseId: visit.caseId, request: visit.browser.request });
    expect(await answerOf(issued)).toEqual({ status: 409, code: 'wrong_state' });
  });

  it('T43 ends the case at once where the policy denies what fails', async () => {
    const visit = await stage.approved({ review: { reviewable: [], onFail: 'deny' } });
    await stage.holder(visit);
    const denied = { state: 'denied', stateReason: 'result_withdrawn', verdict: 'deny', bucket: 'not_confirmed' };
    expect(await stage.saysNow(visit, FACES_DIFFER)).toMatchObject(denied);
    expect(await stage.liveTokens(visit)).toBe(0);
  });

  it('T43 shows reviewers what the partner says now, and lets none of them approve', async () => {
    const visit = await stage.approved();
    const stopped = await stage.saysNow(visit, OPEN);
    const ruling = await db.database.read((tx) => stage.adjudication.rule(tx, stopped));
    expect(ruling?.decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
    const found = ruling?.decision.findings.map(({ about, result, reasonCodes }) => [about, result, reasonCodes]);
    expect(found).toContainEqual(['face_match', 'indeterminate', ['partner_undecided']]);
    expect(found).toContainEqual(['report', 'objects', ['result_withdrawn']]);
  });

  it('T43 says nothing of checks where the help desk reads', async () => {
    const visit = await stage.approved();
    await stage.saysNow(visit, FACES_DIFFER);
    const rows = await db.database.read(
      (tx) => tx.many<{ data: object }>`SELECT data FROM audit_events WHERE chain_id = ${visit.caseId}`,
    );
    expect(JSON.stringify(rows)).not.toMatch(/face|differ/);
  });

  it.each([
    ['held', { hold: { seconds: 600 } }],
    ['in_review', { requiredChecks: ['face_match', 'injection_attack'] }],
  ])('T43 reaches a case that is %s', async (state, policy) => {
    const visit = await stage.visit(policy);
    await stage.comesBack(visit);
    expect((await stage.settle(visit)).state).toBe(state);
    expect(await stage.saysNow(visit, FACES_DIFFER)).toMatchObject(STOPPED);
    expect(await withdrawalsOf(visit)).toEqual([{ caseState: state }]);
  });

  it('T43 is never lifted: not by a good result, not by a hold that ends, not by a second push', async () => {
    const visit = await stage.approved();
    await stage.saysNow(visit, FACES_DIFFER);
    for (let again = 0; again < 3; again += 1) expect(await stage.saysNow(visit, resultOf())).toMatchObject(STOPPED);
    await stage.adjudication.releaseHold(visit.caseId);
    await stage.adjudication.decide({ caseId: visit.caseId, attempt: 1 });
    expect(await readCase(stage.world, visit.caseId)).toMatchObject(STOPPED);
    expect(await timesOf(visit, 'verification.result_withdrawn')).toBe(1);
    expect(await timesOf(visit, 'case.approved')).toBe(1);
  });

  it('T43 leaves the next attempt alone', async () => {
    const visit = await stage.approved();
    await db.database.transaction((tx) =>
      stage.world.cases.transition(tx, { caseId: visit.caseId, name: 'recapture', actor: SYSTEM }),
    );
    expect(await stage.saysNow(visit, FACES_DIFFER)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    expect(await withdrawalsOf(visit)).toEqual([]);
  });
});

describe('a partner that says nothing worse', () => {
  it.each([
    ['the same again', resultOf()],
    ['that it is still at work', pendingReport],
    ['that it keeps the session no longer', resultOf({ status: 'expired', checks: [] })],
    ['nothing of the checks any more', resultOf({ checks: [], identity: undefined })],
    ['nothing that can be read', failing('unintelligible')],
    ['something about another session', resultOf({ binding: { externalId: 'another' }, checks: [] })],
  ])('T43 changes nothing with %s', async (_what, answer) => {
    const visit = await stage.approved();
    await stage.holder(visit);
    const before = await readCase(stage.world, visit.caseId);
    expect(await stage.saysNow(visit, answer)).toEqual(before);
    expect(await stage.liveTokens(visit)).toBe(1);
    expect(await withdrawalsOf(visit)).toEqual([]);
  });

  it('T44 has no effect on a case that expired or was cancelled, and is not asked', async () => {
    for (const end of ['cancel', 'expire'] as const) {
      stage.partner.fetches = [resultOf()];
      const visit = await stage.approved();
      await db.database.transaction(async (tx) => {
        if (end === 'expire')
          await tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${visit.caseId}`;
        await stage.world.cases.transition(tx, { caseId: visit.caseId, name: end, actor: SYSTEM });
      });
      const [before, asked] = [await readCase(stage.world, visit.caseId), stage.partner.fetched.length];
      expect(await stage.saysNow(visit, FACES_DIFFER)).toEqual(before);
      expect(stage.partner.fetched).toHaveLength(asked);
      expect(await timesOf(visit, 'verification.late_result_ignored')).toBe(1);
      expect(await withdrawalsOf(visit)).toEqual([]);
    }
  });
});

describe('a case that ends while the partner is asked again', () => {
  it('T44 T43 stays as it ended', async () => {
    const visit = await stage.approved();
    stage.partner.fetches = [
      async (context) => {
        await db.database.transaction((tx) =>
          stage.world.cases.transition(tx, { caseId: visit.caseId, name: 'cancel', actor: SYSTEM }),
        );
        return FACES_DIFFER(context);
      },
    ];
    await stage.push(visit);
    expect((await stage.settle(visit, 'later')).state).toBe('cancelled');
    expect(await timesOf(visit, 'verification.result_withdrawn')).toBe(0);
    expect(await withdrawalsOf(visit)).toEqual([]);
  });
});

describe('when the passkey is there', () => {
  it('T43 the case stays as it ended; the trail, the metric and a notice tell of it', async () => {
    const visit = await stage.approved();
    const holder = await stage.holder(visit);
    const passkeys = buildPasskeyStage(db.database, stage.ring);
    const credential = await makePasskey(passkeys, holder);
    await registerPasskey(passkeys, holder, { credential });
    const completed = await readCase(stage.world, visit.caseId);
    expect(await stage.saysNow(visit, FACES_DIFFER)).toEqual(completed);
    expect(await withdrawalsOf(visit)).toEqual([{ caseState: 'completed' }]);
    expect(await timesOf(visit, 'verification.result_withdrawn')).toBe(1);
    expect(await noticesOf(visit)).toHaveLength(1);
    expect(await stage.world.platform.metrics.registry.metrics()).toContain(
      'regain_security_events_total{type="result_withdrawn_after_redemption"} 1',
    );
    const { frozen } = await db.database.read(
      (tx) =>
        tx.one<{
          frozen: boolean;
        }>`SELECT frozen_at IS NOT NULL AS frozen FROM credentials WHERE case_id = ${visit.caseId}`,
    );
    expect(frozen).toBe(false);
  });

  it('T43 nobody is asked once the case’s data is gone', async () => {
    const visit = await stage.approved();
    const holder = await stage.holder(visit);
    const passkeys = buildPasskeyStage(db.database, stage.ring);
    await registerPasskey(passkeys, holder, { credential: await makePasskey(passkeys, holder) });
    await db.database.transaction((tx) => stage.world.platform.keys.shred(tx, visit.caseId));
    const asked = stage.partner.fetched.length;
    await stage.saysNow(visit, FACES_DIFFER);
    expect(stage.partner.fetched).toHaveLength(asked);
  });
});

describe('a partner whose result is in its pushes alone', () => {
  it('T43 is heard again when a second delivery contradicts the first', async () => {
    stage = new ApprovedWorld(db.database, { resultTransport: 'callback_only', sameDevice: 'return' });
    stage.partner.fetches = [
      (context) =>
        (context.deliveries ?? []).some((delivery) => delivery.reveal() === 'declined')
          ? FACES_DIFFER(context)
          : resultOf()(context),
    ];
    const visit = await stage.approved();
    await stage.push(visit, { said: 'declined' });
    expect(await stage.settle(visit, 'later')).toMatchObject(STOPPED);
  });
});

describe('a storm of pushes', () => {
  it('T43 a hundred about one session are one reading, and have one effect', async () => {
    const visit = await stage.approved();
    await stage.settle(visit, 'later');
    const asked = stage.partner.fetched.length;
    stage.partner.fetches = [FACES_DIFFER];
    await Promise.all(Array.from({ length: 100 }, () => stage.push(visit)));
    await drain(stage.world);
    const planned = await db.database.read(
      (tx) => tx.many<{ event: string }>`SELECT event FROM outbox
        WHERE event = 'verification.collect_due' AND published_at IS NULL AND payload ->> 'sessionId' = ${visit.session.id}`,
    );
    expect(planned).toHaveLength(1);
    expect(await stage.settle(visit, 'later')).toMatchObject(STOPPED);
    expect(stage.partner.fetched).toHaveLength(asked + 1);
    expect(await timesOf(visit, 'verification.result_withdrawn')).toBe(1);
  });

  it('T29 T43 the same push a hundred times is one', async () => {
    const visit = await stage.approved();
    stage.partner.fetches = [FACES_DIFFER];
    await Promise.all(Array.from({ length: 100 }, () => stage.push(visit, { deliveryId: `same-${visit.session.id}` })));
    await stage.settle(visit, 'later');
    expect(await timesOf(visit, 'verification.push_matched')).toBe(1);
    expect(await timesOf(visit, 'verification.result_withdrawn')).toBe(1);
  });

  it('T43 what is pushed while the partner answers is read afterwards', async () => {
    const visit = await stage.approved();
    const asked = stage.partner.fetched.length;
    stage.partner.fetches = [
      async (context) => {
        await stage.push(visit);
        await drain(stage.world);
        return resultOf()(context);
      },
      FACES_DIFFER,
    ];
    await stage.push(visit);
    expect((await stage.settle(visit, 'later')).state).toBe('approved');
    expect(await stage.settle(visit, 'later')).toMatchObject(STOPPED);
    expect(stage.partner.fetched).toHaveLength(asked + 2);
  });

  it('T43 what is pushed while the report is on its way is read afterwards', async () => {
    const visit = await stage.visit();
    await stage.comesBack(visit);
    stage.partner.fetches = [
      async (context) => {
        await stage.push(visit);
        await matchPushes();
        return resultOf()(context);
      },
      FACES_DIFFER,
    ];
    await stage.settle(visit);
    expect(await stage.settle(visit, 'later')).toMatchObject({ state: 'in_review' });
  });

  it('T43 a partner that is down is asked again, and a reading that died with its process too', async () => {
    const visit = await stage.approved();
    stage.partner.fetches = [failing('unavailable'), failing('unavailable'), FACES_DIFFER];
    await stage.push(visit);
    await stage.settle(visit, 'later');
    expect((await readCase(stage.world, visit.caseId)).state).toBe('approved');
    await stage.settle(visit, 'later');
    expect(await stage.settle(visit, 'later')).toMatchObject(STOPPED);
  });
});
