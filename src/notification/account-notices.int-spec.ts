import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addPerson, buildCore, type Core } from '../../test/model/core-stage.js';
import { RecordingMail } from '../../test/support/recording-mail.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { announceToHolder, type AccountEvent } from '../directory/announce-to-holder.js';
import { NoticesUnsentError } from './notices-unsent.errors.js';
import { AccountNotices, type AccountNotice } from './account-notices.js';

let test: TestDatabase;
let core: Core;
let mail: RecordingMail;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
});
afterAll(() => test.close());
beforeEach(() => {
  mail = new RecordingMail();
});

const send = (notice: AccountNotice): Promise<void> => {
  const { subjects, clock, ring, logger, config } = core;
  return new AccountNotices(test.database, subjects, mail, clock, ring, logger, config).send(notice);
};
/** What happened, with the row that says that its holder is to be told. */
async function owed(subjectId: string, event: AccountEvent = 'subject.contacts_changed'): Promise<AccountNotice> {
  await test.database.transaction((tx) => announceToHolder(tx, event, subjectId));
  const { noticeId } = await test.database.read(
    (tx) => tx.one<{ noticeId: string }>`SELECT payload->>'noticeId' AS notice_id FROM outbox
      WHERE payload->>'subjectId' = ${subjectId} ORDER BY id DESC LIMIT 1`,
  );
  return { subjectId, change: 'contacts', noticeId };
}
const stillOwed = async (subjectId: string): Promise<number> => {
  const rows = await test.database.read(
    (tx) => tx.many`SELECT id FROM account_notices WHERE subject_id = ${subjectId}`,
  );
  return rows.length;
};
const told = (): string[] => mail.taken.map(({ to }) => to);

/** An account whose address `old@` became `new@`, and that had `kept@` all the time. */
async function changedAccount(): Promise<string> {
  const { id, login } = await addPerson(core, { emails: ['old@example.test', 'kept@example.test'] });
  const profile = {
    login,
    displayName: 'A B',
    givenName: 'A',
    familyName: 'B',
    emails: ['new@example.test', 'kept@example.test'],
    phones: [],
    formerEmails: [],
  };
  await test.database.transaction((tx) =>
    core.subjects.put(tx, { id, input: { profile, groups: [], privileged: false, status: 'active' } }),
  );
  return id;
}

describe('a change of addresses or of the proofing record (T48)', () => {
  it('T48: is told to the old address, to the kept one, then to the new one, with no link that approves anything', async () => {
    await send(await owed(await changedAccount()));
    expect(told()).toEqual(['old@example.test', 'kept@example.test', 'new@example.test']);
    for (const { text } of mail.taken) expect(text).not.toMatch(/https?:/);
  });

  it.each(['old@example.test', 'kept@example.test', 'new@example.test'])(
    'T48: %s refuses mail, and every other address is told all the same, once',
    async (refusing) => {
      const id = await changedAccount();
      const notice = await owed(id);
      mail.refusing = ({ to }) => to === refusing;
      for (let run = 0; run < 3; run += 1) await expect(send(notice)).rejects.toThrow(NoticesUnsentError);
      const others = ['old@example.test', 'kept@example.test', 'new@example.test'].filter((to) => to !== refusing);
      expect(told()).toEqual(others);
      expect(core.logLines.filter((line) => line.includes('mail_failed')).join()).not.toContain('@');
      expect(await stillOwed(id)).toBe(1);
      mail.refusing = () => false;
      await send(notice);
      expect(told()).toEqual([...others, refusing]);
    },
  );

  it('is owed until every address was told; a job that comes again then tells nobody', async () => {
    const id = await changedAccount();
    const notice = await owed(id);
    expect(await stillOwed(id)).toBe(1);
    await send(notice);
    expect(await stillOwed(id)).toBe(0);
    await send(notice);
    expect(mail.taken).toHaveLength(3);
  });

  it('is told with the time at which it happened, however late the mail goes out', async () => {
    const id = await changedAccount();
    const notice = await owed(id);
    await test.asOwner("UPDATE account_notices SET owed_since = '2026-01-02T03:04:05Z' WHERE subject_id = $1", [id]);
    await send(notice);
    for (const { text } of mail.taken) expect(text).toContain('When: 2 January 2026 at 03:04 UTC');
  });

  it('of which a job of an earlier version tells, without a row, is told all the same', async () => {
    await send({ subjectId: await changedAccount(), change: 'identity' });
    expect(mail.taken).toHaveLength(3);
  });

  it('of an account that is gone tells nobody', async () => {
    await send({ subjectId: 'sub_none', change: 'contacts' });
    expect(mail.taken).toEqual([]);
  });

  it('of an account without addresses is not owed', async () => {
    const { id } = await addPerson(core, { emails: [] });
    await send(await owed(id));
    expect(await stillOwed(id)).toBe(0);
  });
});
