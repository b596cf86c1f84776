import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrowserStub } from '../../test/model/browser-stub.js';
import { SweeperStage } from '../../test/model/sweeper-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { staff } from '../../test/support/case-desk.js';
import { jobOf } from '../../test/support/job-of.js';
import { linkProcessor } from '../../test/support/mail-work.js';
import { RecordingMail } from '../../test/support/recording-mail.js';
import { DeliverCodeProcessor } from '../notification/deliver-code.processor.js';
import { MAX_NOTICE_TRIES } from '../notification/owed-notices.js';
import { DELIVER_LINK_JOB } from '../notification/notification.jobs.js';
import { routes } from '../pipeline.js';
import type { CaseState } from '../recovery-case/case-states.js';
import { oweMail, type MailRequest } from '../recovery-case/owed-mails.js';
import { OpenRequestedCaseProcessor } from '../recovery-request/open-requested-case.processor.js';
import { IssuedCodes } from '../recovery-codes/issued-codes.js';
import { pruneSpent } from './pruning.js';

let stage: SweeperStage;
let mail: RecordingMail;

beforeAll(async () => {
  stage = await SweeperStage.open();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.empty();
  mail = new RecordingMail();
});

/** Does the jobs that follow from what the sweeper announced. */
async function work(announced: Awaited<ReturnType<SweeperStage['outbox']>>): Promise<void> {
  const { cases, subjects, policies, linkAddresses, config, ring, clock, database } = stage.core;
  const codes = new IssuedCodes(ring, clock);
  const processors = [
    linkProcessor(stage.core, mail),
    new DeliverCodeProcessor(database, cases, subjects, policies, codes, linkAddresses, mail, config),
  ];
  for (const { event, payload } of announced)
    for (const job of routes(event, payload as never))
      await processors.find(({ contract }) => contract.name === job.contract.name)?.process(jobOf(job.payload));
}
const timePasses = (seconds: number): Promise<number> =>
  stage.sql(
    `UPDATE owed_mails SET owed_since = owed_since - make_interval(secs => ${seconds}), tried_at = tried_at - make_interval(secs => ${seconds})`,
  );
/** What the queue had is gone, and so much time with it. */
async function afterFlush(seconds: number): Promise<Awaited<ReturnType<SweeperStage['outbox']>>> {
  await timePasses(seconds);
  return stage.sweptAfterFlush();
}
const sentAnew = (caseId: string): Promise<unknown> => stage.core.help.resendLink(caseId, staff('agent'));
const asked = (caseId: string, event: MailRequest): Promise<void> =>
  stage.test.database.transaction(async (tx) => {
    await stage.core.cases.lockOnly(tx, caseId);
    await oweMail(tx, event, { caseId, attempt: 1 });
  });

