import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/demo/eventually.js';
import { codeOf } from '../../test/model/browser-stub.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { auditTypes, forgetPlanned, newBrowser, openCase } from '../../test/support/verification/world-cases.js';
import type { AssuranceLevel } from '../directory/subject.js';
import type { Transaction } from '../platform/database/transaction.js';
import { PolicyDocument } from '../policy/policy.js';

const WITHOUT_DOCUMENT = {
  matching: PolicyDocument.shape.matching.parse({ withoutDocument: 'codes', unproofed: 'codes' }),
  hold: PolicyDocument.shape.hold.parse({ weakEvidenceSeconds: 1 }),
};
const BLURRED = resultOf({ checks: [{ kind: 'face_match', result: 'indeterminate', reasonCodes: ['face_blurred'] }] });

let test: TestDatabase;
let stage: ApprovedWorld;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 12 });
  stage = new ApprovedWorld(test.database);
});
afterAll(() => test.close());
beforeEach(() => forgetPlanned(stage.world));

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
type Applicant = Pick<Visit, 'caseId' | 'subjectId' | 'browser'>;

const atLevel = (subjectId: string, level: AssuranceLevel) =>
  change(
    (tx) => tx.run`UPDATE subjects SET assurance_level = ${level}, assurance_changed_at = NULL WHERE id = ${subjectId}`,
  );

/** Somebody at AAL2 who was never proofed, in the flow. */
async function applicant(policy: Partial<PolicyDocument> = WITHOUT_DOCUMENT): Promise<Applicant> {
  const { id: caseId, subjectId } = await openCase(stage.world, { providers: ['alpha'], policy });
  await atLevel(subjectId, 'AAL2');
  return { caseId, subjectId, browser: newBrowser() };
}

async function give({ caseId, subjectId, browser }: Applicant, method: 'saved' | 'issued'): Promise<void> {
  const { saved, issued, flow } = stage.world.codes;
  const place = { caseId, ...browser };
  // Asking for a code binds the browser, as giving one does.
  if (method === 'issued') await flow.send(place);
  const { attempt } = await stage.settle({ caseId });
  const text =
    method === 'saved'
      ? (await change((tx) => saved.replace(tx, subjectId))).code
      : await change((tx) => issued.issue(tx, { caseId, attempt }));
  await flow.give(place, { method, text: text ?? '' });
}

const submit = ({ caseId, browser }: Applicant) => stage.world.codesSubmission.submit({ caseId, ...browser });

async function submitted(person: Applicant): Promise<Applicant> {
  await give(person, 'issued');
  await give(person, 'saved');
  await submit(person);
  return person;
}

const issueToken = ({ caseId, browser }: Applicant) =>
  codeOf(stage.tokens.issue({ caseId, request: browser.request }).then(() => undefined));

/** What becomes of a held case once its hold is over. */
const released = ({ caseId }: Applicant) =>
  eventually('the hold is over', async () => {
    await stage.adjudication.releaseHold(caseId);
    const recoveryCase = await stage.settle({ caseId });
    return recoveryCase.state !== 'held' && recoveryCase;
  });

const tighten = (person: Applicant) =>
  change(
    (tx) => tx.run`INSERT INTO policy_versions (policy_id, version, document, created_by)
    SELECT v.policy_id, 2, jsonb_set(v.document, '{matching,withoutDocument}', '"refuse"'), 'test' FROM policy_versions v
    JOIN recovery_cases c ON c.policy_id = v.policy_id WHERE c.id = ${person.caseId}`,
  ).then(() =>
    change(
      (tx) =>
        tx.run`UPDATE policies SET version = 2 WHERE id = (SELECT policy_id FROM recovery_cases WHERE id = ${person.caseId})`,
    ),
  );

