import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jobOf } from '../../../test/support/job-of.js';
import pg from 'pg';
import type { Check } from '../../../providers/kit/index.js';
import { AdjudicationStage, checksWith, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { ReleaseHoldProcessor } from '../release-hold.processor.js';

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database);
});
afterAll(() => db.close());

const AWAY = { returned: false } as const;
const SCREEN = { provider: 'screen', returned: false } as const;

/** A good result, decided. */
async function decided(options: CaseOptions): Promise<RecoveryCase> {
  const { id: caseId, attempt } = await stage.reportedCase(options);
  await stage.adjudication.decide({ caseId, attempt });
  return stage.read(caseId);
}
/** What the queue does after a hold's end and after a browser's return. */
async function lookAgain({ id: caseId }: RecoveryCase): Promise<RecoveryCase> {
  await new ReleaseHoldProcessor(stage.adjudication).process(jobOf({ caseId }));
  return stage.read(caseId);
}
const update = (sql: string, caseId: string) => db.database.transaction((tx) => tx.run([sql, ''] as never, caseId));
const browserReturns = ({ id }: RecoveryCase) =>
  update('UPDATE verification_sessions SET returned_at = clock_timestamp() WHERE case_id = ', id);
const holdEnds = ({ id }: RecoveryCase) =>
  update('UPDATE recovery_cases SET held_until = clock_timestamp() WHERE id = ', id);

/** A minute in which no browser came back: reports are append-only for the service, so their owner ages them. */
async function graceEnds(of: RecoveryCase): Promise<RecoveryCase> {
  await aged('verification_reports', 'received_at', of.id, 61);
  await holdEnds(of);
  return lookAgain(of);
}
async function aged(table: string, column: string, caseId: string, seconds: number): Promise<void> {
  const owner = new pg.Client({ connectionString: db.ownerUrl, options: '-c search_path=regain' });
  await owner.connect();
  await owner.query(`UPDATE ${table} SET ${column} = ${column} - make_interval(secs => $2) WHERE case_id = $1`, [
    caseId,
    seconds,
  ]);
  await owner.end();
}
async function numberOf(of: RecoveryCase): Promise<string> {
  const shown = await db.database.read((tx) => stage.confirmations.shown(tx, of));
  if (!shown) throw new Error('no number is shown');
  return shown.number;
}
/** A number that is not the one. */
const wrongFor = (number: string): string => (number === '99' ? '98' : String(Number(number) + 1));
/** At the address that the link did not go to. */
const answer = async (of: RecoveryCase, number: string, attempt = of.attempt) => {
  const noticeId = await stage.questionAtSecondAddress(of);
  return db.database.transaction((tx) =>
    stage.answers.answer(tx, { caseId: of.id, attempt, number, noticeId, actor: SYSTEM }),
  );
};
const mayHaveToken = (of: RecoveryCase) =>
  db.database.transaction((tx) => stage.adjudication.recheckBeforeToken(tx, of));
const questionsOf = (caseId: string) =>
  db.database.read(
    (tx) => tx.many<object>`SELECT payload FROM outbox
      WHERE event = 'case.confirmation_requested' AND payload ->> 'caseId' = ${caseId}`,
  );