describe('a link that was sent anew and never went (rule 2, F10)', () => {
  it.each(['link_sent', 'awaiting_evidence', 'verifying', 'in_review', 'held', 'approved'] satisfies CaseState[])(
    'is mailed, once, to somebody whose case is %s',
    async (state) => {
      const caseId = await stage.quietCase(state, 5);
      await sentAnew(caseId);
      expect(await stage.sweptAfterFlush()).toEqual([]);
      const found = await afterFlush(31);
      const payload = { caseId, attempt: 1, mailId: expect.stringMatching(/^[1-9]\d*$/) };
      expect(found).toEqual([{ event: 'link.requested', payload }]);
      await work(found);
      expect(mail.taken).toHaveLength(1);
      // The queue had not lost it after all: the job runs once more.
      await work(found);
      expect([mail.taken.length, await afterFlush(3_600)]).toEqual([1, []]);
      expect((await auditOf(stage.test.database, caseId)).slice(-3)).toEqual([
        'link.requested',
        'link.issued',
        'link.sent',
      ]);
    },
  );

  it('is owed also where the person asked for it at the door', async () => {
    const caseId = await stage.quietCase('in_review', 5);
    await stage.test.database.transaction((tx) => stage.core.links.killAll(tx, caseId));
    const { database, ring, subjects, policies, opening, limits, flows, selfService } = stage.core;
    const { login } = await database.read(async (tx) => {
      const { subjectId } = await tx.one<{
        subjectId: string;
      }>`SELECT subject_id FROM recovery_cases WHERE id = ${caseId}`;
      return (await subjects.find(tx, subjectId))?.profile.reveal() ?? { login: '' };
    });
    await selfService.accept(login, '192.0.2.9');
    const { id: requestId } = await database.read((tx) => tx.one<{ id: string }>`SELECT id FROM recovery_requests`);
    const door = new OpenRequestedCaseProcessor(database, ring, subjects, policies, opening, limits, flows);
    await door.process(jobOf({ requestId }));
    await work(await afterFlush(31));
    expect(mail.taken).toHaveLength(1);
  });

  it('goes to the later request alone when it was asked for twice (T9)', async () => {
    const caseId = await stage.quietCase('in_review', 5);
    await sentAnew(caseId);
    const [first] = (await stage.outbox()).filter(({ payload }) => 'mailId' in payload);
    await sentAnew(caseId);
    const found = await afterFlush(31);
    await work(first ? [first] : []);
    expect([found.length, mail.taken.length]).toEqual([1, 0]);
    await work(found);
    expect(mail.taken).toHaveLength(1);
  });

  it('that no server takes waits longer each time, and is given up in the end (T9)', async () => {
    const caseId = await stage.quietCase('in_review', 5);
    await sentAnew(caseId);
    mail.refusing = () => true;
    await expect(work(await afterFlush(31))).rejects.toThrow(/^Error$/);
    expect(await afterFlush(299)).toEqual([]);
    expect(await afterFlush(1)).toHaveLength(1);
    await stage.sql('UPDATE owed_mails SET tries = $', MAX_NOTICE_TRIES - 1);
    expect(await afterFlush(3_600)).toEqual([]);
    expect(await afterFlush(60 * (MAX_NOTICE_TRIES - 1) ** 2)).toHaveLength(1);
    await stage.sql('UPDATE owed_mails SET tries = $', MAX_NOTICE_TRIES);
    expect(await afterFlush(86_400)).toEqual([]);
    await timePasses(31 * 86_400);
    await stage.test.database.transaction(pruneSpent);
    expect(await stage.test.database.read((tx) => tx.many`SELECT id FROM owed_mails`)).toEqual([]);
  });

  it('goes within ten minutes after an outage of five, whatever the queue tried in them', async () => {
    const caseId = await stage.quietCase('in_review', 5);
    await sentAnew(caseId);
    const asked = await stage.outbox();
    mail.refusing = () => true;
    // The queue's own tries: eight, each after twice the time.
    for (const wait of [0, 2, 4, 8, 16, 32, 64, 128]) {
      await timePasses(wait);
      await expect(work(asked.filter(({ payload }) => 'mailId' in payload))).rejects.toThrow(/^Error$/);
    }
    const tries = (): Promise<unknown> =>
      stage.test.database.read((tx) => tx.one`SELECT tries FROM owed_mails WHERE case_id = ${caseId}`);
    expect(await tries()).toEqual({ tries: 1 });
    const found = await afterFlush(301);
    expect(found).toHaveLength(1);
    await expect(work(found)).rejects.toThrow(/^Error$/);
    expect(await tries()).toEqual({ tries: 2 });
    mail.refusing = () => false;
    await work(await afterFlush(301));
    expect(mail.taken).toHaveLength(1);
  });

  it('is nobody’s any more once the case is closed', async () => {
    const caseId = await stage.quietCase('in_review', 5);
    await sentAnew(caseId);
    await stage.core.service.cancel(caseId, { reason: 'x', principal: staff('agent') });
    const found = (await afterFlush(31)).filter(({ event }) => event === 'link.requested');
    await work(found);
    expect([found.length, mail.taken]).toEqual([1, []]);
    expect((await afterFlush(3_600)).filter(({ event }) => event === 'link.requested')).toEqual([]);
  });
});

