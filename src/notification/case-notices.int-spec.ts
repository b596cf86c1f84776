import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jobOf } from '../../test/support/job-of.js';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf, seedApprovedCase } from '../../test/support/approved-case.js';
import { caseNotices, linkProcessor } from '../../test/support/mail-work.js';
import { RecordingMail } from '../../test/support/recording-mail.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { sealWithRing } from '../platform/crypto/sealing.js';
import { newSecret } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import { oweMail } from '../recovery-case/owed-mails.js';
import type { Mail } from './mail-sender.js';
import type { CaseNotices } from './case-notices.js';
import { MAX_NOTICE_TRIES } from './owed-notices.js';
import { NoticesUnsentError } from './notices-unsent.errors.js';
import { mailFrame } from './mail-frame.js';
import { noticeText, TOLD_KINDS } from './notice-texts.js';
import { forgetToldAddresses } from './told-addresses.js';

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

const delivery = (of: Core = core): CaseNotices => caseNotices(of, mail);
const EMAILS = ['ana@example.org', 'ana.work@example.com'];

async function newCase(emails = EMAILS): Promise<{ caseId: string; subjectId: string }> {
  const { id: subjectId } = await addPerson(core, { emails });
  return { caseId: (await openCase(core, { policy, subjectId })).id, subjectId };
}
const noticesOf = (caseId: string): Promise<{ sentAt: Date | null; tries: number; kind: string }[]> =>
  test.database.read(
    (tx) =>
      tx.many<{
        sentAt: Date | null;
        tries: number;
        kind: string;
      }>`SELECT sent_at, tries, kind FROM notices WHERE case_id = ${caseId} ORDER BY id`,
  );

