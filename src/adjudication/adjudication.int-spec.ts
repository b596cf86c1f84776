import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jobOf } from '../../test/support/job-of.js';
import { CHECK_KINDS, type Check } from '../../providers/kit/index.js';
import { AdjudicationStage, ANA, checksWith } from '../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { AdjudicateProcessor } from './adjudicate.processor.js';
import { ReleaseHoldProcessor } from './release-hold.processor.js';

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database);
});
afterAll(() => db.close());

/** What the queue would do. */
async function runJob(recoveryCase: Pick<RecoveryCase, 'id' | 'attempt'>): Promise<RecoveryCase> {
  const data = { caseId: recoveryCase.id, attempt: recoveryCase.attempt };
  await new AdjudicateProcessor(stage.adjudication, stage.late).process(jobOf(data));
  return stage.read(recoveryCase.id);
}
async function runHoldJob(caseId: string): Promise<RecoveryCase> {
  await new ReleaseHoldProcessor(stage.adjudication).process(jobOf({ caseId }));
  return stage.read(caseId);
}
const asOwner = (sql: string, id: string) => db.database.transaction((tx) => tx.run([sql, ''] as never, id));
const holdEnds = (id: string) => asOwner('UPDATE recovery_cases SET held_until = clock_timestamp() WHERE id = ', id);
/** Decisions are append-only for the service: the past is made by the tables' owner. */
async function decidedEarlier(caseId: string, seconds: number): Promise<void> {
  const owner = await Database.connect({ url: db.ownerUrl, poolSize: 1, statementTimeoutMs: 15_000 });
  await owner.transaction(
    (tx) =>
      tx.run`UPDATE decisions SET decided_at = decided_at - make_interval(secs => ${seconds}) WHERE case_id = ${caseId}`,
  );
  await owner.close();
}
const recheck = (recoveryCase: RecoveryCase) =>
  db.database.transaction((tx) => stage.adjudication.recheckBeforeToken(tx, recoveryCase));
const failed = (kind: Check['kind'], ...reasonCodes: Check['reasonCodes']): Check => ({
  kind,
  result: 'fail',
  reasonCodes,
});
const eventsOf = (caseId: string) =>
  db.database.read(
    (tx) => tx.many<{ event: string; seconds: number }>`
      SELECT event, round(EXTRACT(EPOCH FROM due_at - created_at))::int AS seconds FROM outbox
      WHERE payload ->> 'caseId' = ${caseId} ORDER BY id`,
  );