describe('a first link, and a way back, that was made and never went', () => {
  const madeLongAgo = (caseId: string, minutes: number): Promise<unknown> =>
    stage.superuser.query(
      'UPDATE regain.recovery_links SET created_at = created_at - make_interval(mins => $1) WHERE case_id = $2',
      [minutes, caseId],
    );
  const unsent = async (state: CaseState): Promise<string> => {
    const caseId = await stage.quietCase(state, 3_600);
    // The delivery made it, and died before a mail server took it.
    await stage.superuser.query("DELETE FROM regain.audit_events WHERE type = 'link.sent'");
    return caseId;
  };

  it.each([
    ['link_sent', 'link.requested'],
    ['approved', 'case.way_back_due'],
  ] as const)('is made anew and mailed while the case is %s', async (state, event) => {
    const caseId = await unsent(state);
    expect(await stage.sweptAfterFlush()).toEqual([]);
    await madeLongAgo(caseId, 11);
    const found = await stage.sweptAfterFlush();
    expect(found).toEqual([{ event, payload: { caseId, attempt: 1 } }]);
    await work(found);
    await madeLongAgo(caseId, 0);
    expect([mail.taken.length, await stage.sweptAfterFlush()]).toEqual([1, []]);
  });

  it('waits longer each time, and is given up in the end (T9)', async () => {
    const caseId = await unsent('link_sent');
    let made = 1;
    const madeUpTo = async (links: number): Promise<void> => {
      for (; made < links; made += 1)
        await stage.test.database.transaction((tx) =>
          stage.core.links.issue(tx, { caseId, ttlSeconds: 60, actor: { kind: 'system', id: 'regain' } }),
        );
    };
    const { tries } = DELIVER_LINK_JOB;
    // An outage that all the queue's own tries fell into.
    await madeUpTo(tries);
    await madeLongAgo(caseId, 11);
    expect(await stage.sweptAfterFlush()).toHaveLength(1);
    await madeUpTo(5 * tries);
    await madeLongAgo(caseId, 24);
    expect(await stage.sweptAfterFlush()).toEqual([]);
    await madeLongAgo(caseId, 2);
    expect(await stage.sweptAfterFlush()).toHaveLength(1);
    await madeUpTo(MAX_NOTICE_TRIES * tries);
    await madeLongAgo(caseId, 1_000);
    expect(await stage.sweptAfterFlush()).toEqual([]);
  });
});

describe('a recovery code that was asked for and never went (rule 2, F10)', () => {
  /** In the flow, with an address that got no link and a browser that is bound. */
  async function waiting(): Promise<string> {
    const caseId = await stage.quietCase('awaiting_evidence', 5);
    await stage.test.database.transaction(async (tx) => {
      const { subjectId } = await tx.one<{
        subjectId: string;
      }>`SELECT subject_id FROM recovery_cases WHERE id = ${caseId}`;
      await stage.core.linkAddresses.record(tx, caseId, `somebody.else.${subjectId}@example.net`);
      await stage.core.captures.bind(tx, { caseId, attempt: 1, ...new BrowserStub().exchange });
    });
    return caseId;
  }

  it('is mailed, and not a second time', async () => {
    const caseId = await waiting();
    await asked(caseId, 'recovery_code.requested');
    const found = await afterFlush(31);
    expect(found).toEqual([
      { event: 'recovery_code.requested', payload: { caseId, attempt: 1, mailId: expect.any(String) } },
    ]);
    await work(found);
    await work(found);
    expect([mail.taken.length, await afterFlush(3_600)]).toEqual([1, []]);
  });

  it('is not mailed once another attempt has begun, nor when the page of who asked must be over', async () => {
    const [gone, late] = [await waiting(), await waiting()];
    await asked(gone, 'recovery_code.requested');
    await stage.sql('UPDATE recovery_cases SET attempt = 2 WHERE id = $', gone);
    await work(await afterFlush(31));
    await asked(late, 'recovery_code.requested');
    expect(await afterFlush(7_201)).toEqual([]);
    expect(mail.taken).toEqual([]);
  });
});