describe('a notice (I10)', () => {
  it('goes to every address once per kind, however often the job runs', async () => {
    const { caseId } = await newCase();
    await test.asOwner("UPDATE recovery_cases SET state = 'held' WHERE id = $1", [caseId]);
    for (let run = 0; run < 3; run += 1) for (const kind of TOLD_KINDS) await delivery().send(caseId, kind);
    expect(mail.taken.map((one) => one.to).sort()).toEqual(TOLD_KINDS.flatMap(() => EMAILS).sort());
    expect((await auditOf(test.database, caseId)).filter((type) => type === 'notice.sent')).toHaveLength(
      TOLD_KINDS.length * EMAILS.length,
    );
  });

  it('of a hold goes out again in another attempt, and once in each (T59)', async () => {
    const { caseId } = await newCase();
    await test.asOwner("UPDATE recovery_cases SET state = 'held' WHERE id = $1", [caseId]);
    for (const attempt of [1, 1, 2, 2]) await delivery().send(caseId, 'recovery_held', attempt);
    expect(mail.taken.map((one) => one.to).sort()).toEqual([...EMAILS, ...EMAILS].sort());
  });

  it('of a hold says until when it can be stopped, unless that has passed or the hold may end sooner', async () => {
    const { caseId } = await newCase();
    const holds = [
      ['hold_running', '5 hours'],
      ['hold_running', '-1 minute'],
      ['waiting_for_return', '1 minute'],
      ['waiting_for_confirmation', '1 day'],
    ] as const;
    for (const [attempt, [reason, left]] of holds.entries()) {
      await test.asOwner(
        "UPDATE recovery_cases SET state = 'held', state_reason = $3, held_until = now() + $2::interval WHERE id = $1",
        [caseId, left, reason],
      );
      await delivery().send(caseId, 'recovery_held', attempt + 1);
    }
    const says = mail.taken.map(({ text }) =>
      /You can stop it until \d+ \w+ \d{4} at \d\d:\d\d UTC at least/.test(text),
    );
    expect(says).toEqual([true, true, false, false, false, false, false, false]);
  });

  it.each(['in_review', 'approved', 'denied', 'completed'])(
    'of a hold is not sent of a case that is %s',
    async (state) => {
      const { caseId } = await newCase();
      const closed = ['denied', 'completed'].includes(state);
      await test.asOwner(
        'UPDATE recovery_cases SET state = $2, closed_at = CASE WHEN $3 THEN now() END WHERE id = $1',
        [caseId, state, closed],
      );
      await delivery().send(caseId, 'recovery_held');
      expect([mail.taken, await noticesOf(caseId)]).toEqual([[], []]);
    },
  );

  it('goes to addresses that were replaced too (T48)', async () => {
    const { caseId, subjectId } = await newCase(['old@example.org']);
    const profile = {
      login: `moved.${subjectId.slice(-6)}`,
      displayName: 'T',
      givenName: 'T',
      familyName: 'P',
      emails: ['new@example.org'],
      phones: [],
      formerEmails: [],
    };
    await test.database.transaction((tx) =>
      core.subjects.put(tx, { id: subjectId, input: { profile, groups: [], privileged: false, status: 'active' } }),
    );
    await delivery().send(caseId, 'recovery_started');
    expect(mail.taken.map((one) => one.to).sort()).toEqual(['new@example.org', 'old@example.org']);
  });

  it('that one address refused is tried again there alone (F43)', async () => {
    const { caseId } = await newCase();
    mail.refusing = ({ to }) => to === EMAILS[0];
    await expect(delivery().send(caseId, 'recovery_started')).rejects.toThrow(NoticesUnsentError);
    await expect(delivery().send(caseId, 'recovery_started')).rejects.toThrow(NoticesUnsentError);
    mail.refusing = () => false;
    await delivery().send(caseId, 'recovery_started');
    expect(mail.taken.map((one) => one.to)).toEqual([EMAILS[1], EMAILS[0]]);
    expect((await noticesOf(caseId)).map((notice) => notice.tries).sort()).toEqual([1, 3]);
  });

  it('goes to a replaced address for a month, not for ever', async () => {
    const { caseId, subjectId } = await newCase(['old@example.org']);
    const put = (email: string): Promise<unknown> => {
      const login = `left.${subjectId.slice(-6)}`;
      const names = { login, displayName: 'T', givenName: 'T', familyName: 'P' };
      const profile = { ...names, emails: [email], phones: [], formerEmails: [] };
      return test.database.transaction((tx) =>
        core.subjects.put(tx, { id: subjectId, input: { profile, groups: [], privileged: false, status: 'active' } }),
      );
    };
    const profileOf = async () =>
      (await test.database.read((tx) => core.subjects.find(tx, subjectId)))?.profile.reveal();
    await put('new@example.org');
    const aged = { ...(await profileOf()), formerSince: { 'old@example.org': '2020-01-01T00:00:00.000Z' } };
    const sealed = sealWithRing(core.ring, Buffer.from(JSON.stringify(aged)), `subject:${subjectId}:profile`);
    await test.database.transaction(
      (tx) => tx.run`UPDATE subjects SET profile_sealed = ${sealed} WHERE id = ${subjectId}`,
    );
    await delivery().send(caseId, 'recovery_started');
    expect(mail.taken.map((one) => one.to)).toEqual(['new@example.org']);
    await put('newest@example.org');
    expect((await profileOf())?.formerEmails).toEqual(['new@example.org']);
  });

  it('has one stop link however often it is tried, also across a rotation of keys (T117)', async () => {
    const first = KeyRing.generate('k1').keys;
    const before = buildCore(test.database, { ring: new KeyRing({ keys: first }) });
    const after = buildCore(test.database, { ring: new KeyRing({ keys: [...first, ...KeyRing.generate('k2').keys] }) });
    const { id: subjectId } = await addPerson(before, { emails: ['ana@example.org'] });
    const { id: caseId } = await openCase(before, { policy, subjectId });
    const tried: Mail[] = [];
    mail.refusing = (one) => tried.push(one) > 0;
    for (const stage of [before, before, after])
      await delivery(stage)
        .send(caseId, 'recovery_started')
        .catch(() => undefined);
    const tokens = tried.map((one) => /\/notices\/([\w-]{43})/.exec(one.text)?.[1] ?? '');
    expect([tokens.length, new Set(tokens).size]).toEqual([3, 1]);
    expect(await codeOf(after.repudiation.repudiate(tokens[0] ?? ''))).toBe('done');
  });

  it('for an account without addresses is written down as nobody’s, once', async () => {
    const { caseId } = await newCase([]);
    for (let run = 0; run < 2; run += 1) await delivery().send(caseId, 'recovery_started');
    expect(await noticesOf(caseId)).toEqual([{ sentAt: null, tries: MAX_NOTICE_TRIES, kind: 'recovery_started' }]);
  });

  it('is owed before it is sent: rows stand when the process dies while sending', async () => {
    const { caseId } = await newCase();
    mail.refusing = () => true;
    await delivery()
      .send(caseId, 'recovery_completed')
      .catch(() => undefined);
    expect((await noticesOf(caseId)).map((notice) => notice.sentAt)).toEqual([null, null]);
  });

  it('is told once across a rotation of keys (T117)', async () => {
    const first = KeyRing.generate('k1').keys;
    const before = buildCore(test.database, { ring: new KeyRing({ keys: first }) });
    const after = buildCore(test.database, { ring: new KeyRing({ keys: [...first, ...KeyRing.generate('k2').keys] }) });
    const { id: subjectId } = await addPerson(before, { emails: EMAILS });
    const { id: caseId } = await openCase(before, { policy, subjectId });
    mail.refusing = ({ to }) => to === EMAILS[0];
    await delivery(before)
      .send(caseId, 'recovery_started')
      .catch(() => undefined);
    mail.refusing = () => false;
    await delivery(after).send(caseId, 'recovery_started');
    await delivery(after).send(caseId, 'recovery_started');
    expect(mail.taken.map((one) => one.to).sort()).toEqual([...EMAILS].sort());
    expect(await noticesOf(caseId)).toHaveLength(2);
  });

  it('has one row per address when two processes whose active keys differ owe it at once (F38, T117)', async () => {
    const [old, fresh] = ['k1', 'k2'].map((id) => ({ ...KeyRing.generate(id).keys[0] }));
    const told = buildCore(test.database, { ring: new KeyRing({ keys: [old, { ...fresh, retired: true }] }) });
    const rotated = buildCore(test.database, { ring: new KeyRing({ keys: [{ ...old, retired: true }, fresh] }) });
    const { id: subjectId } = await addPerson(told, { emails: EMAILS });
    const { id: caseId } = await openCase(told, { policy, subjectId });
    await test.asOwner("UPDATE recovery_cases SET state = 'held' WHERE id = $1", [caseId]);
    const attempts = Array.from({ length: 10 }, (_, index) => index + 1);
    for (const attempt of attempts)
      await Promise.all(
        [told, rotated, told, rotated].map((stage) => delivery(stage).send(caseId, 'recovery_held', attempt)),
      );
    expect(await noticesOf(caseId)).toHaveLength(attempts.length * EMAILS.length);
  });

  it('is not logged with its address or its text', async () => {
    const { caseId } = await newCase();
    mail.refusing = () => true;
    await delivery()
      .send(caseId, 'recovery_started')
      .catch(() => undefined);
    expect(core.logLines.join('')).not.toMatch(/example\.org|example\.com|\/notices\//);
    const rows = await test.database.read(
      (tx) => tx.many<{ text: string }>`SELECT row_to_json(n)::text AS text FROM notices n`,
    );
    expect(JSON.stringify(rows)).not.toContain('@');
  });

  it.each(TOLD_KINDS)('%s has one link, and it can only stop (T58)', (kind) => {
    const pageUrl = 'https://recover.example.org/notices/secret';
    const { text, subject } = noticeText(mailFrame(core.config), kind, {
      reference: 'REC-1',
      at: new Date(0),
      pageUrl,
    });
    expect(text.match(/https?:\/\/\S+/g)).toEqual([pageUrl]);
    expect(text).not.toMatch(/approve|confirm|yes, (it|this) was me/i);
    expect(subject).not.toMatch(/[\r\n]/);
  });
});

describe('the words of a profile', () => {
  it('stand in its notices and link mails, and in no other profile’s', async () => {
    const copy = { en: { organisationName: 'Board Office', helpDesk: 'the board desk' } };
    const own = await addPolicy(core, { priority: 9, include: ['board'], copy });
    const { id: subjectId } = await addPerson(core, { emails: ['chair@example.org'], groups: ['board'] });
    const { id: caseId } = await openCase(core, { policy: own, subjectId });
    await delivery().send(caseId, 'recovery_started');
    await linkProcessor(core, mail).process(jobOf({ caseId }));
    expect(mail.taken).toHaveLength(2);
    for (const { subject, text } of mail.taken) {
      expect(subject).toMatch(/^Board Office: /);
      expect(text).toContain('the board desk');
    }
    mail = new RecordingMail();
    await delivery().send((await newCase()).caseId, 'recovery_started');
    expect(mail.taken.map(({ text }) => text).join()).not.toContain('board desk');
  });
});

describe('the link mail', () => {
  const deliver = (caseId: string, mailId?: string): Promise<void> =>
    linkProcessor(core, mail).process(jobOf({ caseId, ...(mailId && { mailId }) }));
  /** The mail that is owed once somebody asked for a link anew. */
  const askedFor = async (caseId: string): Promise<string> => {
    const { id } = await test.database.transaction(async (tx) => {
      await oweMail(tx, 'link.requested', { caseId, attempt: 1 });
      return tx.one<{ id: string }>`SELECT id::text FROM owed_mails WHERE case_id = ${caseId}`;
    });
    return id;
  };
  const linkIn = (one: Mail | undefined): string => /\/r\/([\w-]{43})/.exec(one?.text ?? '')?.[1] ?? '';

  it('goes to the first address on file, and the last one sent is the one that works', async () => {
    const { caseId } = await newCase();
    await deliver(caseId);
    await deliver(caseId, await askedFor(caseId));
    expect(mail.taken.map((one) => one.to)).toEqual([EMAILS[0], EMAILS[0]]);
    expect([
      await codeOf(core.entry.start(linkIn(mail.taken[0]), new BrowserStub().exchange)),
      await codeOf(core.entry.start(linkIn(mail.taken[1]), new BrowserStub().exchange)),
    ]).toEqual(['link_not_usable', 'done']);
  });

  it('is not sent for a closed, relayed or unknown case', async () => {
    const { caseId } = await newCase();
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    const { id: subjectId } = await addPerson(core);
    const relayed = await openCase(core, { policy, subjectId, channel: 'relay' });
    for (const id of [caseId, relayed.id, 'rc_unknown']) await deliver(id);
    expect(mail.taken).toEqual([]);
  });

  it('that could not be handed over fails the job, which says nothing personal', async () => {
    const { caseId } = await newCase();
    mail.refusing = () => true;
    const error = await deliver(caseId).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).toBe('Error');
  });

  it('never goes to an address that was added during the last week, wherever it stands in the list (T48)', async () => {
    const { caseId, subjectId } = await newCase(['settled@example.org']);
    const profile = {
      login: `added.${subjectId.slice(-6)}`,
      displayName: 'T',
      givenName: 'T',
      familyName: 'P',
      emails: ['attacker@example.com', 'settled@example.org'],
      phones: [],
      formerEmails: [],
    };
    await test.database.transaction((tx) =>
      core.subjects.put(tx, { id: subjectId, input: { profile, groups: [], privileged: false, status: 'active' } }),
    );
    await deliver(caseId);
    expect(mail.taken.map((one) => one.to)).toEqual(['settled@example.org']);
  });
});

