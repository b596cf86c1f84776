import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CheckKind, CheckReason } from '../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { pendingReport } from '../../test/support/verification/scripted-provider.js';
import { auditTypes, forgetPlanned, newBrowser, openCase } from '../../test/support/verification/world-cases.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

const BOTH = { providers: ['alpha', 'beta'] };
const ATTACK = resultOf({
  checks: [
    { kind: 'face_match', result: 'pass', reasonCodes: ['ok'] },
    { kind: 'presentation_attack', result: 'fail', reasonCodes: ['presentation_attack_suspected'] },
  ],
});
const BLURRED = resultOf({ checks: [{ kind: 'face_match', result: 'fail', reasonCodes: ['face_blurred'] }] });
const fails = (kind: CheckKind, ...reasonCodes: CheckReason[]) => ({ kind, result: 'fail' as const, reasonCodes });
const open = (kind: CheckKind, ...reasonCodes: CheckReason[]) => ({
  kind,
  result: 'indeterminate' as const,
  reasonCodes,
});
const passed = (kind: CheckKind) => ({ kind, result: 'pass' as const, reasonCodes: ['ok' as const] });
/** The document seemed to disagree with itself in a picture that shows little. */
const UNREADABLE = resultOf({
  checks: [passed('face_match'), open('document_authenticity', 'document_inconsistent', 'document_glare')],
});
const UNLIKE_AND_BLURRED = resultOf({ checks: [fails('face_match', 'faces_differ', 'face_blurred')] });
/** The face is cleared; the document has to be photographed again. */
const CLEARED = resultOf({ checks: [passed('face_match'), fails('document_expiry', 'document_blurred')] });
const FORGED = resultOf({
  checks: [{ kind: 'document_authenticity', result: 'fail', reasonCodes: ['document_not_genuine'] }],
});
type Answer = ReturnType<typeof resultOf>;

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

/** Somebody whose first provider has said this in time. */
async function heardFirst(answer: Answer, policy: Record<string, unknown> = BOTH): Promise<Visit> {
  stage.partner.fetches = [answer];
  const visit = await stage.visit(policy);
  await back(visit);
  return visit;
}

/** Back in their browser; the provider is asked, and the case decided. */
async function back(visit: Visit): Promise<RecoveryCase> {
  await stage.comesBack(visit);
  return stage.settle(visit);
}

/** The next attempt, which finds nothing. */
async function passesAt(visit: Visit, provider: 'alpha' | 'beta'): Promise<{ now: Visit; decided: RecoveryCase }> {
  stage.partner.fetches = [resultOf()];
  const now = await stage.sentOut(visit, provider);
  return { now, decided: await back(now) };
}

/** What stands in the way now, and whether reviewers may set it aside, and how many. */
async function standing(recoveryCase: RecoveryCase) {
  const ruling = await db.database.read((tx) => stage.adjudication.rule(tx, recoveryCase));
  const { findings, approvableByReview, reviewersNeeded } = ruling?.decision ?? {};
  const objections = findings?.filter(({ result }) => result === 'objects');
  return { approvableByReview, reviewersNeeded, reasons: objections?.flatMap(({ reasonCodes }) => reasonCodes) };
}

