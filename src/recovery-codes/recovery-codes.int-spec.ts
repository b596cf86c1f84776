import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jobOf } from '../../test/support/job-of.js';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { secretOf } from '../../test/support/case-desk.js';
import { linkProcessor } from '../../test/support/mail-work.js';
import { RecordingMail } from '../../test/support/recording-mail.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { CaptureAdmission } from '../identity-evidence/capture-admission.js';
import { DeliverCodeProcessor } from '../notification/deliver-code.processor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Limits } from '../platform/limits/limits.js';
import type { Policy } from '../policy/policy.js';
import { NOTICE_VERSION } from '../recovery-request/privacy-notice/index.js';
import { AskedCodes } from './asked-codes-of-case.js';
import { FlowCodes } from './flow-codes.js';
import { GivenCodes } from './given-codes.js';
import { IssuedCodes } from './issued-codes.js';
import { SavedCodes } from './saved-codes.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let mail: RecordingMail;
let saved: SavedCodes;
let issued: IssuedCodes;
const given = new GivenCodes();

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 12 });
  core = buildCore(test.database);
  policy = await addPolicy(core, {
    matching: { require: ['data'], names: 'compatible', unproofed: 'codes', withoutDocument: 'refuse' },
  });
  saved = new SavedCodes(core.ring, core.clock);
  issued = new IssuedCodes(core.ring, core.clock);
});
afterAll(() => test.close());
beforeEach(() => {
  mail = new RecordingMail();
});

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
const codes = (limitScale = 10_000) =>
  new FlowCodes(
    test.database,
    new CaptureAdmission(core.cases, core.captures),
    new AskedCodes(core.policies, core.subjects, core.records, core.captures, given),
    new Limits(core.ring, limitScale),
    saved,
    issued,
    given,
  );

const EMAILS = ['ana@example.org', 'ana.private@example.com'];
/** Somebody who was never proofed, in the flow, with the notice agreed to. */
async function inFlow(options: { emails?: string[]; subjectId?: string; policy?: Policy } = {}) {
  const subjectId = options.subjectId ?? (await addPerson(core, { emails: options.emails ?? EMAILS })).id;
  const { id: caseId } = await openCase(core, { policy: options.policy ?? policy, subjectId });
  await deliverLink(caseId);
  const link = await change((tx) => core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }));
  const browser = new BrowserStub();
  await core.entry.start(secretOf(link), browser.exchange);
  await core.participation.consent(caseId, { noticeVersion: NOTICE_VERSION, agreed: true, language: 'en' });
  return { caseId, subjectId, browser };
}
type InFlow = Awaited<ReturnType<typeof inFlow>>;

const deliverLink = (caseId: string): Promise<void> =>
  linkProcessor(core, new RecordingMail()).process(jobOf({ caseId }));
const deliverCode = (caseId: string, attempt = 1): Promise<void> =>
  new DeliverCodeProcessor(
    test.database,
    core.cases,
    core.subjects,
    core.policies,
    issued,
    core.linkAddresses,
    mail,
    core.config,
  ).process(jobOf({ caseId, attempt }));
const mailed = (): string => /is (\d{4} \d{4})/.exec(mail.taken.at(-1)?.text ?? '')?.[1] ?? '';

const give = (
  { caseId }: InFlow,
  browser: BrowserStub,
  code: { method: 'saved' | 'issued'; text: string },
  by = codes(),
) => codeOf(by.give({ caseId, ...browser.exchange }, code));
const send = ({ caseId }: InFlow, browser: BrowserStub, by = codes()) =>
  codeOf(by.send({ caseId, ...browser.exchange }));
const counted = ({ caseId }: InFlow, attempt = 1) => change((tx) => given.ofAttempt(tx, { id: caseId, attempt }));
const save = ({ subjectId }: InFlow) => change((tx) => saved.replace(tx, subjectId));
const events = (event: string) =>
  change((tx) => tx.many<{ payload: object }>`SELECT payload FROM outbox WHERE event = ${event} ORDER BY id`);