describe('“this was not me” (T58, T107)', () => {
  const tokenOf = async (caseId: string): Promise<string> => {
    await delivery().send(caseId, 'recovery_started');
    return /\/notices\/([\w-]{43})/.exec(mail.taken.at(-1)?.text ?? '')?.[1] ?? '';
  };
  const repudiate = (token: string): Promise<string> => codeOf(core.repudiation.repudiate(token));
  const rowOf = (caseId: string): Promise<{ state: string; stateReason: string | null }> =>
    test.database.read(
      (tx) =>
        tx.one<{
          state: string;
          stateReason: string | null;
        }>`SELECT state, state_reason FROM recovery_cases WHERE id = ${caseId}`,
    );

  it('stops a living case', async () => {
    const { caseId } = await newCase();
    expect(await repudiate(await tokenOf(caseId))).toBe('done');
    expect(await rowOf(caseId)).toEqual({ state: 'cancelled', stateReason: 'repudiated' });
  });

  it('stops an approved one, and its token with it', async () => {
    const { caseId } = await seedApprovedCase(test.database, core.ring);
    await repudiate(await tokenOf(caseId));
    expect(await rowOf(caseId)).toMatchObject({ state: 'cancelled' });
  });

  it('never reopens or approves: a closed case stays as it ended', async () => {
    const { caseId } = await newCase();
    const token = await tokenOf(caseId);
    await test.database.transaction(async (tx) => {
      await tx.run`UPDATE recovery_cases SET state = 'adjudicating' WHERE id = ${caseId}`;
      await core.cases.transition(tx, { caseId, name: 'deny', actor: SYSTEM });
    });
    expect(await repudiate(token)).toBe('done');
    expect(await rowOf(caseId)).toMatchObject({ state: 'denied' });
  });

  it('needs a token that lives', async () => {
    const { caseId } = await newCase();
    const token = await tokenOf(caseId);
    for (const bad of [newSecret(), '', `${token}=`, token.slice(1)]) expect(await repudiate(bad)).toBe('not_found');
    await test.database.transaction(
      (tx) => tx.run`UPDATE notices SET token_expires_at = clock_timestamp() WHERE case_id = ${caseId}`,
    );
    expect(await repudiate(token)).toBe('not_found');
    expect(await rowOf(caseId)).toMatchObject({ state: 'link_sent' });
  });
});

