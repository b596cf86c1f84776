import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { CHECK_KINDS } from '../../../providers/kit/index.js';
import {
  AdjudicationStage,
  ANA,
  BLURRED,
  checksWith,
  type CaseOptions,
} from '../../../test/support/adjudication-stage.js';
import { colleague, referredCase, UNSURE } from '../../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { appendAudit } from '../../audit-trail/append.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { StaffGuard } from '../../staff-access/staff-access.guard.js';
import type { StaffTokens } from '../../staff-access/staff-tokens.js';
import { REVIEW_REASONS, shownReason } from '../review-reasons.js';
import { ReviewDecisionBody } from './review.schemas.js';
import { ReviewsController } from './reviews.controller.js';

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const [rita, rolf, agent] = [colleague('rita'), colleague('rolf'), colleague('agent.one')];
const problem = (code: string) => ({ code });

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true, picture: JPEG });
});
afterAll(() => db.close());

const referred = (options: CaseOptions = {}): Promise<RecoveryCase> => referredCase(stage, options);
async function localFallback(): Promise<RecoveryCase> {
  const waivedChecks = CHECK_KINDS.filter((kind) => !['face_match', 'reference_portrait_match'].includes(kind));
  const policy = await stage.policy({ providers: ['partner', 'local'], waivedChecks });
  return referred({ policy, provider: 'local', role: 'fallback', identity: null, checks: checksWith() });
}
const vote = (caseId: string, reviewer: Principal, body: Partial<ReviewDecisionBody> = {}) => {
  const { outcome = 'approve' } = body;
  const reasonCode = REVIEW_REASONS[outcome][0];
  return stage.voting.vote(caseId, { reviewer, body: { outcome, reasonCode, ...body } });
};
const votesOf = (caseId: string) =>
  db.database.read((tx) => tx.many<{ reviewer: string }>`SELECT reviewer FROM review_votes WHERE case_id = ${caseId}`);

