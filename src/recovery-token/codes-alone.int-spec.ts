import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sensitive } from '../../providers/kit/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { codeOf } from '../../test/model/browser-stub.js';
import { bothCodes } from '../../test/support/both-codes.js';
import { nextVersion } from '../../test/support/next-version.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { OWN_MACHINE, pendingReport } from '../../test/support/verification/scripted-provider.js';
import { auditTypes, forgetPlanned, newBrowser, openCase } from '../../test/support/verification/world-cases.js';
import { APPLICANT, SYSTEM } from '../audit-trail/audit-event-types.js';
import type { AssuranceLevel } from '../directory/subject.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { PolicyDocument } from '../policy/policy.js';

const WITHOUT_DOCUMENT = {
  matching: PolicyDocument.shape.matching.parse({ withoutDocument: 'codes', unproofed: 'codes' }),
  hold: PolicyDocument.shape.hold.parse({ weakEvidenceSeconds: 1 }),
};
const BLURRED = resultOf({ checks: [{ kind: 'face_match', result: 'indeterminate', reasonCodes: ['face_blurred'] }] });

const BEA = new Sensitive({ givenName: 'Bea', familyName: 'Other', birthDate: '1990-11-12' });
const SOMEBODY_ELSE = resultOf({ identity: BEA });

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
async function applicant(
  policy: Partial<PolicyDocument> = WITHOUT_DOCUMENT,
  account: { subjectId?: string } = {},
): Promise<Applicant> {
  const { id: caseId, subjectId } = await openCase(stage.world, { providers: ['alpha'], policy, ...account });
  await atLevel(subjectId, 'AAL2');
  return { caseId, subjectId, browser: newBrowser() };
}

const newCode = ({ subjectId }: Pick<Applicant, 'subjectId'>) =>
  change((tx) => stage.world.codes.saved.replace(tx, subjectId));

async function give({ caseId, subjectId, browser }: Applicant, method: 'saved' | 'issued'): Promise<void> {
  const { issued, flow } = stage.world.codes;
  const place = { caseId, ...browser };
  // Asking for a code binds the browser, as giving one does.
  if (method === 'issued') await flow.send(place);
  const { attempt } = await stage.settle({ caseId });
  const text =
    method === 'saved'
      ? (await newCode({ subjectId })).code
      : await change((tx) => issued.issue(tx, { caseId, attempt }));
  await flow.give(place, { method, text: text ?? '' });
}

const submit = ({ caseId, browser }: Applicant, attempt?: number) =>
  stage.world.codesSubmission.submit({ caseId, ...browser, ...(attempt && { attempt }) });

async function submitted(person: Applicant): Promise<Applicant> {
  await give(person, 'issued');
  await give(person, 'saved');
  await submit(person);
  return person;
}

/** The same where the flow takes no code, and uses none up: as if the doubt had come up once they were submitted. */
async function submittedInSpite(person: Applicant): Promise<Applicant> {
  const { caseId, subjectId, browser } = person;
  const { saved, flow } = stage.world.codes;
  const { code } = await newCode(person);
  expect(await codeOf(flow.give({ caseId, ...browser }, { method: 'saved', text: code }))).toBe('wrong_state');
  expect(await change((tx) => saved.matches(tx, subjectId, code))).toBe(true);
  const { attempt } = await stage.settle(person);
  await change(async (tx) => {
    await bothCodes(tx, { caseId, attempt });
    await stage.world.cases.transition(tx, { caseId, attempt, name: 'submit_codes', actor: APPLICANT });
  });
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

const tighten = async ({ caseId }: Applicant) => {
  const { policyId } = await change(
    (tx) => tx.one<{ policyId: string }>`SELECT policy_id FROM recovery_cases WHERE id = ${caseId}`,
  );
  await nextVersion(test.database, policyId, ({ matching }) => ({
    matching: { ...matching, withoutDocument: 'refuse' },
  }));
};

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
      expect(await codeOf(submit(person))).toBe('recovery_codes_missing');
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

  it.each<[string, (person: Applicant) => Promise<unknown>]>([
    ['the policy comes to refuse it', tighten],
    ['its holder makes a new saved code', newCode],
  ])('T61 ends when %s during the hold, and gets no token when that is afterwards', async (_what, happens) => {
    const held = await submitted(await applicant());
    await stage.settle(held);
    await happens(held);
    expect(await released(held)).toMatchObject({ state: 'denied', stateReason: 'policy_tightened' });
    const approved = await submitted(await applicant());
    await stage.settle(approved);
    expect((await released(approved)).state).toBe('approved');
    await happens(approved);
    expect(await issueToken(approved)).toBe('wrong_state');
  });
});