describe('of an erased case (I8)', () => {
  const age = async (caseId: string, interval: string): Promise<void> => {
    await test.asOwner(`UPDATE case_keys SET shredded_at = shredded_at - interval '${interval}' WHERE case_id = $1`, [
      caseId,
    ]);
    await test.asOwner(`UPDATE notices SET created_at = created_at - interval '${interval}' WHERE case_id = $1`, [
      caseId,
    ]);
  };
  const forget = (): Promise<number> => test.database.transaction(forgetToldAddresses);
  const erasedCase = async (): Promise<string> => {
    const { caseId } = await newCase();
    await delivery().send(caseId, 'recovery_started');
    await test.database.transaction((tx) => core.keys.shred(tx, caseId));
    return caseId;
  };
  /** Those of the addresses that a table still has something to say of. */
  const toldOf = async (caseId: string): Promise<string[]> => {
    const rows = await test.database.read(
      (tx) => tx.many<{ digest: Buffer }>`SELECT address_digest AS digest FROM notices WHERE case_id = ${caseId}`,
    );
    return EMAILS.filter((to) => rows.some(({ digest }) => core.ring.matches('lookup', `address:${to}`, digest)));
  };

  it('nothing says any more whom it was told to, once nothing tells it again; that it was told stays', async () => {
    const caseId = await erasedCase();
    await age(caseId, '2 days 23 hours');
    await forget();
    expect(await toldOf(caseId)).toEqual(EMAILS);
    mail = new RecordingMail();
    await delivery().send(caseId, 'recovery_started');
    expect(mail.taken).toEqual([]);
    await age(caseId, '2 hours');
    expect(await forget()).toBe(1);
    expect(await toldOf(caseId)).toEqual([]);
    expect(await noticesOf(caseId)).toEqual(EMAILS.map(() => expect.objectContaining({ sentAt: expect.any(Date) })));
    expect(await forget()).toBe(0);
  });

  it('a notice of later is forgotten in its turn, and keeps the others remembered meanwhile', async () => {
    const caseId = await erasedCase();
    await age(caseId, '4 days');
    await forget();
    await delivery().send(caseId, 'passkey_frozen');
    await forget();
    expect(await toldOf(caseId)).toEqual(EMAILS);
    await age(caseId, '4 days');
    await forget();
    expect(await toldOf(caseId)).toEqual([]);
  });

  it('nothing is forgotten of one that still has its key', async () => {
    const { caseId } = await newCase();
    await delivery().send(caseId, 'recovery_started');
    await age(caseId, '30 days');
    await forget();
    expect(await toldOf(caseId)).toEqual(EMAILS);
  });
});
