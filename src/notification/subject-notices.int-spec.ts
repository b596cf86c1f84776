import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { MailSender, type Mail } from './mail-sender.js';
import { SubjectNotices } from './subject-notices.js';

class KeptMail extends MailSender {
  readonly taken: Mail[] = [];

  protected async handOver(mail: Mail): Promise<void> {
    this.taken.push(mail);
  }
}

let test: TestDatabase;
let core: Core;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
});
afterAll(() => test.close());

describe('a change of addresses or of the proofing record (T48)', () => {
  it('is told to the old and the new address alike, with no link that approves anything', async () => {
    const { id, login } = await addPerson(core, { emails: ['old@example.test'] });
    const profile = {
      login,
      displayName: 'A B',
      givenName: 'A',
      familyName: 'B',
      emails: ['new@example.test'],
      phones: [],
      formerEmails: [],
    };
    await test.database.transaction((tx) =>
      core.subjects.put(tx, { id, input: { profile, groups: [], privileged: false, status: 'active' } }),
    );
    const mail = new KeptMail();
    const notices = new SubjectNotices(test.database, core.subjects, mail, core.clock, core.config);
    await notices.send(id, 'contacts');
    expect(mail.taken.map(({ to }) => to).sort()).toEqual(['new@example.test', 'old@example.test']);
    for (const { text } of mail.taken) expect(text).not.toMatch(/https?:/);
  });

  it('of an account that is gone tells nobody', async () => {
    const mail = new KeptMail();
    await new SubjectNotices(test.database, core.subjects, mail, core.clock, core.config).send('sub_none', 'contacts');
    expect(mail.taken).toEqual([]);
  });
});