const rulingOn = ({ caseId }: Pick<Visit, 'caseId'>) =>
  test.database.read(async (tx) => {
    const recoveryCase = await stage.world.cases.find(tx, caseId);
    return recoveryCase && stage.adjudication.look(tx, recoveryCase);
  });
const doubtsOf = async (visit: Pick<Visit, 'caseId'>) => (await rulingOn(visit))?.facts.doubts;

/** How often the addresses of the account are written to because its code was used. */
const toldOfUse = ({ subjectId }: Pick<Visit, 'subjectId'>) =>
  change(
    (tx) =>
      tx.run`SELECT 1 FROM outbox WHERE event = 'subject.recovery_code_used' AND payload ->> 'subjectId' = ${subjectId}`,
  );

describe('the next attempt, after two codes', () => {
  it('T61 goes by them again in the browser that gave them, which is asked for none, and in no other', async () => {
    const person = await submitted(await applicant());
    await stage.settle(person);
    await change((tx) =>
      stage.world.cases.transition(tx, { caseId: person.caseId, name: 'reconsider', actor: SYSTEM }),
    );
    await change((tx) => stage.world.cases.transition(tx, { caseId: person.caseId, name: 'retry', actor: SYSTEM }));
    const givenBy = ({ request }: Applicant['browser']) =>
      change(async (tx) => {
        const recoveryCase = await stage.world.cases.find(tx, person.caseId);
        return recoveryCase && (await stage.world.codes.asked.of(tx, recoveryCase, request))?.given;
      });
    const other = newBrowser();
    expect([await givenBy(person.browser), await givenBy(other)]).toEqual([['saved', 'issued'], []]);
    expect(await codeOf(submit({ ...person, browser: other }))).toBe('recovery_codes_missing');
    // The page of the attempt before is still open in a tab: it asks for no decision of this one.
    expect([await submit(person, 1), await submit(person, 2)]).toEqual(['awaiting_evidence', 'adjudicating']);
    expect((await stage.settle(person)).state).toBe('held');
  });
});

