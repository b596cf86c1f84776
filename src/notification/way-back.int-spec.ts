import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrowserStub } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { staff } from '../../test/support/case-desk.js';
import { jobOf } from '../../test/support/job-of.js';
import { linkProcessor } from '../../test/support/mail-work.js';
import { RecordingMail } from '../../test/support/recording-mail.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { OpenRequestedCaseProcessor } from '../recovery-request/open-requested-case.processor.js';
import type { Policy } from '../policy/policy.js';
import type { Mail } from './mail-sender.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let mail: RecordingMail;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core);
});
afterAll(() => test.close());
beforeEach(() => {
  mail = new RecordingMail();
});

const deliver = (payload: { caseId: string; onlyWhen?: 'away'; mailId?: string }): Promise<void> => {
  return linkProcessor(core, mail).process(jobOf(payload));
};
const linkIn = (one: Mail | undefined): string => /\/r\/([\w-]{43})/.exec(one?.text ?? '')?.[1] ?? '';
const toBeAway = (caseId: string): Promise<number> =>
  test.database.transaction(
    (tx) =>
      tx.run`UPDATE flow_sessions SET seen_at = clock_timestamp() - interval '31 minutes' WHERE case_id = ${caseId}`,
  );
const linksAskedFor = async (caseId: string): Promise<number> =>
  (
    await test.database.read(
      (tx) =>
        tx.one<{
          count: number;
        }>`SELECT count(*)::int AS count FROM outbox WHERE event = 'link.requested' AND payload->>'caseId' = ${caseId}`,
    )
  ).count;

/** The job of the link that is owed. */
const askedFor = (caseId: string): Promise<{ caseId: string; mailId: string }> =>
  test.database.read(
    (tx) =>
      tx.one<{
        caseId: string;
        mailId: string;
      }>`SELECT case_id, id::text AS mail_id FROM owed_mails WHERE case_id = ${caseId}`,
  );

async function startedCase(): Promise<{ caseId: string; login: string; browser: BrowserStub }> {
  const { id: subjectId, login } = await addPerson(core);
  const { id: caseId } = await openCase(core, { policy, subjectId });
  await deliver({ caseId });
  const browser = new BrowserStub();
  await core.entry.start(linkIn(mail.taken.pop()), browser.exchange);
  return { caseId, login, browser };
}

describe('the way back into a recovery that was waited for', () => {
  it('is not mailed to somebody whose page is still open', async () => {
    const { caseId } = await startedCase();
    await deliver({ caseId, onlyWhen: 'away' });
    expect(mail.taken).toEqual([]);
  });

  it('is mailed once the page session has ended, and leads the same browser on', async () => {
    const { caseId, browser } = await startedCase();
    await toBeAway(caseId);
    await deliver({ caseId, onlyWhen: 'away' });
    expect(mail.taken.map(({ subject }) => subject)).toEqual([expect.stringContaining('go on where you left off')]);
    const entered = await core.entry.start(linkIn(mail.taken[0]), browser.exchange);
    expect(entered.id).toBe(caseId);
  });

  it('can be asked for at the door by whoever lost it, and by nobody while a browser or a link works', async () => {
    const { caseId, login } = await startedCase();
    const requests = new OpenRequestedCaseProcessor(
      test.database,
      core.ring,
      core.subjects,
      core.policies,
      core.opening,
      core.limits,
      core.flows,
    );
    const before = await linksAskedFor(caseId);
    const ask = async (): Promise<number> => {
      await core.selfService.accept(login, '192.0.2.77');
      const pending = await test.database.read((tx) => tx.many<{ id: string }>`SELECT id FROM recovery_requests`);
      for (const { id } of pending) await requests.process(jobOf({ requestId: id }));
      return (await linksAskedFor(caseId)) - before;
    };
    expect(await ask()).toBe(0);
    await toBeAway(caseId);
    expect(await ask()).toBe(1);
    await deliver(await askedFor(caseId));
    expect(await ask()).toBe(1);
  });
});

describe('a link that nobody asked for and whose job is late', () => {
  const resend = (caseId: string): Promise<unknown> => core.help.resendLink(caseId, staff('agent'));
  const usable = async (one: Mail | undefined): Promise<boolean | undefined> =>
    (await test.database.read((tx) => core.links.find(tx, linkIn(one))))?.usable;

  it.each([
    ['first link', 'link_sent', undefined],
    ['way back', 'approved', 'away'],
  ] as const)('mails nothing, and ends no link that was sent anew: a %s', async (_, state, onlyWhen) => {
    const { id: caseId } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    await test.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET state = ${state}, updated_at = clock_timestamp() WHERE id = ${caseId}`,
    );
    const late = { caseId, ...(onlyWhen && { onlyWhen }) };
    await resend(caseId);
    const anew = await askedFor(caseId);
    await deliver(late);
    expect(mail.taken).toEqual([]);
    await deliver(anew);
    await deliver(late);
    expect(mail.taken).toHaveLength(1);
    expect(await usable(mail.taken[0])).toBe(true);
  });

  it('is mailed when the link that was asked for was given up, and a way back when the last link is from before', async () => {
    const { id: caseId } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    await resend(caseId);
    await test.database.transaction((tx) => tx.run`UPDATE owed_mails SET tries = 15 WHERE case_id = ${caseId}`);
    await deliver({ caseId });
    expect(mail.taken).toHaveLength(1);
    await test.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET state = 'approved', updated_at = clock_timestamp() WHERE id = ${caseId}`,
    );
    await deliver({ caseId, onlyWhen: 'away' });
    expect(mail.taken).toHaveLength(2);
  });
});