describe('a person about whom one provider has spoken, and who goes to another', () => {
  it('T75 is not approved by it after an attack: what was seen stands, and nobody settles it', async () => {
    const visit = await heardFirst(ATTACK);
    const { decided } = await passesAt(visit, 'beta');
    expect(decided).toMatchObject({ state: 'in_review', attempt: 2 });
    const { approvableByReview, reasons } = await standing(decided);
    expect(approvableByReview).toBe(false);
    expect(await stage.world.platform.metrics.registry.metrics()).toContain(
      'regain_security_events_total{type="attack_suspected"} 1',
    );
    expect(reasons).toEqual(['shown_evidence_contradicts', 'presentation_attack_suspected']);
  });

  it('T75 is seen by two people where only one of two providers knew the face', async () => {
    const visit = await heardFirst(FACES_DIFFER);
    const { decided } = await passesAt(visit, 'beta');
    expect(decided).toMatchObject({ state: 'in_review', attempt: 2 });
    expect(await standing(decided)).toEqual({
      approvableByReview: true,
      reviewersNeeded: 2,
      reasons: ['shown_evidence_contradicts', 'faces_differ'],
    });
  });

  it('T75 is seen by two people also where the face was unlike in a poor picture', async () => {
    const visit = await heardFirst(UNLIKE_AND_BLURRED);
    const { decided } = await passesAt(visit, 'beta');
    expect(await standing(decided)).toMatchObject({ approvableByReview: true, reviewersNeeded: 2 });
  });

  it('is approved after a document that seemed to disagree with itself in a poor picture', async () => {
    const visit = await heardFirst(UNREADABLE, { ...BOTH, requiredChecks: ['face_match', 'document_authenticity'] });
    stage.other.fetches = [resultOf({ checks: [passed('face_match'), passed('document_authenticity')] })];
    expect((await passesAt(visit, 'beta')).decided).toMatchObject({ state: 'approved', attempt: 2 });
  });

  it('is approved where the first provider itself had cleared its alarm before', async () => {
    const visit = await heardFirst(FACES_DIFFER);
    stage.partner.fetches = [CLEARED];
    await back(await stage.sentOut(visit, 'alpha'));
    const { decided } = await passesAt(visit, 'beta');
    expect(decided).toMatchObject({ state: 'approved', attempt: 3 });
  });

  it.each(['alpha', 'beta'] as const)('is approved at %s after a picture that could not be read', async (provider) => {
    const visit = await heardFirst(BLURRED);
    expect((await passesAt(visit, provider)).decided).toMatchObject({ state: 'approved', attempt: 2 });
  });

  it('T75 is approved by the same provider, which may change its mind about another picture', async () => {
    const visit = await heardFirst(ATTACK);
    expect((await passesAt(visit, 'alpha')).decided).toMatchObject({ state: 'approved', attempt: 2 });
  });

  it('T75 clears a false alarm at the provider that raised it, also after another one passed', async () => {
    const visit = await heardFirst(FACES_DIFFER);
    const { decided } = await passesAt(visit, 'beta');
    await db.database.transaction((tx) =>
      stage.world.cases.transition(tx, { caseId: decided.id, name: 'retry', actor: SYSTEM }),
    );
    expect((await passesAt(visit, 'alpha')).decided).toMatchObject({ state: 'approved', attempt: 3 });
  });
});

describe('a new case of the account, at another provider', () => {
  /** The same account, opened again, and good evidence. */
  async function inNewCase({ subjectId }: Visit, provider: 'alpha' | 'beta'): Promise<RecoveryCase> {
    stage.partner.fetches = [resultOf()];
    const { id: caseId } = await openCase(stage.world, { providers: [provider], subjectId });
    return back(await stage.sentOut({ caseId, subjectId, browser: newBrowser() }));
  }
  const stopped = async (visit: Visit): Promise<Visit> => {
    await db.database.transaction((tx) =>
      stage.world.cases.transition(tx, {
        caseId: visit.caseId,
        name: 'cancel',
        actor: SYSTEM,
        reason: 'stopped_by_applicant',
      }),
    );
    return visit;
  };

  it.each<[string, Answer]>([
    ['an attack', ATTACK],
    ['another face', FACES_DIFFER],
  ])('T75 is seen by two people after %s', async (_what, answer) => {
    const decided = await inNewCase(await stopped(await heardFirst(answer)), 'beta');
    expect(decided.state).toBe('in_review');
    expect(await standing(decided)).toEqual({
      approvableByReview: true,
      reviewersNeeded: 2,
      reasons: ['account_refused_lately'],
    });
  });

  it.each<[string, (visit: Visit) => Promise<unknown>]>([
    ['the browser was back', (visit) => stage.comesBack(visit)],
    [
      'pictures were there',
      ({ session }) =>
        db.database.transaction(
          (tx) =>
            tx.run`UPDATE verification_sessions SET evidence_handed_at = clock_timestamp() WHERE id = ${session.id}`,
        ),
    ],
  ])('T75 is seen by people when the first was left before its answer, and %s', async (_what, first) => {
    const visit = await stage.visit(BOTH);
    await first(visit);
    expect((await inNewCase(await stopped(visit), 'beta')).state).toBe('in_review');
  });

  it('is approved when nobody had come to the first one', async () => {
    expect((await inNewCase(await stopped(await stage.visit(BOTH)), 'beta')).state).toBe('approved');
  });

  it('T75 is seen by people after a failure without a known reason', async () => {
    const answer = resultOf({ checks: [fails('face_match', 'partner_answer_unknown')] });
    expect((await inNewCase(await stopped(await heardFirst(answer)), 'beta')).state).toBe('in_review');
  });

  it('T75 is approved at the provider that alone objected before, whoever passed since', async () => {
    const visit = await heardFirst(FACES_DIFFER);
    await passesAt(visit, 'beta');
    expect((await inNewCase(await stopped(visit), 'alpha')).state).toBe('approved');
  });

  it('T75 is approved at the same provider', async () => {
    expect((await inNewCase(await stopped(await heardFirst(FACES_DIFFER)), 'alpha')).state).toBe('approved');
  });

  it('is approved after a picture that could not be read', async () => {
    expect((await inNewCase(await stopped(await heardFirst(BLURRED)), 'beta')).state).toBe('approved');
  });

  it('T75 is seen by people after what the first said late', async () => {
    const visit = await heardFirst(BLURRED);
    await stage.saysNow(visit, FORGED);
    expect((await inNewCase(await stopped(visit), 'beta')).state).toBe('in_review');
  });

  it('is approved a week later', async () => {
    const visit = await stopped(await heardFirst(ATTACK));
    await db.asOwner("UPDATE decisions SET decided_at = decided_at - interval '8 days' WHERE case_id = $1", [
      visit.caseId,
    ]);
    expect((await inNewCase(visit, 'beta')).state).toBe('approved');
  });
});