describe('evidence that was shown before', () => {
  /** Back from the partner, whose answer sends the person back, and then two codes. */
  async function afterwards(answer: ReturnType<typeof resultOf>, submitting = submitted): Promise<Visit> {
    stage.partner.fetches = [answer];
    const visit = await stage.visit({ ...WITHOUT_DOCUMENT, review: { onFail: 'retry' } });
    await atLevel(visit.subjectId, 'AAL2');
    await stage.comesBack(visit);
    await stage.settle(visit);
    await change(
      (tx) => tx.run`UPDATE verification_sessions SET expires_at = clock_timestamp() WHERE case_id = ${visit.caseId}`,
    );
    expect(await stage.settle(visit, 'later')).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    await submitting(visit);
    return visit;
  }

  it('T63 stands against two codes when it was somebody else’s', async () => {
    const visit = await afterwards(FACES_DIFFER);
    const { state } = await stage.settle(visit);
    const ruling = await rulingOn(visit);
    expect([state, ruling?.decision.approvableByReview]).toEqual(['in_review', false]);
    expect(ruling?.facts.contradictions).toEqual([
      { attempt: 1, reasonCodes: ['shown_evidence_contradicts', 'faces_differ'] },
    ]);
  });

  it('T63 T9 uses no saved code up when it speaks against the person, and says so to nobody', async () => {
    const kept = async (answer: ReturnType<typeof resultOf>) => {
      const visit = await afterwards(answer);
      const { createdAt } = await change((tx) => stage.world.codes.saved.status(tx, visit.subjectId));
      return { kept: createdAt !== null, told: await toldOfUse(visit) };
    };
    expect([await kept(FACES_DIFFER), await kept(BLURRED)]).toEqual([
      { kept: true, told: 1 },
      { kept: false, told: 1 },
    ]);
  });

  it('T63 is not escaped by not letting its partner finish', async () => {
    const visit = await afterwards(pendingReport, submittedInSpite);
    expect((await stage.settle(visit)).state).toBe('in_review');
    expect(await doubtsOf(visit)).toEqual(['shown_evidence_unanswered']);
    expect(await stage.saysNow(visit, FACES_DIFFER)).toMatchObject({ state: 'in_review' });
  });

  it('T34 T63 stops a token that reviewers allowed when its partner says at last that it was somebody else', async () => {
    const visit = await afterwards(pendingReport, submittedInSpite);
    await stage.settle(visit);
    await change((tx) => stage.world.cases.transition(tx, { caseId: visit.caseId, name: 'approve', actor: SYSTEM }));
    const stopped = { state: 'in_review', verdict: 'refer', bucket: 'needs_review' };
    expect(await stage.saysNow(visit, SOMEBODY_ELSE)).toMatchObject(stopped);
    expect((await rulingOn(visit))?.facts.contradictions).toMatchObject([{ attempt: 1 }]);
    expect(await auditTypes(stage.world, visit.caseId)).toContain('verification.late_result_worse');
  });

  it('T43 is told to the owner when its partner takes it back after the passkey is there', async () => {
    const visit = await afterwards(BLURRED);
    await stage.settle(visit);
    expect((await released(visit)).state).toBe('approved');
    await change((tx) => stage.world.cases.transition(tx, { caseId: visit.caseId, name: 'complete', actor: SYSTEM }));
    expect((await stage.saysNow(visit, FACES_DIFFER)).state).toBe('completed');
    expect(await auditTypes(stage.world, visit.caseId)).toContain('verification.late_result_worse');
    expect(await stage.world.platform.metrics.registry.metrics()).toContain(
      'regain_security_events_total{type="late_result_after_redemption"} 1',
    );
    const { unread } = await test.database.read(
      (tx) => tx.one<{ unread: number }>`SELECT count(*)::int AS unread FROM verification_sessions
        WHERE case_id = ${visit.caseId} AND COALESCE(next_fetch_at, CASE WHEN pushed_at > COALESCE(read_at, '-infinity') THEN pushed_at END) IS NOT NULL`,
    );
    expect(unread).toBe(0);
  });

  it('T63 stops a hold when its partner says later whose it was', async () => {
    const visit = await afterwards(BLURRED);
    expect((await stage.settle(visit)).state).toBe('held');
    expect(await stage.saysNow(visit, FACES_DIFFER)).toMatchObject({ state: 'in_review', verdict: 'refer' });
    expect(await auditTypes(stage.world, visit.caseId)).toContain('verification.late_result_worse');
  });
});