describe('an account that comes back by two codes and no document', () => {
  it('is held first, and then gets its token; no provider was asked', async () => {
    const person = await submitted(await applicant());
    expect(await stage.settle(person)).toMatchObject({
      state: 'held',
      stateReason: 'hold_running',
      verdict: 'approve',
    });
    expect(await issueToken(person)).toBe('wrong_state');
    expect((await released(person)).state).toBe('approved');
    expect(await issueToken(person)).toBe('done');
    expect(await auditTypes(stage.world, person.caseId)).toEqual([
      'recovery_code.given',
      'recovery_code.given',
      'case.codes_submitted',
      'decision.made',
      'case.held',
      'decision.made',
      'case.approved',
      'token.issued',
    ]);
  });

  it('T61 is not decided on one code, nor on those of another browser', async () => {
    const person = await applicant();
    for (const method of ['issued', 'saved'] as const) {
      expect(await codeOf(submit(person))).toBe(
        method === 'issued' ? 'capture_binding_missing' : 'recovery_codes_missing',
      );
      await give(person, method);
    }
    expect(await codeOf(submit({ ...person, browser: newBrowser() }))).toBe('capture_binding_missing');
    expect(await submit(person)).toBe('adjudicating');
  });

  it.each<[string, () => Promise<Applicant>]>([
    [
      'the policy refuses it',
      () => applicant({ matching: { ...WITHOUT_DOCUMENT.matching, withoutDocument: 'refuse' } }),
    ],
    [
      'the account is of AAL3',
      async () => {
        const person = await applicant();
        await atLevel(person.subjectId, 'AAL3');
        return person;
      },
    ],
  ])('T61 is not decided when %s, whatever codes were given', async (_what, somebody) => {
    const person = await somebody();
    await give(person, 'issued');
    await give(person, 'saved');
    expect(await codeOf(submit(person))).toBe('wrong_state');
    expect((await stage.settle(person)).state).toBe('awaiting_evidence');
  });

  it('is submitted once, however many tabs ask', async () => {
    const person = await applicant();
    await give(person, 'issued');
    await give(person, 'saved');
    const answers = await Promise.all(Array.from({ length: 8 }, () => submit(person)));
    expect(answers).toEqual(Array(8).fill('adjudicating'));
    const types = await auditTypes(stage.world, person.caseId);
    expect(types.filter((type) => type === 'case.codes_submitted')).toHaveLength(1);
    expect((await stage.settle(person)).state).toBe('held');
    expect(await submit(person)).toBe('held');
  });

  it('T61 ends when the policy comes to refuse it during the hold, and gets no token when it does afterwards', async () => {
    const held = await submitted(await applicant());
    await stage.settle(held);
    await tighten(held);
    expect(await released(held)).toMatchObject({ state: 'denied', stateReason: 'policy_tightened' });
    const approved = await submitted(await applicant());
    await stage.settle(approved);
    expect((await released(approved)).state).toBe('approved');
    await tighten(approved);
    expect(await issueToken(approved)).toBe('wrong_state');
  });
});

describe('evidence that was shown before', () => {
  /** Back from the partner, whose answer sends the person back, and then two codes. */
  async function afterwards(answer: ReturnType<typeof resultOf>): Promise<Visit> {
    stage.partner.fetches = [answer];
    const visit = await stage.visit({ ...WITHOUT_DOCUMENT, review: { onFail: 'retry' } });
    await atLevel(visit.subjectId, 'AAL2');
    await stage.comesBack(visit);
    expect(await stage.settle(visit)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    await submitted(visit);
    return visit;
  }

  it('T63 stands against two codes when it was somebody else’s', async () => {
    const visit = await afterwards(FACES_DIFFER);
    const { state } = await stage.settle(visit);
    const ruling = await test.database.read(async (tx) => {
      const recoveryCase = await stage.world.cases.find(tx, visit.caseId);
      return recoveryCase && stage.adjudication.look(tx, recoveryCase);
    });
    expect([state, ruling?.decision.approvableByReview]).toEqual(['in_review', false]);
    expect(ruling?.facts.contradictions).toEqual([
      { attempt: 1, reasonCodes: ['shown_evidence_contradicts', 'faces_differ'] },
    ]);
  });

  it('T63 stops a hold when its partner says later whose it was', async () => {
    const visit = await afterwards(BLURRED);
    expect((await stage.settle(visit)).state).toBe('held');
    expect(await stage.saysNow(visit, FACES_DIFFER)).toMatchObject({ state: 'in_review', verdict: 'refer' });
    expect(await auditTypes(stage.world, visit.caseId)).toContain('verification.result_withdrawn');
  });
});