describe('a review', () => {
  it('is queued and shown with its reasons, never with values', async () => {
    const { id } = await referred({ identity: { ...ANA, familyName: 'Andersen', givenName: 'Ana' } });
    expect((await stage.reviews.queue({ limit: 100 }, rita)).data.find((row) => row.caseId === id)).toMatchObject({
      id,
      approvals: 0,
    });
    const view = await stage.reviews.one(id, rita);
    expect(view).toMatchObject({
      caseId: id,
      explanation: 'given',
      approvable: false,
      reviewersNeeded: 1,
      attemptsLeft: 2,
      voted: false,
    });
    expect(view.checks.map((check) => check.about)).toEqual([...CHECK_KINDS]);
    expect(view.attributes.find((row) => row.about === 'family_name')).toMatchObject({
      result: 'different',
      reasonCodes: ['name_differs'],
    });
    for (const { words } of [...view.checks, ...view.attributes]) expect(words).toMatch(/^[A-Z].*\.$/);
    const { case: _case, ...explanation } = view;
    expect(JSON.stringify(explanation)).not.toMatch(/Andersen|1980-01-02/);
  });

  it('of an open check is settled by one reviewer', async () => {
    const { id } = await referred();
    expect(await vote(id, rita)).toEqual({
      caseId: id,
      state: 'approved',
      outcome: 'approve',
      approvals: 1,
      reviewersNeeded: 1,
    });
    expect(await stage.trail(id)).toEqual([
      'decision.made',
      'case.referred',
      'review.voted',
      'decision.made',
      'case.approved',
    ]);
    const approved = await stage.read(id);
    expect(approved).toMatchObject({ verdict: 'approve', bucket: 'confirmed' });
    expect(await db.database.transaction((tx) => stage.adjudication.recheckBeforeToken(tx, approved))).toBe(true);
    await expect(stage.reviews.one(id, rita)).rejects.toMatchObject(problem('not_found'));
  });

  it('leads to the hold that the policy asks for', async () => {
    const { id } = await referred({ policy: await stage.policy({ hold: { seconds: 60 } }) });
    expect((await vote(id, rita)).state).toBe('held');
    await db.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET held_until = clock_timestamp() WHERE id = ${id}`,
    );
    await stage.adjudication.releaseHold(id);
    expect((await stage.read(id)).state).toBe('approved');
  });

  it.each([
    [
      'a failed check',
      { checks: checksWith({ kind: 'document_authenticity', result: 'fail', reasonCodes: ['document_not_genuine'] }) },
    ],
    [
      'a check that was not run',
      { checks: checksWith({ kind: 'face_match', result: 'not_run', reasonCodes: ['not_requested'] }) },
    ],
    ['an open check the policy does not name', { checks: checksWith({ ...UNSURE, kind: 'presentation_attack' }) }],
    ['another name', { identity: { ...ANA, familyName: 'Other' } }],
  ])('cannot approve over %s, and such a vote is not kept', async (_what, options: CaseOptions) => {
    const { id } = await referred(options);
    await expect(vote(id, rita)).rejects.toMatchObject(problem('wrong_state'));
    expect(await votesOf(id)).toEqual([]);
    expect((await vote(id, rita, { outcome: 'deny', reasonCode: 'not_same_person' })).state).toBe('denied');
  });

  it('can send the person back, saying what to do better', async () => {
    const { id } = await referred();
    const result = await vote(id, rita, { outcome: 'retry', reasonCode: 'face_unclear', note: 'too dark' });
    expect(result.state).toBe('awaiting_evidence');
    expect(await stage.read(id)).toMatchObject({ attempt: 2, bucket: 'face_unclear', verdict: 'retry' });
    const told = await db.database.read((tx) => stage.decisions.reasonsForPerson(tx, { caseId: id, attempt: 2 }));
    expect(told).toEqual(['face_unclear']);
  });

  it('keeps a note sealed and a reason code off the timeline', async () => {
    const { id } = await referred();
    await vote(id, rita, { outcome: 'deny', reasonCode: 'suspected_fraud', note: 'looks like a mask' });
    const rows = await db.database.read(
      (tx) => tx.many<{ note: string; data: object }>`
        SELECT encode(v.note_sealed, 'escape') AS note, e.data FROM review_votes v
        JOIN audit_events e ON e.chain_id = v.case_id WHERE v.case_id = ${id}`,
    );
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows)).not.toMatch(/mask|suspected_fraud/);
  });

  it.each(['ana_demo_of_accounting', 'passport_12345678', 'same_person ', 'SAME_PERSON', ''])(
    'gives a reason of a closed list and no words of its own: %j is refused',
    (reasonCode) => {
      for (const outcome of ['approve', 'deny', 'retry'] as const) {
        const { success, error } = ReviewDecisionBody.safeParse({ outcome, reasonCode });
        expect([success, error?.issues.map(({ path }) => path.join('.'))]).toEqual([false, ['reasonCode']]);
      }
      // Votes from before the list was closed are not said again.
      expect(shownReason(reasonCode)).toBe('other');
    },
  );

  it('gives a reason that goes with its outcome, and takes each of those', () => {
    for (const [outcome, reasons] of Object.entries(REVIEW_REASONS))
      for (const [other, others] of Object.entries(REVIEW_REASONS))
        for (const reasonCode of others) {
          const fits = (reasons as readonly string[]).includes(reasonCode);
          expect([outcome, other, ReviewDecisionBody.safeParse({ outcome, reasonCode }).success]).toEqual([
            outcome,
            other,
            fits,
          ]);
        }
  });

  it('of a case nobody reported on cannot approve', async () => {
    const { id } = await referred();
    await db.database.transaction((tx) => tx.run`UPDATE recovery_cases SET attempt = 2 WHERE id = ${id}`);
    expect(await stage.reviews.one(id, rita)).toMatchObject({ approvable: false, checks: [] });
    await expect(vote(id, rita)).rejects.toMatchObject(problem('wrong_state'));
  });

  it('is over for a case elsewhere, and unknown for one that is not there', async () => {
    const { id } = await stage.reportedCase();
    await expect(vote(id, rita)).rejects.toMatchObject(problem('wrong_state'));
    await expect(vote('rc_nothing', rita)).rejects.toMatchObject(problem('not_found'));
    await expect(stage.reviews.one('rc_nothing', rita)).rejects.toMatchObject(problem('not_found'));
  });
});

/** As a row looks that somebody altered, or whose key has left the ring. */
const breakSeal = (of: { table: string; column: string; where: string; id: string }): Promise<unknown> =>
  db.asOwner(
    `UPDATE ${of.table} SET ${of.column} = set_byte(${of.column}, length(${of.column}) - 1, 255 - get_byte(${of.column}, length(${of.column}) - 1)) WHERE ${of.where} = $1`,
    [of.id],
  );
const breakRecord = (id: string): Promise<unknown> =>
  breakSeal({ table: 'proofing_records', column: 'attributes_sealed', where: 'subject_id', id });

describe('a case whose facts cannot be read (F8)', () => {
  it('is shown without findings, and says why', async () => {
    const { id, subjectId } = await referred();
    await breakRecord(subjectId);
    expect(await stage.reviews.one(id, rita)).toMatchObject({
      explanation: 'unreadable',
      approvable: false,
      checks: [],
      attributes: [],
      circumstances: [],
      case: { subject: { displayName: 'Ana Demo' } },
    });
  });

  it('is refused or begun anew by a reviewer, and approved by nobody', async () => {
    const [denied, again] = [await referred(), await referred()];
    for (const { subjectId } of [denied, again]) await breakRecord(subjectId);
    await expect(vote(denied.id, rita)).rejects.toMatchObject(problem('wrong_state'));
    expect(await votesOf(denied.id)).toEqual([]);
    expect(await vote(denied.id, rita, { outcome: 'deny' })).toMatchObject({ state: 'denied' });
    expect(await vote(again.id, rita, { outcome: 'retry' })).toMatchObject({ state: 'awaiting_evidence' });
  });

  it('T49: keeps no other case out of the queue when its account is what broke, and is decided by nobody', async () => {
    const [broken, other] = [await referred(), await referred()];
    await breakSeal({ table: 'subjects', column: 'profile_sealed', where: 'id', id: broken.subjectId });
    const { data } = await stage.reviews.queue({ limit: 100 }, rita);
    const nameOf = (id: string) => data.find((row) => row.caseId === id)?.subject.displayName;
    expect([nameOf(broken.id), nameOf(other.id)]).toEqual(['', 'Ana Demo']);
    expect(await stage.reviews.one(broken.id, rita)).toMatchObject({ explanation: 'unreadable', evidence: [] });
    await expect(vote(broken.id, rita, { outcome: 'deny' })).rejects.toMatchObject({
      ...problem('separation_of_duties'),
      options: { detail: expect.stringContaining('Write it anew') },
    });
  });
});

describe('two reviewers (rule 5)', () => {
  it('are needed for a local stand-in; one of them twice is not two', async () => {
    const { id } = await localFallback();
    expect(await vote(id, rita)).toMatchObject({ state: 'in_review', approvals: 1, reviewersNeeded: 2 });
    await expect(vote(id, rita)).rejects.toMatchObject(problem('already_decided'));
    await expect(vote(id, rita, { outcome: 'deny' })).rejects.toMatchObject(problem('already_decided'));
    expect(await vote(id, rolf)).toMatchObject({ state: 'approved', approvals: 2 });
  });

  it('are needed for a privileged account, and one may refuse alone', async () => {
    const { id } = await referred({ privileged: true });
    expect(await vote(id, rita)).toMatchObject({ state: 'in_review', reviewersNeeded: 2 });
    expect((await vote(id, rolf, { outcome: 'deny' })).state).toBe('denied');
  });

  it('racing each other count once each: forty rounds, one approval each', async () => {
    for (let round = 0; round < 40; round += 1) {
      const { id } = await localFallback();
      const results = await Promise.all([vote(id, rita), vote(id, rolf)]);
      expect(results.map((result) => result.state).sort()).toEqual(['approved', 'in_review']);
      expect((await stage.trail(id)).filter((type) => type === 'case.approved')).toHaveLength(1);
    }
  });

  it('one person racing themself is one vote', async () => {
    const { id } = await localFallback();
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => vote(id, rita)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await votesOf(id)).toHaveLength(1);
    expect((await stage.read(id)).state).toBe('in_review');
  });

  it('do not stand any more when the account became privileged after one approved', async () => {
    const { id, subjectId } = await referred();
    await vote(id, rita);
    await db.database.transaction(async (tx) => {
      await stage.secondPerson(tx, id);
      await tx.run`UPDATE subjects SET privileged = true WHERE id = ${subjectId}`;
    });
    const approved = await stage.read(id);
    expect(await db.database.transaction((tx) => stage.adjudication.recheckBeforeToken(tx, approved))).toBe(false);
  });
});

describe('who may not (T47, T49)', () => {
  it('whoever opened the case neither sees nor decides it', async () => {
    const { id } = await referred({ openedBy: agent.id });
    await expect(stage.reviews.one(id, agent)).rejects.toMatchObject(problem('separation_of_duties'));
    for (const outcome of ['approve', 'deny', 'retry'] as const) {
      await expect(vote(id, agent, { outcome })).rejects.toMatchObject(problem('separation_of_duties'));
    }
    expect(await votesOf(id)).toEqual([]);
  });

  it.each([
    'link.requested',
    'link.issued',
    'call_code.confirmed',
    'case.authorized',
    'case.authorization_given',
  ] as const)('nor whoever helped it on: %s', async (type) => {
    const [{ id }, other] = [await referred(), await referred()];
    const helper = colleague('rita.of.the.help.desk');
    await db.database.transaction((tx) => appendAudit(tx, { chainId: id, type, actor: helper }));
    await expect(stage.reviews.one(id, helper)).rejects.toMatchObject(problem('separation_of_duties'));
    await expect(vote(id, helper)).rejects.toMatchObject(problem('separation_of_duties'));
    expect(await votesOf(id)).toEqual([]);
    expect((await vote(id, rita)).state).toBe('approved');
    expect((await vote(other.id, helper)).state).toBe('approved');
  });

  it('nor the person whose account it is', async () => {
    const { id } = await referred({ login: 'Rita' });
    await expect(vote(id, rita)).rejects.toMatchObject(problem('separation_of_duties'));
    const byMail = await referred({ login: 'someone.else' });
    await expect(vote(byMail.id, colleague('someone.else@EXAMPLE.org'))).rejects.toMatchObject(
      problem('separation_of_duties'),
    );
  });

  const admits = (principal: Principal, method: 'queue' | 'one' | 'picture' | 'decide') => {
    const guard = new StaffGuard({ principal: async () => principal } as unknown as StaffTokens);
    const request = { headers: { authorization: 'Bearer x' } };
    return guard.canActivate({
      switchToHttp: () => ({ getRequest: () => request }),
      getHandler: () => ReviewsController.prototype[method],
      getClass: () => ReviewsController,
    } as unknown as ExecutionContext);
  };

  it('an API key, whatever its scopes, except to count the queue', async () => {
    const key: Principal = { ...rita, kind: 'api_key' };
    for (const method of ['one', 'picture', 'decide'] as const) {
      await expect(admits(key, method)).rejects.toMatchObject(problem('person_required'));
      await expect(admits(rita, method)).resolves.toBe(true);
    }
    await expect(admits(key, 'queue')).resolves.toBe(true);
  });

  it('a person without the scope', async () => {
    const helpDesk: Principal = { ...rita, scopes: new Set(['cases:read', 'cases:write']) };
    for (const method of ['queue', 'one', 'picture', 'decide'] as const) {
      await expect(admits(helpDesk, method)).rejects.toMatchObject(problem('insufficient_scope'));
    }
  });
});

describe('a picture (T55)', () => {
  async function withPicture(): Promise<{ id: string; ticket: { expires: number; signature: string } }> {
    const { id } = await referred({ openedBy: agent.id });
    await db.database.transaction(
      (tx) =>
        tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key) VALUES (${`ev_${id}`}, ${id}, 1, 'selfie', 'accepted', 'x')`,
    );
    const [picture] = (await stage.reviews.one(id, rita)).evidence;
    expect(picture).toMatchObject({ kind: 'selfie' });
    const query = new URL(picture?.url ?? '', 'http://localhost').searchParams;
    return { id, ticket: { expires: Number(query.get('expires')), signature: query.get('signature') ?? '' } };
  }
  const open = (caseId: string, reviewer: Principal, ticket: { expires: number; signature: string }) =>
    stage.pictures.open({ caseId, kind: 'selfie', reviewer, ticket });
  const views = async (caseId: string) =>
    (await stage.trail(caseId)).filter((type) => type === 'review.evidence_viewed').length;

  it('opens for the reviewer it was linked for, once audited per view', async () => {
    const { id, ticket } = await withPicture();
    expect(await open(id, rita, ticket)).toEqual(JPEG);
    expect(await views(id)).toBe(1);
    await open(id, rita, ticket);
    expect(await views(id)).toBe(2);
  });

  it('T55: is marked with the reviewer, the case and the time of the view', async () => {
    const { id, ticket } = await withPicture();
    await open(id, rita, ticket);
    const row = await db.database.read(
      (tx) => tx.one<{ at: Date }>`SELECT occurred_at AS at FROM audit_events
        WHERE chain_id = ${id} AND type = 'review.evidence_viewed'`,
    );
    const [reviewer, reference, day, time] = stage.marks.at(-1) ?? [];
    expect([reviewer, reference]).toEqual([rita.id, (await stage.read(id)).reference]);
    expect(Math.abs(Date.parse(`${day}T${time}`) - row.at.getTime())).toBeLessThan(2_000);
  });

  it('T55: is blurred until it is opened, which leaves nothing to audit', async () => {
    const { id } = await withPicture();
    const preview = (reviewer: Principal, caseId = id) => stage.pictures.preview({ caseId, kind: 'selfie', reviewer });
    expect((await stage.reviews.one(id, rita)).evidence).toMatchObject([
      { previewUrl: `/v1/reviews/${id}/evidence/selfie/preview` },
    ]);
    expect(await preview(rita)).toEqual(BLURRED);
    await expect(preview(agent)).rejects.toMatchObject(problem('separation_of_duties'));
    await expect(preview(rita, 'rc_nothing')).rejects.toMatchObject(problem('not_found'));
    expect(await views(id)).toBe(0);
    await vote(id, rolf, { outcome: 'deny' });
    await expect(preview(rita)).rejects.toMatchObject(problem('not_found'));
  });

  it('opens for nobody else, for no other kind, and not with other numbers', async () => {
    const { id, ticket } = await withPicture();
    const refused = problem('link_not_usable');
    await expect(open(id, rolf, ticket)).rejects.toMatchObject(refused);
    await expect(open(id, rita, { ...ticket, expires: ticket.expires + 1 })).rejects.toMatchObject(refused);
    await expect(open(id, rita, { ...ticket, signature: ticket.signature.slice(0, -2) })).rejects.toMatchObject(
      refused,
    );
    const document = stage.pictures.open({ caseId: id, kind: 'document_front', reviewer: rita, ticket });
    await expect(document).rejects.toMatchObject(refused);
    expect(await views(id)).toBe(0);
  });

  it('dies within a minute, by the database’s clock', async () => {
    const { id, ticket } = await withPicture();
    const { now } = await db.database.read(
      (tx) => tx.one<{ now: number }>`SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8 AS now`,
    );
    expect(ticket.expires - now).toBeLessThanOrEqual(60);
    const expired = Math.floor(now) - 1;
    const scope = JSON.stringify(['review-evidence', id, 1, 'selfie', rita.id, expired]);
    const signature = stage.ring.digest('token', scope).toString('base64url');
    await expect(open(id, rita, { expires: expired, signature })).rejects.toMatchObject(problem('link_not_usable'));
  });

  it('is gone with the review', async () => {
    const { id, ticket } = await withPicture();
    await vote(id, rolf, { outcome: 'deny' });
    await expect(open(id, rita, ticket)).rejects.toMatchObject(problem('not_found'));
  });
});