describe('another case of the account', () => {
  /** One that came back from the partner, as it stands then. */
  async function before(answer: ReturnType<typeof resultOf>, onFail: 'retry' | 'deny' = 'retry'): Promise<Visit> {
    stage.partner.fetches = [answer];
    const visit = await stage.visit({ review: { onFail } });
    await stage.comesBack(visit);
    await stage.settle(visit);
    return visit;
  }
  const stop = ({ caseId }: Pick<Visit, 'caseId'>, reason: 'stopped_by_applicant' | 'repudiated') =>
    change((tx) => stage.world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM, reason }));
  /** Somebody came in by a link of it. */
  const opened = ({ caseId }: Visit) =>
    change(
      (tx) => tx.run`INSERT INTO recovery_links (id, case_id, token_digest, expires_at, used_at)
        VALUES (${newId('lnk', new Date())}, ${caseId}, ${Buffer.from(caseId)}, now(), now())`,
    );
  const inNewCase = async ({ subjectId }: Pick<Visit, 'subjectId'>, submitting = submittedInSpite) => {
    const person = await submitting(await applicant(WITHOUT_DOCUMENT, { subjectId }));
    return { state: (await stage.settle(person)).state, doubts: await doubtsOf(person) };
  };

  it.each<[string, () => Promise<Visit>]>([
    ['denied another face', () => before(FACES_DIFFER, 'deny')],
    [
      'saw another face and was then stopped',
      async () => {
        const visit = await before(FACES_DIFFER);
        await stop(visit, 'stopped_by_applicant');
        return visit;
      },
    ],
    [
      'was disowned by the owner',
      async () => {
        const visit = await before(BLURRED);
        await opened(visit);
        await stop(visit, 'repudiated');
        return visit;
      },
    ],
    [
      'saw somebody else in a session it had given up',
      async () => {
        stage.partner.fetches = [pendingReport];
        const left = await stage.visit();
        await change(
          (tx) => tx.run`UPDATE verification_sessions SET expires_at = clock_timestamp() WHERE id = ${left.session.id}`,
        );
        await stage.settle(left, 'later');
        const now = await stage.sentOut(left);
        stage.partner.fetches = [resultOf()];
        await stage.push(now);
        await stage.settle(now);
        await stage.comesBack(now);
        await stage.settle(now);
        await change((tx) => stage.world.cases.transition(tx, { caseId: now.caseId, name: 'complete', actor: SYSTEM }));
        expect((await stage.saysNow(left, SOMEBODY_ELSE)).state).toBe('completed');
        return now;
      },
    ],
    [
      'had its result taken back',
      async () => {
        const visit = await before(resultOf());
        await stage.saysNow(visit, FACES_DIFFER);
        await stop(visit, 'stopped_by_applicant');
        return visit;
      },
    ],
  ])('T63 that %s is not wiped out by a new one with two codes', async (_what, earlier) => {
    const { state, doubts } = await inNewCase(await earlier());
    expect([state, doubts]).toEqual(['in_review', ['account_refused_lately']]);
  });

  it('that could merely not read a picture says nothing', async () => {
    const visit = await before(BLURRED);
    await stop(visit, 'stopped_by_applicant');
    expect(await inNewCase(visit, submitted)).toEqual({ state: 'held', doubts: [] });
  });

  it('T9 that was disowned before anybody had come in by its link says nothing: a stranger can ask for one', async () => {
    const asked = await applicant();
    await change((tx) => tx.run`UPDATE recovery_cases SET state = 'link_sent' WHERE id = ${asked.caseId}`);
    await stop(asked, 'repudiated');
    expect(await inNewCase(asked, submitted)).toEqual({ state: 'held', doubts: [] });
  });

  it('says nothing any more after a week', async () => {
    const visit = await before(FACES_DIFFER, 'deny');
    await test.asOwner("UPDATE recovery_cases SET closed_at = closed_at - interval '8 days' WHERE id = $1", [
      visit.caseId,
    ]);
    await test.asOwner("UPDATE decisions SET decided_at = decided_at - interval '8 days' WHERE case_id = $1", [
      visit.caseId,
    ]);
    expect(await inNewCase(visit, submitted)).toEqual({ state: 'held', doubts: [] });
  });
});

