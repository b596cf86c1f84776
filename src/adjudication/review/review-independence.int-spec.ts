import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { changeProfile } from '../../../test/support/case-desk.js';
import { colleague, referredCase } from '../../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { appendAudit } from '../../audit-trail/append.js';
import type { SubjectProfile } from '../../directory/subject.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { Explanations } from '../explain/explanations.js';
import type { ReviewResult } from './review.schemas.js';

const [rita, rolf] = [colleague('rita'), colleague('rolf')];
const KEY = { kind: 'api_key', id: 'ak_tickets' } as const;

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true });
});
afterAll(() => db.close());

const referred = (options: CaseOptions = {}): Promise<RecoveryCase> => referredCase(stage, options);
const vote = (caseId: string, reviewer: Principal): Promise<ReviewResult> =>
  stage.voting.vote(caseId, { reviewer, body: { outcome: 'approve', reasonCode: 'same_person' } });

const changed = (subjectId: string, change: Partial<SubjectProfile>): Promise<void> =>
  changeProfile(stage, subjectId, change);
const holdEnds = (id: string) =>
  db.database.transaction((tx) => tx.run`UPDATE recovery_cases SET held_until = clock_timestamp() WHERE id = ${id}`);
const HELD_BY_ONE = {
  name: 'hold',
  onlyFrom: ['in_review'],
  reason: 'hold_running',
  set: { holdSeconds: 60 },
} as const;