describe('a reviewer in a hurry (T50)', () => {
  const alarms = (actor: string) =>
    db.database.read(
      (tx) => tx.many<{ data: object }>`SELECT data FROM audit_events
        WHERE chain_id = 'staff' AND type = 'staff.alarm' AND actor_id = ${actor} ORDER BY seq`,
    );

  it('T50: has a number of votes in an hour; before it runs out, somebody is told', async () => {
    const strict = new AdjudicationStage(db.database, { embedded: true, limitScale: 0.15 });
    const [hasty, calm] = [colleague('hasty'), colleague('calm')];
    const { id } = await referred();
    const voteOf = (reviewer: Principal) =>
      strict.voting.vote(id, { reviewer, body: { outcome: 'approve', reasonCode: 'same_person' } }).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
    const codes: (string | undefined)[] = [];
    for (let use = 0; use < 7; use += 1) codes.push(await voteOf(hasty));
    expect(codes).toEqual(['done', ...Array<string>(5).fill('wrong_state'), 'too_many_requests']);
    expect(await alarms(hasty.id)).toEqual([{ data: { alarm: 'decisions', count: 5 } }]);
    expect(await voteOf(calm)).toBe('wrong_state');
    expect(await alarms(calm.id)).toEqual([]);
  });

  it('T50: has a number of blurred copies in a while, which tells nobody and keeps nobody else from theirs', async () => {
    const strict = new AdjudicationStage(db.database, { embedded: true, picture: JPEG, limitScale: 0.01 });
    const [script, calm] = [colleague('script'), colleague('calm')];
    const { id } = await referred();
    const previewOf = (reviewer: Principal) =>
      strict.pictures.preview({ caseId: id, kind: 'selfie', reviewer }).then(
        () => 'seen',
        (error: { code?: string }) => error.code,
      );
    const codes: (string | undefined)[] = [];
    // Two in a window: of five, three are in one, whenever it ends.
    for (let use = 0; use < 5; use += 1) codes.push(await previewOf(script));
    expect(new Set(codes)).toEqual(new Set(['seen', 'too_many_requests']));
    expect(await previewOf(calm)).toBe('seen');
    expect(await alarms(script.id)).toEqual([]);
  });

  /** Votes as they would stand after so many attempts of one case. */
  async function voted(reviewer: string, openedBy: string, outcomes: readonly ReviewDecisionBody['outcome'][]) {
    const { id } = await referred({ openedBy });
    for (const [at, outcome] of outcomes.entries())
      await db.database.transaction(
        (tx) => tx.run`INSERT INTO review_votes (case_id, attempt, reviewer, outcome, reason_code, voted_at)
          VALUES (${id}, ${at + 2}, ${reviewer}, ${outcome}, 'same_person', clock_timestamp())`,
      );
  }
  const approvals = (count: number) => Array<'approve'>(count).fill('approve');

  it('T50: who approves everything, and one colleague’s cases, is named once for each', async () => {
    const eager = colleague('eager');
    const next = async () => vote((await referred({ openedBy: 'friend' })).id, eager);
    await voted(eager.id, 'friend', approvals(8));
    await next();
    expect(await alarms(eager.id)).toEqual([]);
    await next();
    const pair = { data: { alarm: 'pair', count: 10, colleague: 'friend' } };
    expect(await alarms(eager.id)).toEqual([pair]);
    await voted(eager.id, 'somebody', approvals(8));
    await next();
    expect(await alarms(eager.id)).toEqual([pair]);
    await next();
    await next();
    expect(await alarms(eager.id)).toEqual([pair, { data: { alarm: 'approvals', count: 20 } }]);
  });

  it('T50: who refuses now and then is not', async () => {
    const careful = colleague('careful');
    await voted(careful.id, 'a', [...approvals(9), 'deny']);
    await voted(careful.id, 'b', [...approvals(8), 'deny', ...approvals(9)]);
    await vote((await referred({ openedBy: 'c' })).id, careful);
    expect(await alarms(careful.id)).toEqual([]);
  });
});
