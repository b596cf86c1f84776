import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrowserStub } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { linkProcessor } from '../../test/support/mail-work.js';
import { jobOf } from '../../test/support/job-of.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Policy } from '../policy/policy.js';
import { AddressRefusedError, MailSender, SmtpMailSender, type Mail } from './mail-sender.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let mail: RefusingMail;

/** A mail server that refuses some addresses for good, and some mails for now. */
class RefusingMail extends MailSender {
  readonly taken: Mail[] = [];
  readonly tried: string[] = [];
  refused: readonly string[] = [];
  later: readonly string[] = [];

  protected async handOver(one: Mail): Promise<void> {
    this.tried.push(one.to);
    if (this.refused.includes(one.to)) throw new AddressRefusedError(new Error('550 5.1.1'));
    if (this.later.includes(one.to)) throw new Error('451 later');
    this.taken.push(one);
  }
}

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core);
});
afterAll(() => test.close());
beforeEach(() => {
  mail = new RefusingMail();
});

const deliver = (caseId: string): Promise<void> => {
  return linkProcessor(core, mail).process(jobOf({ caseId }));
};
const linkIn = (one: Mail | undefined): string => /\/r\/([\w-]{43})/.exec(one?.text ?? '')?.[1] ?? '';

let people = 0;
/** A case of somebody with three addresses. */
async function caseOf(): Promise<{ caseId: string; emails: string[]; others: () => Promise<string[]> }> {
  people += 1;
  const emails = ['first', 'second', 'third'].map((name) => `${name}-${people}@example.org`);
  const subject = await addPerson(core, { emails });
  const { id: caseId } = await openCase(core, { policy, subjectId: subject.id });
  const others = (): Promise<string[]> =>
    test.database.read(async (tx) => {
      const recoveryCase = await core.cases.find(tx, caseId);
      const found = await core.subjects.find(tx, subject.id);
      return recoveryCase && found ? core.linkAddresses.others(tx, recoveryCase, found) : [];
    });
  return { caseId, emails, others };
}

const sentOf = (caseId: string): Promise<{ data: object }[]> =>
  test.database.read(
    (tx) => tx.many<{ data: object }>`SELECT data FROM audit_events WHERE chain_id = ${caseId} AND type = 'link.sent'`,
  );

describe('a link whose address the mail server refuses', () => {
  it('goes to the next address on file, in the same run, and works', async () => {
    const { caseId, emails } = await caseOf();
    mail.refused = emails.slice(0, 1);
    await deliver(caseId);
    expect(mail.tried).toEqual(emails.slice(0, 2));
    expect(mail.taken.map(({ to }) => to)).toEqual([emails[1]]);
    expect(await sentOf(caseId)).toEqual([{ data: { channel: 'email', addressesRefused: 1 } }]);
    expect((await core.entry.start(linkIn(mail.taken[0]), new BrowserStub().exchange)).id).toBe(caseId);
  });

  it('leaves for a code or an answer only addresses that neither had a link nor were tried with one (T33)', async () => {
    const { caseId, emails, others } = await caseOf();
    mail.refused = emails.slice(0, 1);
    await deliver(caseId);
    expect(await others()).toEqual(emails.slice(2));
  });

  it('fails when there is none left, so that it is tried again and told of', async () => {
    const { caseId, emails } = await caseOf();
    mail.refused = emails;
    await expect(deliver(caseId)).rejects.toMatchObject({ cause: { name: 'AddressRefusedError' } });
    expect([mail.tried, await sentOf(caseId)]).toEqual([emails, []]);
    mail.refused = [];
    await deliver(caseId);
    expect(mail.taken.map(({ to }) => to)).toEqual(emails.slice(0, 1));
  });

  it('waits for its address where it is only not taken now', async () => {
    const { caseId, emails, others } = await caseOf();
    mail.later = emails.slice(0, 1);
    await expect(deliver(caseId)).rejects.toMatchObject({ cause: { message: '451 later' } });
    expect(mail.tried).toEqual(emails.slice(0, 1));
    expect(await others()).toEqual(emails.slice(1));
  });
});

describe('a reply of a mail server', () => {
  /** What sending to a server comes to that answers RCPT TO like this. */
  async function sendingTo(reply: string, stage: 'RCPT' | 'MAIL' = 'RCPT'): Promise<unknown> {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.write('220 here\r\n');
      socket.on('data', (bytes) => {
        for (const line of bytes.toString('latin1').split('\r\n').filter(Boolean)) {
          if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
          else socket.write(line.startsWith(stage) ? `${reply}\r\n` : '250 ok\r\n');
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`;
    const sender = new SmtpMailSender(url, 'from@example.org');
    const sent = await sender.send({ to: 'to@example.org', subject: 'x', text: 'x' }).catch((error: unknown) => error);
    await sender.close();
    server.close();
    return sent;
  }

  it.each([
    '550 5.1.1 no such user',
    '550 No such user here',
    '553 5.1.3 bad address',
    '551 user not local',
    '550 5.2.1 mailbox disabled',
  ])('is about the address: %s', async (reply) => {
    expect(await sendingTo(reply)).toBeInstanceOf(AddressRefusedError);
  });

  it.each([
    '450 4.2.1 try again later',
    '451 4.7.1 greylisted',
    '452 4.2.2 over quota',
    '552 5.2.2 mailbox full',
    '550 5.7.1 relaying denied',
    '554 5.7.1 client host blocked',
    '554 transaction failed',
    '421 4.3.2 shutting down',
  ])('is about something else: %s', async (reply) => {
    const failure = await sendingTo(reply);
    expect(failure).toMatchObject({ name: 'Error', response: expect.stringContaining(reply) });
  });

  it('is about something else when it is the sender who is refused', async () => {
    expect(await sendingTo('550 5.1.8 bad sender', 'MAIL')).toMatchObject({ name: 'Error', command: 'MAIL FROM' });
  });
});