describe('a saved code (NIST SP 800-63B-4, 4.2.1.1)', () => {
  it('counts in the browser that gave it, once, and its holder is told', async () => {
    const person = await inFlow();
    const { code } = await save(person);
    expect(await counted(person)).toEqual({ savedCode: false, issuedCode: false });
    expect(await give(person, person.browser, { method: 'saved', text: code.toLowerCase() })).toBe('done');
    expect(await counted(person)).toEqual({ savedCode: true, issuedCode: false });
    expect(await events('subject.recovery_code_used')).toContainEqual({
      payload: { subjectId: person.subjectId, noticeId: expect.stringMatching(/^\d+$/) },
    });
    expect(await change((tx) => saved.status(tx, person.subjectId))).toMatchObject({ createdAt: null, due: true });
    expect((await auditOf(test.database, person.caseId)).at(-1)).toBe('recovery_code.given');
    await change(
      (tx) =>
        tx.run`UPDATE recovery_cases SET state = 'cancelled', closed_at = clock_timestamp() WHERE id = ${person.caseId}`,
    );
    const again = await inFlow({ subjectId: person.subjectId });
    expect(await give(again, again.browser, { method: 'saved', text: code })).toBe('recovery_code_refused');
  });

  it('is not used up, and nobody is told, in an evaluation', async () => {
    const { matching } = policy.document;
    const person = await inFlow({ policy: await addPolicy(core, { matching, mode: 'evaluation' }) });
    const { code } = await save(person);
    expect(await give(person, person.browser, { method: 'saved', text: code })).toBe('done');
    expect(await counted(person)).toMatchObject({ savedCode: true });
    expect((await change((tx) => saved.status(tx, person.subjectId))).createdAt).toBeInstanceOf(Date);
    expect(await events('subject.recovery_code_used')).not.toContainEqual({
      payload: expect.objectContaining({ subjectId: person.subjectId }),
    });
  });

  it.each([
    ['is disabled', "UPDATE subjects SET status = 'disabled' WHERE id = $1"],
    ['was renamed this week', 'UPDATE subjects SET identity_changed_at = clock_timestamp() WHERE id = $1'],
  ])('T9 is taken like any other and goes on working while the account %s', async (_how, change) => {
    const person = await inFlow();
    const { code } = await save(person);
    await test.asOwner(change, [person.subjectId]);
    expect(await give(person, person.browser, { method: 'saved', text: code })).toBe('done');
    expect(await counted(person)).toMatchObject({ savedCode: true });
    expect(await test.database.read((tx) => saved.matches(tx, person.subjectId, code))).toBe(true);
  });

  it('is nobody else’s, and not the one that was replaced', async () => {
    const [person, other] = [await inFlow(), await inFlow()];
    const { code: first } = await save(person);
    const { code: second } = await save(person);
    expect(await give(other, other.browser, { method: 'saved', text: second })).toBe('recovery_code_refused');
    expect(await give(person, person.browser, { method: 'saved', text: first })).toBe('recovery_code_refused');
    expect(await give(person, person.browser, { method: 'saved', text: second })).toBe('done');
  });

  it('T61: counts no more, in no case and no browser, once its holder made a new one, which counts instead', async () => {
    const person = await inFlow();
    const { code: stolen } = await save(person);
    expect(await give(person, person.browser, { method: 'saved', text: stolen })).toBe('done');
    expect(await counted(person)).toMatchObject({ savedCode: true });
    const { code: fresh } = await save(person);
    expect(await counted(person)).toMatchObject({ savedCode: false });
    const digests = core.captures.presented(person.browser.exchange.request);
    const ofBrowser = () => change((tx) => given.ofBrowser(tx, { caseId: person.caseId, digests }));
    expect(await ofBrowser()).toMatchObject({ savedCode: false });
    expect(await give(person, person.browser, { method: 'saved', text: stolen })).toBe('recovery_code_refused');
    expect(await give(person, person.browser, { method: 'saved', text: fresh })).toBe('done');
    expect([await counted(person), await ofBrowser()]).toEqual(Array(2).fill({ savedCode: true, issuedCode: false }));
  });

  it('is used up by one of eight that race with it', async () => {
    const { subjectId } = await inFlow();
    const { code } = await change((tx) => saved.replace(tx, subjectId));
    const spent = await Promise.all(Array.from({ length: 8 }, () => change((tx) => saved.spend(tx, subjectId, code))));
    expect(spent.filter(Boolean)).toHaveLength(1);
  });

  it('is one per account, however many are made at once', async () => {
    const person = await inFlow();
    const made = await Promise.all(Array.from({ length: 6 }, () => save(person)));
    const living = await Promise.all(
      made.map(({ code }) => change((tx) => saved.spend(tx, person.subjectId, code)).then(Number)),
    );
    expect(living.reduce((sum, one) => sum + one)).toBe(1);
  });

  it('is worth nothing after a hundred wrong ones in a row (3.2.2)', async () => {
    const { subjectId } = await inFlow();
    const { code } = await change((tx) => saved.replace(tx, subjectId));
    await change(async (tx) => {
      for (let n = 0; n < 100; n += 1) await saved.spend(tx, subjectId, 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA');
    });
    expect(await change((tx) => saved.spend(tx, subjectId, code))).toBe(false);
  });

  it('is guessed at ten times in six hours, over all cases, and then not even right ones are looked at (T9)', async () => {
    const person = await inFlow();
    const { code } = await save(person);
    const strict = codes(1);
    const wrong = { method: 'saved', text: 'AAAA' } as const;
    const tries: string[] = [];
    for (let n = 0; n < 11; n += 1) tries.push(await give(person, person.browser, wrong, strict));
    expect(tries).toEqual([...Array<string>(10).fill('recovery_code_refused'), 'too_many_requests']);
    expect(await give(person, person.browser, { method: 'saved', text: code }, strict)).toBe('too_many_requests');
    expect(await counted(person)).toMatchObject({ savedCode: false });
  });

  it('is stored as a keyed hash', async () => {
    const person = await inFlow();
    const { code } = await save(person);
    const rows = await change((tx) => tx.many<{ text: string }>`SELECT c::text AS text FROM saved_recovery_codes c`);
    const all = rows.map(({ text }) => text).join();
    for (const text of [code, code.replace(/-/g, '')]) {
      expect(all).not.toContain(text);
      expect(all).not.toContain(Buffer.from(text).toString('hex'));
    }
  });
});

/** Eight digits that are not those. */
const another = (code: string): string => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
const failures = async ({ caseId }: InFlow): Promise<number> => {
  const { failures: count } = await change(
    (tx) => tx.one<{ failures: number }>`SELECT failures FROM issued_recovery_codes WHERE case_id = ${caseId}`,
  );
  return count;
};

describe('an issued code (NIST SP 800-63B-4, 4.2.1.2)', () => {
  it('comes in the words of the case’s profile, as its link did', async () => {
    const copy = { en: { organisationName: 'Board Office', helpDesk: 'the board desk' } };
    const own = await addPolicy(core, { ...policy.document, priority: 9, include: ['board'], copy });
    const { id: subjectId } = await addPerson(core, { emails: EMAILS, groups: ['board'] });
    const person = await inFlow({ policy: own, subjectId });
    expect(await send(person, person.browser)).toBe('done');
    await deliverCode(person.caseId);
    expect(mail.taken.at(-1)).toMatchObject({
      subject: expect.stringMatching(/^Board Office: /),
      text: expect.stringContaining('the board desk'),
    });
  });

  it('goes to the address that did not get the link, with nothing in it to click, and counts', async () => {
    const person = await inFlow();
    expect(await send(person, person.browser)).toBe('done');
    const payload = { caseId: person.caseId, attempt: 1, mailId: expect.stringMatching(/^[1-9]\d*$/) };
    expect(await events('recovery_code.requested')).toContainEqual({ payload });
    await deliverCode(person.caseId);
    expect(mail.taken.map(({ to }) => to)).toEqual([EMAILS[1]]);
    expect(mail.taken[0]?.text).not.toMatch(/https?:/);
    expect(await give(person, person.browser, { method: 'issued', text: mailed() })).toBe('done');
    expect(await counted(person)).toEqual({ savedCode: false, issuedCode: true });
  });

  it.each([
    ['there is one address', ['ana@example.org']],
    ['the other is the same mailbox', ['ana@example.org', 'Ana+codes@example.org']],
  ])('is not sent, and nobody learns that, when %s', async (_why, emails) => {
    const person = await inFlow({ emails });
    expect(await send(person, person.browser)).toBe('done');
    await deliverCode(person.caseId);
    expect(mail.taken).toEqual([]);
  });

  it('T48: is not sent to an address that was added within the last week', async () => {
    const { id: subjectId } = await addPerson(core, { emails: ['ana@example.org'] });
    const subject = await change((tx) => core.subjects.find(tx, subjectId));
    const profile = { ...subject?.profile.reveal(), emails: ['ana@example.org', 'new@example.net'] };
    await change((tx) =>
      core.subjects.put(tx, {
        id: subjectId,
        input: { profile: profile as never, groups: [], privileged: false, status: 'active' },
      }),
    );
    const person = await inFlow({ subjectId });
    await send(person, person.browser);
    await deliverCode(person.caseId);
    expect(mail.taken).toEqual([]);
  });

  it('works in the browser that asked for it and in no other', async () => {
    const person = await inFlow();
    await send(person, person.browser);
    await deliverCode(person.caseId);
    expect(await give(person, new BrowserStub(), { method: 'issued', text: mailed() })).toBe('capture_binding_missing');
    expect(await give(person, person.browser, { method: 'issued', text: mailed() })).toBe('done');
    const thief = new BrowserStub();
    await change((tx) => core.captures.bind(tx, { caseId: person.caseId, attempt: 2, ...thief.exchange }));
    expect(await counted(person, 2)).toEqual({ savedCode: false, issuedCode: false });
  });

  it('is over after ten minutes, after five wrong ones, and when a new one was sent', async () => {
    const late = await inFlow();
    await send(late, late.browser);
    await deliverCode(late.caseId);
    await test.asOwner(
      "UPDATE issued_recovery_codes SET expires_at = expires_at - interval '10 minutes' WHERE case_id = $1",
      [late.caseId],
    );
    expect(await give(late, late.browser, { method: 'issued', text: mailed() })).toBe('recovery_code_refused');

    const guessed = await inFlow();
    await send(guessed, guessed.browser);
    await deliverCode(guessed.caseId);
    for (let n = 0; n < 5; n += 1) await give(guessed, guessed.browser, { method: 'issued', text: '0000 000' });
    expect(await failures(guessed)).toBe(0);
    for (let n = 0; n < 5; n += 1) await give(guessed, guessed.browser, { method: 'issued', text: another(mailed()) });
    expect(await failures(guessed)).toBe(5);
    expect(await give(guessed, guessed.browser, { method: 'issued', text: mailed() })).toBe('recovery_code_refused');

    const twice = await inFlow();
    await send(twice, twice.browser);
    await deliverCode(twice.caseId);
    const first = mailed();
    await deliverCode(twice.caseId);
    expect(await give(twice, twice.browser, { method: 'issued', text: first })).toBe('recovery_code_refused');
    expect(await give(twice, twice.browser, { method: 'issued', text: mailed() })).toBe('done');
  });

  it('is asked for five times an hour', async () => {
    const person = await inFlow();
    const strict = codes(1);
    const asked: string[] = [];
    for (let n = 0; n < 6; n += 1) asked.push(await send(person, person.browser, strict));
    expect(asked).toEqual([...Array<string>(5).fill('done'), 'too_many_requests']);
  });
});

it('takes no code before the caller read theirs out, as no picture is taken (relay)', async () => {
  const person = await inFlow();
  const { code } = await save(person);
  await test.asOwner("UPDATE recovery_cases SET channel = 'relay', call_confirmed_at = NULL WHERE id = $1", [
    person.caseId,
  ]);
  expect(await give(person, person.browser, { method: 'saved', text: code })).toBe('wrong_state');
  expect(await codeOf(codes().send({ caseId: person.caseId, ...person.browser.exchange }))).toBe('wrong_state');
});

describe('an account that is asked for no codes', () => {
  it('takes none: proofed, or under another policy', async () => {
    const person = await inFlow();
    const { code } = await save(person);
    const attributes = { givenName: 'Test', familyName: 'Person', birthDate: '1980-01-02' };
    await change((tx) =>
      core.records.put(tx, {
        subjectId: person.subjectId,
        input: { level: 'IAL2', evidenceKinds: ['passport'], proofedAt: new Date(), attributes },
      }),
    );
    expect(await give(person, person.browser, { method: 'saved', text: code })).toBe('wrong_state');
    expect((await change((tx) => saved.status(tx, person.subjectId))).createdAt).toBeInstanceOf(Date);
  });
});