describe('a partner that says worse of an attempt that is over', () => {
  const timesOf = async ({ caseId }: Visit, type: string): Promise<number> =>
    (await auditTypes(stage.world, caseId)).filter((seen) => seen === type).length;

  it.each(['alpha', 'beta'] as const)('T34 stops what was approved at %s since', async (provider) => {
    const visit = await heardFirst(BLURRED);
    const { now } = await passesAt(visit, provider);
    await stage.holder(now);
    expect(await stage.saysNow(visit, FORGED)).toMatchObject({ state: 'in_review', attempt: 2 });
    expect(await stage.liveTokens(now)).toBe(0);
    expect(await timesOf(visit, 'verification.late_result_kept')).toBe(1);
    expect(await timesOf(visit, 'verification.late_result_worse')).toBe(1);
  });

  it('T34 is heard while the next attempt is under way, and stands against it', async () => {
    const visit = await heardFirst(BLURRED);
    stage.other.fetches = [pendingReport];
    const now = await stage.sentOut(visit, 'beta');
    expect(await stage.saysNow(visit, FORGED)).toMatchObject({ state: 'verifying', attempt: 2 });
    stage.other.fetches = [resultOf()];
    await stage.push(now);
    expect(await back(now)).toMatchObject({ state: 'in_review', attempt: 2 });
  });

  it('T34 is told of where the passkey is there', async () => {
    const visit = await heardFirst(BLURRED);
    const { now } = await passesAt(visit, 'beta');
    await db.database.transaction((tx) =>
      stage.world.cases.transition(tx, { caseId: now.caseId, name: 'complete', actor: SYSTEM }),
    );
    expect((await stage.saysNow(visit, FORGED)).state).toBe('completed');
    expect(await timesOf(visit, 'verification.late_result_worse')).toBe(1);
  });

  it('T34 keeps of it only what is worse: what was forgiven in time does not come back', async () => {
    const visit = await heardFirst(FACES_DIFFER);
    await passesAt(visit, 'alpha');
    const again = resultOf({
      checks: [fails('face_match', 'faces_differ'), open('document_expiry', 'document_blurred')],
    });
    const decided = await stage.saysNow(visit, again);
    expect(decided.state).toBe('approved');
    expect(await timesOf(visit, 'verification.late_result_kept')).toBe(1);
  });

  it.each<[string, Answer]>([
    ['the same again', BLURRED],
    ['better', resultOf()],
    ['that it keeps the session no longer', resultOf({ status: 'expired', checks: [] })],
  ])('T34 changes nothing with %s', async (_what, answer) => {
    const visit = await heardFirst(BLURRED);
    await passesAt(visit, 'beta');
    expect((await stage.saysNow(visit, answer)).state).toBe('approved');
    expect(await timesOf(visit, 'verification.late_result_kept')).toBe(0);
  });
});