describe('a way that is closed already', () => {
  /** Proofed from afar: two codes are one way, a document the other, and beside a document none is asked for. */
  const proofed = async (account: { subjectId?: string } = {}): Promise<Applicant> =>
    recordChanged(await applicant(WITHOUT_DOCUMENT, account));
  let proofings = 0; // Two of one millisecond would be one.
  async function recordChanged(person: Applicant): Promise<Applicant> {
    const proofedAt = new Date(Date.now() - 1_000 * (proofings += 1));
    const attributes = { givenName: 'A', familyName: 'Person', birthDate: '1980-01-02' };
    const input = { level: 'IAL2' as const, evidenceKinds: ['passport'], proofedAt, attributes };
    await change((tx) => stage.world.records.put(tx, { subjectId: person.subjectId, input }));
    return person;
  }
  const savedCodeOf = async (subjectId: string) => {
    const { code } = await newCode({ subjectId });
    const works = (tx: Transaction) => stage.world.codes.saved.matches(tx, subjectId, code);
    const row = (tx: Transaction) => tx.one<{ failures: number }>`SELECT failures FROM saved_recovery_codes
        WHERE subject_id = ${subjectId} AND ended_at IS NULL`;
    const stillWorks = async () => [(await change(row)).failures, await change(works)];
    return { code, stillWorks };
  };
  const offered = ({ caseId }: Applicant) =>
    change(async (tx) => {
      const recoveryCase = await stage.world.cases.find(tx, caseId);
      return recoveryCase && (await stage.world.codes.asked.of(tx, recoveryCase))?.withoutDocument;
    });

  it('T9 takes no code, and the saved one works in the week after', async () => {
    const first = await proofed();
    expect(await offered(first)).toBe(true);
    await change((tx) => stage.world.cases.transition(tx, { caseId: first.caseId, name: 'submit', actor: APPLICANT }));
    await change((tx) => stage.world.cases.transition(tx, { caseId: first.caseId, name: 'report', actor: SYSTEM }));
    await change((tx) => stage.world.cases.transition(tx, { caseId: first.caseId, name: 'deny', actor: SYSTEM }));
    const person = await proofed({ subjectId: first.subjectId });
    const { code, stillWorks } = await savedCodeOf(person.subjectId);
    expect(await offered(person)).toBeUndefined();
    const { flow } = stage.world.codes;
    const place = { caseId: person.caseId, ...person.browser };
    expect(await codeOf(flow.send(place))).toBe('wrong_state');
    expect(await codeOf(flow.give(place, { method: 'saved', text: code }))).toBe('wrong_state');
    expect(await stillWorks()).toEqual([0, true]);
    await test.asOwner("UPDATE recovery_cases SET closed_at = closed_at - interval '8 days' WHERE id = $1", [
      first.caseId,
    ]);
    expect(await codeOf(flow.give(place, { method: 'saved', text: code }))).toBe('done');
  });

  it('T48 T9 takes a saved code while the record is new, answers as ever and leaves it as it is', async () => {
    const person = await recordChanged(await proofed());
    const { code, stillWorks } = await savedCodeOf(person.subjectId);
    await give(person, 'issued');
    const { flow } = stage.world.codes;
    const place = { caseId: person.caseId, ...person.browser };
    expect(await offered(person)).toBe(true);
    const wrong = { method: 'saved', text: 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA' } as const;
    expect(await codeOf(flow.give(place, wrong))).toBe('recovery_code_refused');
    expect(await codeOf(flow.give(place, { method: 'saved', text: code }))).toBe('done');
    expect([await stillWorks(), await toldOfUse(person)]).toEqual([[1, true], 1]);
    await submit(person);
    expect((await stage.settle(person)).state).toBe('in_review');
    expect(await stillWorks()).toEqual([1, true]);
    // Should the week be over before the case is, the approval uses it up.
    await test.asOwner(
      "UPDATE proofing_records SET changed_at = changed_at - interval '8 days' WHERE subject_id = $1",
      [person.subjectId],
    );
    const { caseId } = person;
    await change((tx) => stage.world.cases.transition(tx, { caseId, name: 'reconsider', actor: SYSTEM }));
    await stage.settle(person);
    expect((await released(person)).state).toBe('approved');
    expect(await change((tx) => stage.world.codes.saved.matches(tx, person.subjectId, code))).toBe(false);
  });
});

describe('pictures on our own pages', () => {
  beforeAll(() => {
    stage = new ApprovedWorld(test.database, OWN_MACHINE);
  });

  it('that were begun and never sent are nothing that was shown', async () => {
    const person = await applicant();
    await stage.world.starting.start({ caseId: person.caseId, ...person.browser });
    const { externalId } = await test.database.read(
      (tx) =>
        tx.one<{ externalId: string }>`SELECT external_id FROM verification_sessions WHERE case_id = ${person.caseId}`,
    );
    expect(externalId).not.toBeNull();
    expect((await stage.settle(await submitted(person))).state).toBe('held');
  });
});