describe('the adjudicate job', () => {
  it('approves the right person, with the decision and its reasons stored and audited', async () => {
    const reported = await stage.reportedCase();
    const after = await runJob(reported);
    expect(after).toMatchObject({ state: 'approved', verdict: 'approve', bucket: 'confirmed', attempt: 1 });
    expect(await stage.trail(reported.id)).toEqual(['decision.made', 'case.approved']);
    const decision = await db.database.read((tx) => stage.decisions.latest(tx, { caseId: reported.id, attempt: 1 }));
    expect(decision).toMatchObject({ verdict: 'approve', decidedBy: 'policy' });
    expect(decision?.findings.find((finding) => finding.about === 'birth_date')?.result).toBe('exact');
  });

  it('changes nothing the second time, nor for another attempt', async () => {
    const reported = await stage.reportedCase();
    await runJob({ id: reported.id, attempt: 2 });
    expect((await stage.read(reported.id)).state).toBe('adjudicating');
    await runJob(reported);
    const once = await stage.read(reported.id);
    await runJob(reported);
    expect(await stage.read(reported.id)).toEqual(once);
    expect(await stage.trail(reported.id)).toEqual(['decision.made', 'case.approved']);
  });

  it('decides once when eight workers have the same job', async () => {
    const reported = await stage.reportedCase();
    await Promise.all(Array.from({ length: 8 }, () => runJob(reported)));
    expect(await stage.trail(reported.id)).toEqual(['decision.made', 'case.approved']);
  });

  it('decides a case that was left to a reviewer because its decision failed, once its job is put back (F8)', async () => {
    const reported = await stage.reportedCase();
    const at = { caseId: reported.id, attempt: 1, name: 'refer', actor: SYSTEM } as const;
    await db.database.transaction((tx) => stage.cases.transition(tx, { ...at, reason: 'work_failed' }));
    expect((await runJob({ id: reported.id, attempt: 2 })).state).toBe('in_review');
    expect(await runJob(reported)).toMatchObject({ state: 'approved', verdict: 'approve', bucket: 'confirmed' });
    const decision = await db.database.read((tx) => stage.decisions.latest(tx, { caseId: reported.id, attempt: 1 }));
    expect(decision).toMatchObject({ verdict: 'approve', decidedBy: 'policy' });
  });

  it('leaves a case to its reviewer that was left to one for another reason', async () => {
    const reported = await stage.reportedCase();
    const at = { caseId: reported.id, attempt: 1, name: 'refer', actor: SYSTEM } as const;
    await db.database.transaction((tx) => stage.cases.transition(tx, { ...at, reason: 'reviewer_needed' }));
    expect((await runJob(reported)).state).toBe('in_review');
  });

  it('leaves a case alone that has run out of time, without a decision', async () => {
    const reported = await stage.reportedCase();
    await asOwner('UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ', reported.id);
    expect((await runJob(reported)).state).toBe('adjudicating');
    expect(await stage.trail(reported.id)).toEqual([]);
  });

  it('refers a genuine document of somebody else; neither the audit trail nor the page learns why', async () => {
    const reported = await stage.reportedCase({ identity: { ...ANA, familyName: 'Other' } });
    expect(await runJob(reported)).toMatchObject({
      state: 'in_review',
      bucket: 'needs_review',
      stateReason: 'reviewer_needed',
    });
    const [row] = await db.database.read(
      (tx) =>
        tx.many<{
          data: object;
        }>`SELECT data FROM audit_events WHERE chain_id = ${reported.id} AND type = 'decision.made'`,
    );
    expect(JSON.stringify(row)).not.toContain('name');
    expect(row?.data).toMatchObject({
      verdict: 'refer',
      bucket: 'needs_review',
      findingsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(
      await db.database.read((tx) => stage.decisions.reasonsForPerson(tx, { caseId: reported.id, attempt: 2 })),
    ).toEqual([]);
  });

  it('fixes the stored findings by the hash in the audit trail', async () => {
    const reported = await stage.reportedCase();
    await runJob(reported);
    const { same } = await db.database.read(
      (tx) => tx.one<{ same: boolean }>`
        SELECT encode(sha256(convert_to(d.findings::text, 'UTF8')), 'hex') = e.data ->> 'findingsSha256' AS same
        FROM decisions d JOIN audit_events e ON e.chain_id = d.case_id AND e.data ->> 'decisionId' = d.id WHERE d.case_id = ${reported.id}`,
    );
    expect(same).toBe(true);
  });

  it('sends an unclear selfie back until the attempts are used, then asks people', async () => {
    const policy = await stage.policy({ limits: { attempts: 2 } });
    const checks = checksWith(failed('face_match', 'face_blurred'));
    const reported = await stage.reportedCase({ policy, checks });
    const second = await runJob(reported);
    expect(second).toMatchObject({
      state: 'awaiting_evidence',
      attempt: 2,
      bucket: 'face_unclear',
      stateReason: 'capture_to_be_repeated',
    });
    const told = await db.database.read((tx) =>
      stage.decisions.reasonsForPerson(tx, { caseId: reported.id, attempt: 2 }),
    );
    expect(told).toEqual(['face_unclear']);
    const again = await db.database.transaction((tx) => stage.reportOn(tx, reported.id, { checks }));
    expect(await runJob(again)).toMatchObject({
      state: 'in_review',
      stateReason: 'attempts_exhausted',
      bucket: 'needs_review',
    });
  });

  it('ends an evaluation with its verdict and no approval', async () => {
    const policy = await stage.policy({ mode: 'evaluation' });
    const reported = await stage.reportedCase({ policy });
    const after = await runJob(reported);
    expect(after).toMatchObject({
      state: 'completed',
      stateReason: 'evaluation_finished',
      verdict: 'approve',
      mode: 'evaluation',
    });
    expect(await stage.trail(reported.id)).toEqual(['decision.made', 'case.evaluation_finished']);
  });

  it('judges a provider that was not asked first as a stand-in, whatever its session says', async () => {
    const waivedChecks = CHECK_KINDS.filter((kind) => !['face_match', 'reference_portrait_match'].includes(kind));
    const local = { provider: 'local', identity: null } as const;
    const first = await stage.policy({ providers: ['local', 'partner'], waivedChecks });
    const second = await stage.policy({ providers: ['partner', 'local'], waivedChecks });
    expect((await runJob(await stage.reportedCase({ ...local, policy: first }))).state).toBe('approved');
    expect((await runJob(await stage.reportedCase({ ...local, policy: second }))).state).toBe('in_review');
    expect((await runJob(await stage.reportedCase({ ...local, policy: first, role: 'fallback' }))).state).toBe(
      'in_review',
    );
  });

  it('decides by the stricter of the starting policy and today’s', async () => {
    const policy = await stage.policy({ requiredChecks: ['face_match'] });
    const checks = checksWith({ kind: 'injection_attack', result: 'not_run', reasonCodes: ['not_requested'] });
    const loose = await stage.reportedCase({ policy, checks });
    expect((await runJob(loose)).state).toBe('approved');
    const tightened = await stage.reportedCase({ policy, checks });
    const patch = { requiredChecks: ['face_match', 'injection_attack'] };
    await db.database.transaction((tx) =>
      stage.changes.change(tx, { id: policy.id, patch, actor: { kind: 'person', id: 'op' } }),
    );
    expect((await runJob(tightened)).state).toBe('in_review');
  });
});

describe('a proofing record', () => {
  const backdate = (subjectId: string, days: number) =>
    db.database.transaction(
      (tx) =>
        tx.run`UPDATE subjects SET created_at = created_at - make_interval(days => ${days}) WHERE id = ${subjectId}`,
    );

  it('that an old account was given this week cools off, although it is its first', async () => {
    const reported = await stage.reportedCase();
    await backdate(reported.subjectId, 30);
    expect((await runJob(reported)).state).toBe('in_review');
    const decision = await db.database.read((tx) => stage.decisions.latest(tx, { caseId: reported.id, attempt: 1 }));
    expect(decision?.findings.find((finding) => finding.about === 'proofing_record')?.reasonCodes).toEqual([
      'record_cooling_off',
    ]);
  });

  it('that is a week old does not', async () => {
    const reported = await stage.reportedCase();
    await backdate(reported.subjectId, 30);
    await asOwner(
      "UPDATE proofing_records SET changed_at = clock_timestamp() - interval '8 days' WHERE subject_id = ",
      reported.subjectId,
    );
    expect((await runJob(reported)).state).toBe('approved');
  });
});

describe('a privileged account', () => {
  it('that became so after its case was opened goes to review without a second person (T49)', async () => {
    const reported = await stage.reportedCase();
    await asOwner('UPDATE subjects SET privileged = true WHERE id = ', reported.subjectId);
    expect((await runJob(reported)).state).toBe('in_review');
  });

  it('by a group that the policy has named since goes to review without a second person (T49, T62)', async () => {
    const policy = await stage.policy();
    const reported = await stage.reportedCase({ policy });
    const patch = { authorization: { privilegedGroups: policy.document.include } };
    await db.database.transaction((tx) => stage.changes.change(tx, { id: policy.id, patch, actor: SYSTEM }));
    expect((await runJob(reported)).state).toBe('in_review');
  });

  it('is approved where a second person let it start', async () => {
    expect((await runJob(await stage.reportedCase({ privileged: true }))).state).toBe('approved');
  });
});

describe('a hold', () => {
  it('comes before the approval, ends by its own event, and not before its time', async () => {
    const policy = await stage.policy({ hold: { seconds: 3_600 } });
    const reported = await stage.reportedCase({ policy });
    expect(await runJob(reported)).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect((await eventsOf(reported.id)).slice(-1)).toEqual([{ event: 'case.hold_due', seconds: 3_600 }]);
    expect((await runHoldJob(reported.id)).state).toBe('held');
    await holdEnds(reported.id);
    expect((await runHoldJob(reported.id)).state).toBe('approved');
    expect(await stage.trail(reported.id)).toEqual(['decision.made', 'case.held', 'decision.made', 'case.approved']);
  });

  it('ends in a refusal when the policy asks more by then', async () => {
    const policy = await stage.policy({ hold: { seconds: 60 } });
    const reported = await stage.reportedCase({ policy });
    await runJob(reported);
    await db.database.transaction((tx) => stage.changes.remove(tx, { id: policy.id, actor: SYSTEM }));
    await holdEnds(reported.id);
    expect(await runHoldJob(reported.id)).toMatchObject({ state: 'denied', stateReason: 'policy_tightened' });
  });
});

describe('the check before a token', () => {
  it('stands while nothing has changed', async () => {
    expect(await recheck(await runJob(await stage.reportedCase()))).toBe(true);
  });

  it.each([
    ['the account was disabled', "UPDATE subjects SET status = 'disabled' WHERE id = "],
    [
      'the proofing record was changed',
      'UPDATE proofing_records SET version = 2, changed_at = clock_timestamp() WHERE subject_id = ',
    ],
    ['no policy covers the account any more', "UPDATE subjects SET groups = '{}' WHERE id = "],
  ])('falls when %s', async (_what, sql) => {
    const approved = await runJob(await stage.reportedCase());
    await asOwner(sql, approved.subjectId);
    expect(await recheck(approved)).toBe(false);
  });

  it('falls when today’s policy asks for another check', async () => {
    const policy = await stage.policy({ requiredChecks: ['face_match'] });
    const checks = checksWith({
      kind: 'presentation_attack',
      result: 'indeterminate',
      reasonCodes: ['partner_undecided'],
    });
    const approved = await runJob(await stage.reportedCase({ policy, checks }));
    expect(approved.state).toBe('approved');
    const patch = { requiredChecks: ['face_match', 'presentation_attack'] };
    await db.database.transaction((tx) =>
      stage.changes.change(tx, { id: policy.id, patch, actor: { kind: 'person', id: 'op' } }),
    );
    expect(await recheck(approved)).toBe(false);
  });

  it('falls when the account became privileged and no second person let the case start (T49)', async () => {
    const approved = await runJob(await stage.reportedCase());
    await asOwner('UPDATE subjects SET privileged = true WHERE id = ', approved.subjectId);
    expect(await recheck(approved)).toBe(false);
    await db.database.transaction((tx) => stage.secondPerson(tx, approved.id));
    expect(await recheck(approved)).toBe(true);
  });

  it('T49: falls when one alone let a case start that nobody of staff is named to have opened', async () => {
    const approved = await runJob(await stage.reportedCase({ privileged: true }));
    expect(await recheck(approved)).toBe(true);
    await db.asOwner("UPDATE recovery_cases SET opened_by_kind = 'self_service' WHERE subject_id = $1", [
      approved.subjectId,
    ]);
    const anonymous = await stage.read(approved.id);
    expect(await recheck(anonymous)).toBe(false);
    await db.database.transaction((tx) => stage.secondPerson(tx, approved.id, 'third.person'));
    expect(await recheck(anonymous)).toBe(true);
  });

  it('waits for a hold that the policy asks for since, counted from the approval', async () => {
    const policy = await stage.policy();
    const approved = await runJob(await stage.reportedCase({ policy }));
    expect(await recheck(approved)).toBe(true);
    await db.database.transaction((tx) =>
      stage.changes.change(tx, {
        id: policy.id,
        patch: { hold: { seconds: 3_600 } },
        actor: { kind: 'person', id: 'op' },
      }),
    );
    expect(await recheck(approved)).toBe(false);
    await decidedEarlier(approved.id, 3_590);
    expect(await recheck(approved)).toBe(false);
    await decidedEarlier(approved.id, 20);
    expect(await recheck(approved)).toBe(true);
  });

  it('stands after a hold that was served', async () => {
    const policy = await stage.policy({ hold: { seconds: 3_600 } });
    const held = await runJob(await stage.reportedCase({ policy }));
    await decidedEarlier(held.id, 3_600);
    await holdEnds(held.id);
    expect(await recheck(await runHoldJob(held.id))).toBe(true);
  });

  it('falls for a case nobody reported on', async () => {
    const approved = await runJob(await stage.reportedCase());
    expect(await recheck({ ...approved, attempt: 7 })).toBe(false);
  });
});