describe('a good result of a partner that sends the browser back', () => {
  it('is approved at once when the browser is back already', async () => {
    expect((await decided({})).state).toBe('approved');
  });

  it('waits for the browser, and is approved the moment it returns', async () => {
    const held = await decided(AWAY);
    expect(held).toMatchObject({ state: 'held', stateReason: 'waiting_for_return', verdict: 'approve' });
    expect((await lookAgain(held)).state).toBe('held');
    await browserReturns(held);
    const approved = await lookAgain(held);
    expect(approved.state).toBe('approved');
    expect(await mayHaveToken(approved)).toBe(true);
    expect(await stage.trail(held.id)).toEqual(['decision.made', 'case.held', 'decision.made', 'case.approved']);
    expect(await questionsOf(held.id)).toEqual([]);
  });

  it('still serves the hold of its policy after the return, counted from the result', async () => {
    const held = await decided({ ...AWAY, policy: await stage.policy({ hold: { seconds: 600 } }) });
    await aged('decisions', 'decided_at', held.id, 100);
    await browserReturns(held);
    const waits = await lookAgain(held);
    expect(waits).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    const leftSeconds = (waits.heldUntil?.getTime() ?? 0) / 1_000 - waits.updatedAt.getTime() / 1_000;
    expect(Math.round(leftSeconds)).toBeGreaterThan(480);
    expect(Math.round(leftSeconds)).toBeLessThanOrEqual(500);
    await holdEnds(held);
    expect((await lookAgain(held)).state).toBe('approved');
  });

  it('is asked about at an address on file once the browser stayed away for a minute', async () => {
    const held = await decided(AWAY);
    await holdEnds(held);
    expect((await lookAgain(held)).stateReason).toBe('waiting_for_return');
    const asked = await graceEnds(held);
    expect(asked).toMatchObject({ state: 'held', stateReason: 'waiting_for_confirmation' });
    expect(await questionsOf(held.id)).toEqual([{ payload: { caseId: held.id, attempt: 1 } }]);
  });

  it('is approved by a late return as well: the question is over then', async () => {
    const asked = await graceEnds(await decided(AWAY));
    const number = await numberOf(asked);
    await browserReturns(asked);
    expect((await lookAgain(asked)).state).toBe('approved');
    expect(await answer(asked, number)).toEqual({ kind: 'not_awaited' });
  });

  it('gets nothing from another session of the case that came back', async () => {
    const held = await decided(AWAY);
    await update(
      `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest, returned_at)
        SELECT id || '_other', case_id, attempt, provider, role, 'failed', nonce_sealed, sha256(return_state_digest), clock_timestamp()
        FROM verification_sessions WHERE case_id = `,
      held.id,
    );
    expect((await lookAgain(held)).state).toBe('held');
  });
});