describe('a reviewer has nothing else to do with the case (T49)', () => {
  it.each(['policy', 'hold', 'confirmation', 'work_failed'])(
    'T49: is signed by its reviewer, whom an issuer may call like a rule: %s',
    async (name) => {
      const { id, attempt } = await referred();
      expect((await vote(id, colleague(name))).state).toBe('approved');
      const approval = await db.database.read((tx) => stage.decisions.approval(tx, { caseId: id, attempt }));
      expect(approval).toMatchObject({ decidedBy: `person:${name}`, approvals: 1 });
    },
  );

  it('T49: a vote that somebody else than the service wrote is in no receipt and no explanation', async () => {
    const { id, attempt } = await referred();
    expect((await vote(id, rita)).state).toBe('approved');
    await db.database.transaction(
      (tx) => tx.run`INSERT INTO review_votes (case_id, attempt, reviewer, outcome, reason_code)
        VALUES (${id}, ${attempt}, 'mallory', 'approve', 'same_person')`,
    );
    const approval = await db.database.read((tx) => stage.decisions.approval(tx, { caseId: id, attempt }));
    expect(approval).toMatchObject({ approvals: 1 });
    const explained = await db.database.read((tx) => new Explanations().ofCase(tx, id));
    expect(explained?.at(-1)).toMatchObject({ approvals: 1, votes: [{ reviewer: rita.id }] });
  });

  it.each([
    [
      'helped it on',
      (chainId: string) =>
        db.database.transaction((tx) => appendAudit(tx, { chainId, type: 'link.requested', actor: rita })),
    ],
    [
      'is found to have opened it',
      (id: string) => db.asOwner('UPDATE recovery_cases SET opened_by = $1 WHERE id = $2', [rita.id, id]),
    ],
  ])('T49: a yes does not count any more once its reviewer %s', async (_what, involve) => {
    const { id } = await referred({ privileged: true });
    expect(await vote(id, rita)).toMatchObject({ state: 'in_review', approvals: 1 });
    await involve(id);
    expect(await vote(id, rolf)).toMatchObject({ state: 'in_review', approvals: 1 });
    expect(await vote(id, colleague('rosa'))).toMatchObject({ state: 'approved', approvals: 2 });
  });

  it.each([
    [
      'opened it',
      (id: string) =>
        db.asOwner("UPDATE recovery_cases SET opened_by = $1, opened_by_kind = 'api_key' WHERE id = $2", [KEY.id, id]),
    ],
    [
      'has the link in its answer',
      (chainId: string) =>
        db.database.transaction((tx) => appendAudit(tx, { chainId, type: 'link.issued', actor: KEY })),
    ],
    [
      'confirmed the call',
      (chainId: string) =>
        db.database.transaction((tx) => appendAudit(tx, { chainId, type: 'call_code.confirmed', actor: KEY })),
    ],
  ])('T49: two people decide where a machine’s key %s: one of them may hold it', async (_what, involve) => {
    const { id } = await referred();
    expect(await stage.reviews.one(id, rita)).toMatchObject({ reviewersNeeded: 1, circumstances: [] });
    await involve(id);
    expect(await stage.reviews.one(id, rita)).toMatchObject({
      reviewersNeeded: 2,
      circumstances: [{ about: 'channel', reasonCodes: ['opened_or_helped_by_key'] }],
    });
    expect(await vote(id, rita)).toMatchObject({ state: 'in_review', approvals: 1, reviewersNeeded: 2 });
    expect(await vote(id, rolf)).toMatchObject({ state: 'approved', approvals: 2 });
  });

  it('T49: a yes does not count any more once it is the reviewer’s own account, nor for a token', async () => {
    const { id, subjectId } = await referred();
    const approved = async () => {
      const row = await stage.read(id);
      return db.database.transaction((tx) => stage.adjudication.recheckBeforeToken(tx, row));
    };
    expect([(await vote(id, rita)).state, await approved()]).toEqual(['approved', true]);
    await changed(subjectId, { employeeId: 'RITA' });
    expect(await approved()).toBe(false);
  });

  it('T49: nor once it is found by what else the reviewer is called, where names in the trail are random', async () => {
    const { id, subjectId } = await referred({ privileged: true });
    const named = { ...colleague('u-7f3a90'), accounts: ['rolanda', 'rolanda@example.org'] };
    expect(await vote(id, named)).toMatchObject({ state: 'in_review', approvals: 1 });
    expect(await vote(id, rolf)).toMatchObject({ state: 'approved', approvals: 2 });
    const approvals = async () => {
      const row = await stage.read(id);
      return db.database.read((tx) => stage.votes.approvals(tx, row));
    };
    const kept = await db.database.read(
      (tx) =>
        tx.many`SELECT row_to_json(v)::text, encode(accounts_sealed, 'escape') FROM review_votes v WHERE case_id = ${id}`,
    );
    expect([await approvals(), JSON.stringify(kept).includes('rolanda')]).toEqual([2, false]);
    await changed(subjectId, { emails: ['Rolanda@example.org'] });
    expect(await approvals()).toBe(1);
  });

  it('T49: a yes whose reviewer’s other names were altered counts no more', async () => {
    const { id } = await referred();
    expect((await vote(id, { ...colleague('u-90aa17'), accounts: ['ronda'] })).state).toBe('approved');
    await db.asOwner("UPDATE review_votes SET accounts_sealed = accounts_sealed || '\\x00' WHERE case_id = $1", [id]);
    const row = await stage.read(id);
    expect(await db.database.transaction((tx) => stage.adjudication.recheckBeforeToken(tx, row))).toBe(false);
  });

  it('T49: nobody votes on an account whose address was theirs until lately', async () => {
    const { id, subjectId } = await referred({ login: 'lately.hers' });
    await changed(subjectId, { emails: ['another@example.org'] });
    const named = { ...colleague('u-1c22b8'), accounts: ['lately.hers@example.org'] };
    await expect(vote(id, named)).rejects.toMatchObject({ code: 'separation_of_duties' });
  });

  it.each([
    ['login', { login: 'lately.called' }, { login: 'another.login' }],
    ['employee id', { employeeId: 'E-4711' }, { employeeId: undefined }],
  ])('T49: nobody votes on an account whose %s was theirs until lately', async (_what, before, after) => {
    const { id, subjectId } = await referred();
    await changed(subjectId, before);
    await changed(subjectId, after);
    const named = { ...colleague('u-77d0e1'), accounts: Object.values(before) };
    await expect(vote(id, named)).rejects.toMatchObject({ code: 'separation_of_duties' });
  });

  it('T49: a held case whose only yes does not count any more goes back to reviewers, and the next yes is enough', async () => {
    const { id, attempt } = await referred({ policy: await stage.policy({ hold: { seconds: 60 } }) });
    expect((await vote(id, rita)).state).toBe('held');
    await db.database.transaction((tx) => appendAudit(tx, { chainId: id, type: 'link.requested', actor: rita }));
    await stage.adjudication.releaseHold(id);
    expect((await stage.read(id)).state).toBe('held');
    await holdEnds(id);
    await stage.adjudication.releaseHold(id);
    await stage.adjudication.decide({ caseId: id, attempt });
    expect(await stage.read(id)).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
    expect((await stage.trail(id)).slice(-4)).toEqual([
      'link.requested',
      'case.reconsidered',
      'decision.made',
      'case.referred',
    ]);
    expect(await vote(id, rolf)).toMatchObject({ state: 'held', approvals: 1 });
  });

  it('a case that went back to reviewers serves what is left of its hold, and none that it has served', async () => {
    const twoMoreMinutes = await stage.policy({ hold: { seconds: 180 } });
    const served = async (seconds: number) => {
      const { id, attempt } = await referred({ policy: twoMoreMinutes });
      expect((await vote(id, rita)).state).toBe('held');
      await db.asOwner('UPDATE decisions SET decided_at = decided_at - make_interval(secs => $2) WHERE case_id = $1', [
        id,
        seconds,
      ]);
      await db.database.transaction((tx) => appendAudit(tx, { chainId: id, type: 'link.requested', actor: rita }));
      await holdEnds(id);
      await stage.adjudication.releaseHold(id);
      await stage.adjudication.decide({ caseId: id, attempt });
      const { state } = await vote(id, rolf);
      const { left } = await db.database.read(
        (tx) => tx.one<{ left: number }>`
          SELECT EXTRACT(EPOCH FROM held_until - clock_timestamp())::int AS left FROM recovery_cases WHERE id = ${id}`,
      );
      return { state, left };
    };
    const { state, left } = await served(100);
    expect([state, left > 60 && left <= 80]).toEqual(['held', true]);
    expect(await served(200)).toMatchObject({ state: 'approved' });
  });

  it('T49: a held relayed case that one reviewer had let pass waits for the second, and is not denied', async () => {
    const policy = await stage.policy({ relay: { allowed: true, holdSeconds: 60 } });
    const { id, attempt } = await referred({ policy, channel: 'relay' });
    await db.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET call_confirmed_at = clock_timestamp() WHERE id = ${id}`,
    );
    expect(await vote(id, rita)).toMatchObject({ state: 'in_review', approvals: 1, reviewersNeeded: 2 });
    // What one vote did before it took two.
    await db.database.transaction((tx) => stage.cases.transition(tx, { caseId: id, ...HELD_BY_ONE, actor: rita }));
    await holdEnds(id);
    await stage.adjudication.releaseHold(id);
    await stage.adjudication.decide({ caseId: id, attempt });
    expect(await stage.read(id)).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
    expect(await vote(id, rolf)).toMatchObject({ state: 'held', approvals: 2 });
    await holdEnds(id);
    await stage.adjudication.releaseHold(id);
    expect((await stage.read(id)).state).toBe('approved');
  });

  it('T49: the queue leaves out what its reader has to do with, and tells a key no name', async () => {
    const reader = colleague('quentin');
    const cases = {
      other: await referred(),
      own: await referred({ login: 'Quentin' }),
      opened: await referred({ openedBy: reader.id }),
      openedByTool: await referred({ openedBy: 'key_of_the_ticket_tool' }),
      helped: await referred(),
    };
    await db.database.transaction((tx) =>
      appendAudit(tx, { chainId: cases.helped.id, type: 'call_code.confirmed', actor: reader }),
    );
    const seen = async (by: Principal) => {
      const { data } = await stage.reviews.queue({ limit: 100 }, by);
      const rows = data.filter(({ caseId }) => Object.values(cases).some(({ id }) => id === caseId));
      return rows.map(({ caseId, subject }) => [caseId, subject.displayName]);
    };
    expect(await seen(reader)).toEqual(
      expect.arrayContaining([
        [cases.other.id, 'Ana Demo'],
        [cases.openedByTool.id, 'Ana Demo'],
      ]),
    );
    expect(await seen(reader)).toHaveLength(2);
    const key: Principal = { ...reader, kind: 'api_key', id: 'key_of_the_ticket_tool' };
    const all = await seen(key);
    expect(all.map(([id]) => id).sort()).toEqual(
      Object.values(cases)
        .map(({ id }) => id)
        .sort(),
    );
    expect(new Set(all.map(([, name]) => name))).toEqual(new Set(['']));
  });
});
