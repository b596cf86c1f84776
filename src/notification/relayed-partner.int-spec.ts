import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { checksWith, STAGE_KEYS } from '../../test/support/adjudication-stage.js';
import { DeviceStage } from '../../test/support/device-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { AskedAddresses } from '../adjudication/device/asked-addresses.js';
import { Subjects } from '../directory/subjects.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Principal } from '../platform/http/request-context.js';
import { newSecret } from '../platform/ids/ids.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

const DAY_SECONDS = 86_400;

let db: TestDatabase;
let stage: DeviceStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new DeviceStage(db);
});
afterAll(() => db.close());

const typed = (token: string, number: string) => stage.confirmation.confirm(token, number);
const otherThan = (number: string | undefined): string => (number === '55' ? '56' : '55');
const tokensOf = async ({ id }: RecoveryCase): Promise<number> => {
  const row = await db.database.read(
    (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM recovery_tokens WHERE case_id = ${id}`,
  );
  return row.count;
};

/** A case that asks: its question's token, and the number as its browser shows it. */
async function asked(browser = new BrowserStub(), options = {}) {
  const held = await stage.goodResult(browser, { provider: 'screen', returned: false, ...options });
  const [question] = await stage.questionsTo(held);
  const { confirmation } = await stage.flowOf(held, browser);
  return { held, browser, token: question?.token ?? '', number: confirmation?.number ?? '' };
}

/** Another browser comes with the state of the partner's address: what src/verification/flow leaves behind. */
async function opensElsewhere({ id: caseId, attempt }: RecoveryCase): Promise<RecoveryCase> {
  await db.database.transaction(async (tx) => {
    await tx.run`UPDATE verification_sessions SET strayed_at = clock_timestamp() WHERE case_id = ${caseId}`;
    const again = { name: 'reconsider', onlyFrom: ['approved'], reason: 'browser_strayed', actor: SYSTEM } as const;
    await stage.adjudication.cases.transition(tx, { caseId, attempt, ...again });
  });
  return stage.settle({ id: caseId });
}

/** Seconds that a case is held for from the second reviewer's yes on. */
async function holdOnceTwoSaidYes(referred: RecoveryCase): Promise<number> {
  expect(referred).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
  await vote(referred, 'rita');
  expect(await vote(referred, 'rob')).toMatchObject({ state: 'held', approvals: 2 });
  const { seconds } = await db.database.read(
    (tx) => tx.one<{ seconds: number }>`
      SELECT round(extract(epoch FROM held_until - updated_at))::int AS seconds FROM recovery_cases WHERE id = ${referred.id}`,
  );
  return seconds;
}

/**
 * The attacker has the victim's recovery link and passes a partner's code or address on. The victim is honest: the
 * right face before the right partner, for whatever reason they were given. The result is good (T33).
 */
describe('a partner’s address relayed to the victim ends without a token', () => {
  it.each(['partner', 'screen'] as const)('when the victim does nothing more (%s)', async (provider) => {
    const attacker = new BrowserStub();
    const relayed = await stage.goodResult(attacker, { provider, returned: false });
    const refusals = [await stage.tokenFor(relayed, attacker)];
    const asking = await stage.timePasses(relayed, provider === 'partner' ? 61 : 0);
    expect(asking).toMatchObject({ state: 'held', stateReason: 'waiting_for_confirmation' });
    refusals.push(await stage.tokenFor(relayed, attacker));
    const ended = await stage.timePasses(relayed, DAY_SECONDS);
    expect(ended).toMatchObject({ state: 'denied', stateReason: 'not_confirmed' });
    refusals.push(await stage.tokenFor(relayed, attacker));
    expect(refusals).toEqual(['wrong_state', 'wrong_state', 'wrong_state']);
    expect(await tokensOf(relayed)).toBe(0);
  });

  it('when the attacker answers: the number is theirs, the message is not', async () => {
    const { held, browser: attacker, number } = await asked();
    expect(number).toMatch(/^[1-9][0-9]$/);
    const theirs = [newSecret(), attacker.cookies['__Host-regain_capture'] ?? '', held.id, held.reference];
    for (const guess of theirs) expect(await codeOf(typed(guess, number))).toBe('not_found');
    expect((await stage.settle(held)).stateReason).toBe('waiting_for_confirmation');
  });

  it('when the victim says yes by habit: without the number there is nothing to say it with', async () => {
    const { held, browser, token, number } = await asked();
    for (let click = 0; click < 3; click += 1) await typed(token, otherThan(number));
    const ended = await stage.settle(held);
    expect(ended).toMatchObject({ state: 'denied', stateReason: 'not_confirmed' });
    expect((await typed(token, number)).kind).toBe('not_awaited');
    expect(await stage.tokenFor(ended, browser)).toBe('wrong_state');
    expect(await tokensOf(held)).toBe(0);
  });

  it('when the victim says that it was somebody else', async () => {
    const { held, browser, token } = await asked();
    await stage.repudiation.repudiate(token);
    expect(await stage.settle(held)).toMatchObject({ state: 'cancelled', stateReason: 'repudiated' });
    expect(await stage.tokenFor(held, browser)).toBe('wrong_state');
  });

  it('when another notice of the case is used to say yes', async () => {
    const { held, number } = await asked();
    const told = stage.mailsOf(held).filter(({ subject }) => subject.includes('someone asked'));
    expect(told).toHaveLength(2);
    for (const { token } of told) expect(await codeOf(typed(token, number))).toBe('not_found');
    expect((await stage.settle(held)).stateReason).toBe('waiting_for_confirmation');
  });
});

const person = (id: string): Principal => ({ kind: 'person', id, scopes: new Set() });
const vote = (held: RecoveryCase, reviewer: string) =>
  stage.adjudication.voting.vote(held.id, {
    reviewer: person(reviewer),
    body: { outcome: 'approve', reasonCode: 'same_person' },
  });
const linkGoesTo = (held: RecoveryCase, email: string): Promise<void> =>
  db.database.transaction((tx) => stage.adjudication.linkAddresses.record(tx, held.id, email));
const emailsOf = async ({ subjectId }: RecoveryCase): Promise<string[]> => {
  const subject = await db.database.read((tx) => stage.adjudication.subjects.find(tx, subjectId));
  return subject?.profile.reveal().emails ?? [];
};

/** The attacker has more than the link: the mailbox it went to, and every message that arrives there. */
describe('whoever reads the mailbox of the link cannot answer (T33)', () => {
  const MAILBOX = ['ana@example.org', 'Ana+work@example.org'];
  const ONE_MAILBOX = { provider: 'screen', returned: false, emails: MAILBOX } as const;

  it('the question goes to the other mailbox alone', async () => {
    const { held } = await asked();
    const [first, second] = await emailsOf(held);
    expect((await stage.questionsTo(held)).map(({ to }) => to)).toEqual([second]);
    expect(stage.mailsOf(held).map(({ to }) => to)).toContain(first);
  });

  it('one mailbox, however it is written: nobody is asked, no number is shown, two reviewers are told why', async () => {
    const attacker = new BrowserStub();
    const referred = await stage.goodResult(attacker, ONE_MAILBOX);
    expect(referred).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
    expect(await stage.questionsTo(referred)).toEqual([]);
    expect((await stage.flowOf(referred, attacker)).confirmation).toBeNull();
    const view = await stage.adjudication.reviews.one(referred.id, person('rita'));
    expect(view).toMatchObject({ approvable: true, reviewersNeeded: 2 });
    expect(view.circumstances).toMatchObject([{ about: 'device', reasonCodes: ['device_not_confirmable'] }]);
    expect(await stage.tokenFor(referred, attacker)).toBe('wrong_state');
  });

  it('one mailbox: what two reviewers settle waits for the hold of passed-on links, and is told of everywhere', async () => {
    const browser = new BrowserStub();
    const referred = await stage.goodResult(browser, ONE_MAILBOX);
    expect(await vote(referred, 'rita')).toMatchObject({ state: 'in_review', approvals: 1 });
    expect(await vote(referred, 'rob')).toMatchObject({ state: 'held', approvals: 2 });
    const held = await stage.settle(referred);
    expect(held).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect(stage.mailsOf(held).filter(({ subject }) => subject.includes('about to get back'))).toHaveLength(2);
    expect(await stage.tokenFor(held, browser)).toBe('wrong_state');
    expect((await stage.timePasses(held, DAY_SECONDS)).state).toBe('approved');
    expect(await stage.tokenFor(held, browser)).toBe('done');
    expect(await stage.questionsTo(held)).toEqual([]);
  });

  it('one mailbox of a privileged account: reviewers cannot settle it', async () => {
    const referred = await stage.goodResult(new BrowserStub(), { ...ONE_MAILBOX, privileged: true });
    expect(referred.state).toBe('in_review');
    expect(await codeOf(vote(referred, 'rita'))).toBe('wrong_state');
  });

  it('one mailbox: the person who comes back from the partner in time needs nobody', async () => {
    const browser = new BrowserStub();
    const held = await stage.goodResult(browser, { ...ONE_MAILBOX, provider: 'partner' });
    expect(held).toMatchObject({ state: 'held', stateReason: 'waiting_for_return' });
    expect((await stage.browserReturns(held)).state).toBe('approved');
    expect(await stage.tokenFor(held, browser)).toBe('done');
  });

  it('one mailbox: who does not come back is referred after a minute', async () => {
    const held = await stage.goodResult(new BrowserStub(), { ...ONE_MAILBOX, provider: 'partner' });
    expect(await stage.timePasses(held, 61)).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
    expect(await stage.questionsTo(held)).toEqual([]);
  });

  it('one mailbox: a yes that was given while the browser could still come back is none to this', async () => {
    const open = checksWith({ kind: 'face_match', result: 'indeterminate', reasonCodes: ['faces_similar_unsure'] });
    const browser = new BrowserStub();
    const referred = await stage.goodResult(browser, { ...ONE_MAILBOX, provider: 'partner', checks: open });
    expect(await vote(referred, 'rita')).toMatchObject({ state: 'held', reviewersNeeded: 1 });
    const late = await stage.timePasses(referred, 61);
    expect(late).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
    expect(await vote(late, 'rob')).toMatchObject({ state: 'in_review', approvals: 1, reviewersNeeded: 2 });
    expect(await vote(late, 'rosa')).toMatchObject({ state: 'held', approvals: 2 });
    expect(await stage.tokenFor(late, browser)).toBe('wrong_state');
  });

  it('T33 one mailbox: the hold after their yes begins with it, whatever was approved before the browser was given up', async () => {
    const held = await stage.goodResult(new BrowserStub(), { ...ONE_MAILBOX, provider: 'partner' });
    await stage.timePasses(held, 61);
    const referred = await stage.timePasses(held, DAY_SECONDS);
    expect(await holdOnceTwoSaidYes(referred)).toBe(DAY_SECONDS);
  });

  it('T33 one mailbox: nor does the time count in which a case was approved before its address was opened elsewhere', async () => {
    const browser = new BrowserStub();
    const approved = await stage.goodResult(browser, { ...ONE_MAILBOX, provider: 'partner', returned: true });
    expect(approved.state).toBe('approved');
    await stage.timePasses(approved, DAY_SECONDS);
    expect(await holdOnceTwoSaidYes(await opensElsewhere(approved))).toBe(DAY_SECONDS);
    expect(await stage.tokenFor(approved, browser)).toBe('wrong_state');
  });

  it.each(['while it runs', 'once it has run'])(
    'T33 one mailbox: nor does a hold that ran for a browser which had come back, opened elsewhere %s',
    async (when) => {
      const browser = new BrowserStub();
      const policy = await stage.adjudication.policy({ hold: { seconds: DAY_SECONDS } });
      const held = await stage.goodResult(browser, { ...ONE_MAILBOX, policy, provider: 'partner', returned: true });
      expect(held).toMatchObject({ state: 'held', stateReason: 'hold_running' });
      if (when === 'once it has run') expect((await stage.timePasses(held, DAY_SECONDS)).state).toBe('approved');
      const strayed = await opensElsewhere(held);
      const referred = when === 'once it has run' ? strayed : await stage.timePasses(held, DAY_SECONDS);
      expect(await holdOnceTwoSaidYes(referred)).toBe(DAY_SECONDS);
      expect(await stage.tokenFor(held, browser)).toBe('wrong_state');
    },
  );

  it('a link that went there after the question takes its word away', async () => {
    const { held, token, number } = await asked();
    const [, second] = await emailsOf(held);
    await linkGoesTo(held, second ?? '');
    expect(await typed(token, number)).toEqual({ kind: 'not_awaited' });
    expect(await stage.settle(held)).toMatchObject({ state: 'held', stateReason: 'waiting_for_confirmation' });
    expect(await stage.timePasses(held, DAY_SECONDS)).toMatchObject({ state: 'in_review' });
  });

  it('an address that left the account has no word any more', async () => {
    const { held, token, number } = await asked();
    const [first = ''] = await emailsOf(held);
    await db.database.transaction(async (tx) => {
      const subject = await stage.adjudication.subjects.find(tx, held.subjectId);
      if (!subject) throw new Error('the account is gone');
      const input = { ...subject, profile: { ...subject.profile.reveal(), emails: [first, 'else@example.com'] } };
      await stage.adjudication.subjects.put(tx, { id: subject.id, input });
    });
    expect(await typed(token, number)).toEqual({ kind: 'not_awaited' });
  });

  it('a link that an agent handed over went to no mailbox: one is enough', async () => {
    const policy = await stage.adjudication.policy({ relay: { allowed: true } });
    const emails = ['only@example.org'];
    const relayed = await stage.goodResult(new BrowserStub(), { ...ONE_MAILBOX, policy, channel: 'relay', emails });
    await db.asOwner('UPDATE recovery_cases SET call_confirmed_at = now() WHERE id = $1', [relayed.id]);
    const { linkAddresses, subjects } = stage.adjudication;
    const asks = (channel: RecoveryCase['channel']): Promise<string[]> =>
      db.database.read(async (tx) => {
        const subject = await subjects.find(tx, relayed.subjectId);
        return subject ? linkAddresses.others(tx, { ...relayed, channel }, subject) : [];
      });
    expect(await asks('relay')).toEqual(emails);
    expect(await asks('email')).toEqual([]);
    const findings = await db.database.read((tx) => stage.adjudication.adjudication.look(tx, relayed));
    expect(findings?.decision.device).toBe('unproven');
  });

  it('the address that was asked is known after its key was rotated', async () => {
    const { held } = await asked();
    const [old] = STAGE_KEYS.keys;
    const [next] = KeyRing.generate().keys;
    if (!old || !next) throw new Error('there is no key');
    const ring = new KeyRing({
      keys: [
        { ...next, id: 'next' },
        { ...old, retired: true },
      ],
    });
    const subjects = new Subjects(ring);
    const rotated = new AskedAddresses(ring, subjects, new LinkAddresses(ring));
    const counts = await db.database.read(async (tx) => {
      const sent = await tx.many<{
        id: string;
      }>`SELECT id FROM notices WHERE case_id = ${held.id} AND kind = 'confirmation_needed'`;
      return Promise.all(sent.map(({ id }) => rotated.counts(tx, held, id)));
    });
    expect(counts).toEqual([true]);
  });
});

describe('the person who sits at their own browser', () => {
  it('comes back from the partner and goes on at once', async () => {
    const browser = new BrowserStub();
    const held = await stage.goodResult(browser, { returned: false });
    expect((await stage.flowOf(held, browser)).confirmation).toBeNull();
    expect((await stage.browserReturns(held)).state).toBe('approved');
    expect(await stage.tokenFor(held, browser)).toBe('done');
    expect(await stage.questionsTo(held)).toEqual([]);
  });

  it('came back before the result and goes on at once', async () => {
    const browser = new BrowserStub();
    const approved = await stage.goodResult(browser, {});
    expect(approved.state).toBe('approved');
    expect(await stage.tokenFor(approved, browser)).toBe('done');
  });

  it('types the number and goes on after the hold', async () => {
    const { held, browser, token, number } = await asked();
    expect(await typed(token, number)).toEqual({ kind: 'confirmed' });
    expect(await stage.settle(held)).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect((await stage.flowOf(held, browser)).confirmation).toBeNull();
    expect(await stage.tokenFor(held, browser)).toBe('wrong_state');
    expect((await stage.timePasses(held, DAY_SECONDS)).state).toBe('approved');
    expect(await stage.tokenFor(held, browser)).toBe('done');
  });

  it('is too late after the hold', async () => {
    const { held, token, number } = await asked();
    await stage.timePasses(held, DAY_SECONDS);
    expect(await typed(token, number)).toEqual({ kind: 'not_awaited' });
    expect((await stage.settle(held)).state).toBe('denied');
  });

  it('is asked again in the next attempt, with a number and a message of its own', async () => {
    const policy = await stage.adjudication.policy({ relay: { holdSeconds: 0 } });
    const first = await asked(new BrowserStub(), { policy });
    await typed(first.token, first.number);
    expect((await stage.settle(first.held)).state).toBe('approved');
    await db.database.transaction(async (tx) => {
      const { cases } = stage.adjudication;
      await cases.transition(tx, { caseId: first.held.id, name: 'recapture', actor: SYSTEM });
      await stage.adjudication.reportOn(tx, first.held.id, { provider: 'screen', returned: false });
    });
    const again = await stage.settle(first.held);
    expect(again).toMatchObject({ attempt: 2, stateReason: 'waiting_for_confirmation' });
    const questions = await stage.questionsTo(again);
    expect(new Set(questions.map(({ token }) => token)).size).toBe(2);
    expect((await typed(first.token, first.number)).kind).toBe('not_awaited');
    const shown = await db.database.read((tx) => stage.adjudication.confirmations.shown(tx, again));
    expect((await typed(questions[1]?.token ?? '', shown?.number ?? '')).kind).toBe('confirmed');
  });
});

describe('the number', () => {
  it('is shown to the browser that was bound to the attempt, and to no other', async () => {
    const { held, browser } = await asked();
    expect((await stage.flowOf(held, browser)).confirmation).toMatchObject({ sentTo: 1 });
    expect((await stage.flowOf(held, new BrowserStub())).confirmation).toBeNull();
  });

  it('is in no mail and no row that is readable', async () => {
    const { held, number } = await asked();
    const [question] = await stage.questionsTo(held);
    expect(question?.text.replace(held.reference, '').replace(/https?:\S+|[\d-]{10} [\d:]{5}/g, '')).not.toContain(
      number,
    );
    const rows = await db.database.read(
      (tx) => tx.many<{ data: unknown }>`SELECT data FROM audit_events WHERE chain_id = ${held.id}
        UNION ALL SELECT payload FROM outbox WHERE payload ->> 'caseId' = ${held.id}`,
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`"number"|"${number}"`));
  });
});

describe('the question', () => {
  it('says when, from which kind of browser, and that nobody may tell the number', async () => {
    const { held } = await asked();
    const [question] = await stage.questionsTo(held);
    expect(question?.text).toMatch(/When: \d{1,2} \w+ \d{4} at \d\d:\d\d UTC/);
    expect(question?.text).toContain('Browser: Chrome, Windows');
    expect(question?.text).toContain('Nobody may tell you that number');
    expect(question?.text.match(/https?:\/\/\S+/g)).toHaveLength(1);
  });

  it('does not go to an address that was added during the last week (T48)', async () => {
    const browser = new BrowserStub();
    const policy = await stage.adjudication.policy();
    const held = await stage.goodResult(browser, { policy, returned: false });
    await db.database.transaction(async (tx) => {
      const subject = await stage.adjudication.subjects.find(tx, held.subjectId);
      const profile = subject?.profile.reveal();
      if (!subject || !profile) throw new Error('the account is gone');
      const emails = ['attacker@example.com', ...profile.emails];
      const input = { ...subject, profile: { ...profile, emails }, groups: policy.document.include };
      await stage.adjudication.subjects.put(tx, { id: subject.id, input });
    });
    const asking = await stage.timePasses(held, 61);
    const questions = await stage.questionsTo(asking);
    expect(questions).toHaveLength(1);
    expect(questions[0]?.to).not.toBe('attacker@example.com');
  });

  it('is not sent any more once the browser is back', async () => {
    const browser = new BrowserStub();
    const held = await stage.goodResult(browser, { returned: false });
    await stage.browserReturns(held);
    await stage.timePasses(held, DAY_SECONDS);
    expect(await stage.questionsTo(held)).toEqual([]);
  });
});

describe('“this was not me” wins over “it is me”', () => {
  it('after it', async () => {
    const { held, token, number } = await asked();
    await typed(token, number);
    await stage.repudiation.repudiate(token);
    expect((await stage.timePasses(held, DAY_SECONDS)).state).toBe('cancelled');
  });

  it('before it', async () => {
    const { held, token, number } = await asked();
    await stage.repudiation.repudiate(token);
    expect((await typed(token, number)).kind).toBe('not_awaited');
    expect((await stage.settle(held)).state).toBe('cancelled');
  });

  it('beside it, whichever comes first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { held, token, number } = await asked();
      await Promise.all([typed(token, number), stage.repudiation.repudiate(token), typed(token, number)]);
      expect((await stage.settle(held)).state).toBe('cancelled');
    }
  });
});