describe('a good result of a partner on another screen', () => {
  it('is asked about at once, whatever came back', async () => {
    const held = await decided({ provider: 'screen', returned: true });
    expect(held).toMatchObject({ state: 'held', stateReason: 'waiting_for_confirmation' });
    expect(await questionsOf(held.id)).toHaveLength(1);
    expect(await stage.trail(held.id)).toEqual(['decision.made', 'case.held', 'case.confirmation_requested']);
  });

  it('is approved after the right number and the hold, in this order and never by one of them alone', async () => {
    const held = await decided(SCREEN);
    expect(await answer(held, await numberOf(held))).toEqual({ kind: 'confirmed' });
    const confirmed = await lookAgain(held);
    expect(confirmed).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    await holdEnds(held);
    await aged('decisions', 'decided_at', held.id, 86_400);
    const approved = await lookAgain(held);
    expect(approved.state).toBe('approved');
    expect(await mayHaveToken(approved)).toBe(true);
    expect((await stage.trail(held.id)).slice(3)).toEqual(['case.confirmed', 'decision.made', 'case.approved']);
  });

  it('is approved with the answer where the policy has no hold', async () => {
    const held = await decided({ ...SCREEN, policy: await stage.policy({ relay: { holdSeconds: 0 } }) });
    await answer(held, await numberOf(held));
    expect((await lookAgain(held)).state).toBe('approved');
  });

  it('is denied when nobody answers', async () => {
    const held = await decided(SCREEN);
    await holdEnds(held);
    expect(await lookAgain(held)).toMatchObject({
      state: 'denied',
      stateReason: 'not_confirmed',
      verdict: 'deny',
      bucket: 'not_confirmed',
    });
  });

  it('takes no answer after its time, even before anybody has looked at it', async () => {
    const held = await decided(SCREEN);
    const number = await numberOf(held);
    await holdEnds(held);
    expect(await answer(held, number)).toEqual({ kind: 'not_awaited' });
    expect((await lookAgain(held)).state).toBe('denied');
    expect(await answer(held, number)).toEqual({ kind: 'not_awaited' });
  });

  it('is denied by the third wrong number', async () => {
    const held = await decided(SCREEN);
    const number = await numberOf(held);
    const wrong = wrongFor(number);
    expect(await answer(held, wrong)).toEqual({ kind: 'not_matching', triesLeft: 2 });
    expect(await answer(held, wrong)).toEqual({ kind: 'not_matching', triesLeft: 1 });
    expect(await answer(held, wrong)).toEqual({ kind: 'refused' });
    const { rests } = await db.database.read(
      (tx) => tx.one<{ rests: boolean }>`
        SELECT facts IS NOT NULL AS rests FROM decisions WHERE case_id = ${held.id} AND decided_by = 'confirmation'`,
    );
    expect(rests).toBe(true);
    expect(await stage.read(held.id)).toMatchObject({ state: 'denied', stateReason: 'not_confirmed' });
    expect(await answer(held, number)).toEqual({ kind: 'not_awaited' });
    const refusals = (await stage.trail(held.id)).filter((type) => type === 'case.confirmation_refused');
    expect(refusals).toHaveLength(3);
  });

  it('counts tries that race each other: nobody gets a fourth', async () => {
    const held = await decided(SCREEN);
    const wrong = wrongFor(await numberOf(held));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => answer(held, wrong)));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'not_awaited'),
      'not_matching',
      'not_matching',
      'refused',
    ]);
  });

  it('says yes again to a doubled click, and takes no answer to another attempt', async () => {
    const held = await decided(SCREEN);
    const number = await numberOf(held);
    expect(await answer(held, number, 2)).toEqual({ kind: 'not_awaited' });
    await answer(held, number);
    expect(await answer(held, wrongFor(number))).toEqual({ kind: 'confirmed' });
    expect((await stage.read(held.id)).state).toBe('held');
  });

  it('keeps its number sealed, and asks another one in the next case', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const held = await decided(SCREEN);
      const number = await numberOf(held);
      seen.add(number);
      expect(number).toMatch(/^[1-9][0-9]$/);
      const { sealed } = await db.database.read(
        (tx) => tx.one<{ sealed: Buffer }>`SELECT number_sealed AS sealed FROM device_confirmations
          WHERE case_id = ${held.id}`,
      );
      expect(sealed.length).toBeGreaterThan(20);
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe('whoever approves', () => {
  const unsure: Check = { kind: 'face_match', result: 'indeterminate', reasonCodes: ['faces_similar_unsure'] };
  const rita: Principal = { kind: 'person', id: 'rita', scopes: new Set(['reviews:decide']) };
  const approve = (of: RecoveryCase) =>
    stage.voting.vote(of.id, { reviewer: rita, body: { outcome: 'approve', reasonCode: 'same_person' } });

  it('a reviewer’s yes leads to the question too, and then to the hold', async () => {
    const referred = await decided({ ...SCREEN, checks: checksWith(unsure) });
    expect(referred.state).toBe('in_review');
    const view = await stage.reviews.one(referred.id, rita);
    expect(view.circumstances.map(({ reasonCodes }) => reasonCodes)).toContainEqual(['device_not_proven']);
    expect((await approve(referred)).state).toBe('held');
    const held = await stage.read(referred.id);
    expect(held.stateReason).toBe('waiting_for_confirmation');
    await answer(held, await numberOf(held));
    await holdEnds(held);
    expect((await lookAgain(held)).state).toBe('approved');
  });

  it('a reviewer’s yes that nobody confirms ends in a refusal', async () => {
    const referred = await decided({ ...SCREEN, checks: checksWith(unsure) });
    await approve(referred);
    await holdEnds(referred);
    expect(await lookAgain(referred)).toMatchObject({ state: 'denied', stateReason: 'not_confirmed' });
  });

  it('a policy that allows it asks nobody', async () => {
    const providers = [{ id: 'screen', unprovenDevice: 'allow' }];
    const approved = await decided({ ...SCREEN, policy: await stage.policy({ providers }) });
    expect(approved.state).toBe('approved');
    expect(await mayHaveToken(approved)).toBe(true);
    expect(await questionsOf(approved.id)).toEqual([]);
  });

  it('T33 and a policy that asks for it meanwhile takes the token away', async () => {
    const policy = await stage.policy({ providers: [{ id: 'screen', unprovenDevice: 'allow' }] });
    const approved = await decided({ ...SCREEN, policy });
    await db.database.transaction((tx) =>
      stage.changes.change(tx, {
        id: policy.id,
        patch: { providers: ['screen'] },
        actor: { kind: 'person', id: 'op' },
      }),
    );
    expect(await mayHaveToken(approved)).toBe(false);
  });

  it('T33 an approved case whose proof is gone has no token', async () => {
    // Without a hold, so that nothing but the proof is in the way.
    const approved = await decided({ policy: await stage.policy({ relay: { holdSeconds: 0 } }) });
    expect(await mayHaveToken(approved)).toBe(true);
    await update('UPDATE verification_sessions SET returned_at = NULL WHERE case_id = ', approved.id);
    expect(await mayHaveToken(approved)).toBe(false);
  });

  it('an evaluation asks nobody anything', async () => {
    const finished = await decided({ ...SCREEN, policy: await stage.policy({ mode: 'evaluation' }) });
    expect(finished).toMatchObject({ state: 'completed', stateReason: 'evaluation_finished' });
    expect(await questionsOf(finished.id)).toEqual([]);
  });
});
