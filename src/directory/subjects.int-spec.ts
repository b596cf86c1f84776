import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf } from '../../test/model/browser-stub.js';
import { buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { newId } from '../platform/ids/ids.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import type { Subject } from './subject.js';
import { recoveryEmails as emailsForRecovery } from './account-addresses.js';
import { auditDataOf } from './account-changes.js';
import { idsByEmail } from './subject-emails.js';

const first = KeyRing.generate('k1').keys;
let test: TestDatabase;
let core: Core;
let rotated: Core;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database, { ring: new KeyRing({ keys: first }) });
  rotated = buildCore(test.database, { ring: new KeyRing({ keys: [...first, ...KeyRing.generate('k2').keys] }) });
});
afterAll(() => test.close());

const freshLogin = (): string => `person.${randomBytes(5).toString('hex')}`;
async function put(
  id: string,
  change: { login: string; emails?: string[]; phones?: string[]; employeeId?: string },
  of = core,
): Promise<Subject> {
  const profile = {
    displayName: 'Canary Name',
    givenName: 'Canary',
    familyName: 'Name',
    birthDate: '1980-01-02',
    emails: ['canary@example.org'],
    phones: [],
    formerEmails: [],
    ...change,
  };
  return (
    await test.database.transaction((tx) =>
      of.subjects.put(tx, { id, input: { profile, groups: ['staff'], privileged: false, status: 'active' } }),
    )
  ).subject;
}
const newSubjectId = (): string => newId('sub', new Date());
const byLogin = (login: string, of: Core = core): Promise<string | undefined> =>
  test.database.read(async (tx) => (await of.subjects.findByLogin(tx, login))?.id);
const recoveryEmails = (subject: Subject): Promise<string[]> =>
  test.database.read(async (tx) => emailsForRecovery((await core.subjects.find(tx, subject.id)) ?? subject));
const weekLater = (id: string): Promise<number> =>
  test.database.transaction(
    (tx) =>
      tx.run`UPDATE subjects SET contacts_changed_at = contacts_changed_at - interval '7 days 1 second' WHERE id = ${id}`,
  );

describe('an account', () => {
  it('is stored without a word about the person', async () => {
    await put(newSubjectId(), { login: 'canary.login', phones: ['+44 7700 900042'], employeeId: 'canary-7' });
    const rows = await test.database.read(
      (tx) =>
        tx.many<{
          text: string;
        }>`SELECT row_to_json(s)::text || encode(profile_sealed, 'escape') AS text FROM subjects s`,
    );
    expect(JSON.stringify(rows)).not.toMatch(/canary|1980-01-02|7700 ?900042/i);
  });

  it('does not open in another account’s row', async () => {
    const [a, b] = [
      await put(newSubjectId(), { login: freshLogin() }),
      await put(newSubjectId(), { login: freshLogin() }),
    ];
    await test.database.transaction(
      (tx) =>
        tx.run`UPDATE subjects SET profile_sealed = (SELECT profile_sealed FROM subjects WHERE id = ${a.id}) WHERE id = ${b.id}`,
    );
    await expect(test.database.read((tx) => core.subjects.find(tx, b.id))).rejects.toThrow(SealBrokenError);
  });

  it('is found by every address on file, to the letter and under each key, and by none that it had before', async () => {
    const [box, login] = [`box.${randomBytes(4).toString('hex')}@example.org`, freshLogin()];
    const byEmail = (email: string, of: Core = core): Promise<string[]> =>
      test.database.read((tx) => idsByEmail(tx, of.ring, email));
    const { id } = await put(newSubjectId(), { login, emails: [`first.${box}`, box] });
    const { id: sharing } = await put(newSubjectId(), { login: freshLogin(), emails: [box.toUpperCase()] }, rotated);
    expect(await byEmail(`First.${box}`)).toEqual([id]);
    expect(await byEmail(box, rotated)).toEqual([id, sharing].sort());
    for (const other of [box.slice(1), `x${box}`, box.replace('@', '+tag@'), ''])
      expect(await byEmail(other)).toEqual([]);
    await put(id, { login, emails: [`first.${box}`] });
    expect([await byEmail(box, rotated), await byEmail(`first.${box}`)]).toEqual([[sharing], [id]]);
    const rows = await test.database.read(
      (tx) => tx.many<{ text: string }>`SELECT subject_emails::text AS text FROM subject_emails`,
    );
    expect(rows.map(({ text }) => text).join()).not.toContain(Buffer.from('example.org').toString('hex'));
  });

  it('is found by its login in any case and width, and by nothing that merely looks like it (T6)', async () => {
    const login = `irene.${randomBytes(3).toString('hex')}`;
    const { id } = await put(newSubjectId(), { login });
    for (const same of [login.toUpperCase(), ` ${login} `, login.replace('i', 'ｉ')])
      expect(await byLogin(same)).toBe(id);
    for (const other of [
      login.replace('i', 'ı'),
      login.replace('e', 'е'),
      `${login}\u200b`,
      `${login}+x`,
      `${login}.`,
      login.slice(1),
      '',
      '%',
      `${login}\u0000`,
    ])
      expect(await byLogin(other)).toBeUndefined();
  });

  it('says in the audit trail what a change made of it, and of what', async () => {
    const id = newSubjectId();
    const replace = async (login: string, privileged: boolean): Promise<unknown> => {
      const names = { login, displayName: 'Canary Name', givenName: 'Canary', familyName: 'Name' };
      const profile = { ...names, emails: [], phones: [], formerEmails: [] };
      const input = { profile, groups: ['staff'], privileged, status: 'active' as const };
      return auditDataOf(await test.database.transaction((tx) => core.subjects.put(tx, { id, input })));
    };
    const created = { version: 1, contactsChanged: false, privileged: true, status: 'active', groups: ['staff'] };
    expect(await replace(`audited.${id.slice(-6)}`, true)).toEqual(created);
    const unchanged = { identityChanged: false, loginChanged: false, employeeIdChanged: false };
    const same = { ...unchanged, privilegedBefore: true, statusBefore: 'active' };
    expect(await replace(`AUDITED.${id.slice(-6)}`, false)).toEqual({
      ...created,
      ...same,
      version: 2,
      privileged: false,
    });
    expect(await replace(`renamed.${id.slice(-6)}`, true)).toMatchObject({
      loginChanged: true,
      privilegedBefore: false,
    });
  });

  it('shows nothing personal when it is printed', async () => {
    const subject = await put(newSubjectId(), { login: freshLogin() });
    expect(`${JSON.stringify(subject)} ${String(subject.profile)}`).not.toMatch(/canary/i);
  });

  it.each(['login', 'employeeId'])('has a %s of its own, across a rotation of keys too (T117)', async (member) => {
    const value = freshLogin();
    const entry = (login: string): { login: string; employeeId?: string } =>
      member === 'login' ? { login: value } : { login, employeeId: value };
    const { id } = await put(newSubjectId(), entry(freshLogin()));
    const taken = { code: 'identifier_taken', options: { errors: [{ pointer: `/${member}`, code: 'taken' }] } };
    await expect(put(newSubjectId(), entry(freshLogin()))).rejects.toMatchObject(taken);
    await expect(put(newSubjectId(), entry(freshLogin()), rotated)).rejects.toMatchObject(taken);
    expect(await codeOf(put(id, entry(freshLogin()), rotated))).toBe('done');
    if (member === 'login') expect(await byLogin(value, rotated)).toBe(id);
  });

  it('of a login that two requests want at once goes to one of them', async () => {
    const login = freshLogin();
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => put(newSubjectId(), { login })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a change of addresses (T48)', () => {
  const ID = (): Promise<Subject> =>
    put(newSubjectId(), { login: freshLogin(), emails: ['one@example.org', 'two@example.org'] });
  const change = async (subject: Subject, emails: string[]): Promise<Subject> =>
    put(subject.id, { login: subject.profile.reveal().login, emails });

  it('keeps added addresses out of recovery for a week, wherever they stand', async () => {
    const subject = await ID();
    await change(subject, ['thief@example.com', 'one@example.org', 'two@example.org']);
    expect(await recoveryEmails(subject)).toEqual(['one@example.org', 'two@example.org']);
    await weekLater(subject.id);
    expect(await recoveryEmails(subject)).toEqual(['thief@example.com', 'one@example.org', 'two@example.org']);
  });

  it('leaves no address when all were replaced, and the old ones are never written to', async () => {
    const subject = await ID();
    const changed = await change(subject, ['thief@example.com']);
    expect(await recoveryEmails(subject)).toEqual([]);
    expect(changed.profile.reveal().formerEmails).toEqual(['one@example.org', 'two@example.org']);
    await weekLater(subject.id);
    expect(await recoveryEmails(subject)).toEqual(['thief@example.com']);
  });

  it('is not shortened by a second change: what was added yesterday still waits', async () => {
    const subject = await ID();
    await change(subject, ['thief@example.com', 'one@example.org']);
    await change(subject, ['thief@example.com', 'one@example.org', 'three@example.org']);
    expect(await recoveryEmails(subject)).toEqual(['one@example.org']);
    await change(subject, ['thief@example.com', 'one@example.org', 'three@example.org']);
    expect(await recoveryEmails(subject)).toEqual(['one@example.org']);
  });

  it('to nothing new cools nothing', async () => {
    const subject = await ID();
    const same = await change(subject, ['two@example.org', 'one@example.org']);
    expect([same.contactsChangedAt, await recoveryEmails(subject)]).toEqual([
      null,
      ['two@example.org', 'one@example.org'],
    ]);
    await change(subject, ['one@example.org']);
    expect(await recoveryEmails(subject)).toEqual(['one@example.org']);
  });
});

describe('a proofing record', () => {
  const record = () => ({
    level: 'IAL2',
    evidenceKinds: ['identity_card'],
    proofedAt: new Date('2025-01-01'),
    attributes: { documentNumber: 'CANARY123' },
  });
  const store = async (subjectId: string, jpeg?: Uint8Array): Promise<string | undefined> => {
    const portrait = jpeg && (await core.portraits.store(subjectId, jpeg));
    const put = await test.database.transaction((tx) => core.records.put(tx, { subjectId, input: record(), portrait }));
    return put?.portrait;
  };

  it('keeps attributes and portrait sealed; the portrait under a key of its own', async () => {
    const { id } = await put(newSubjectId(), { login: freshLogin() });
    const portrait = Buffer.from('canary portrait bytes');
    await store(id, portrait);
    const portraits = [...core.objects.objects.entries()];
    expect(portraits.some(([key, bytes]) => key.includes(id) || Buffer.from(bytes).includes('canary'))).toBe(false);
    const rows = await test.database.read(
      (tx) =>
        tx.many<{
          text: string;
        }>`SELECT row_to_json(p)::text || encode(attributes_sealed || portrait_key_sealed, 'escape') AS text FROM proofing_records p`,
    );
    expect(JSON.stringify(rows)).not.toMatch(/CANARY/i);
    const read = await core.portraits.read(id);
    expect(Buffer.from(read?.reveal() ?? [])).toEqual(portrait);
  });

  it('names the portrait it replaces, which can then go', async () => {
    const { id } = await put(newSubjectId(), { login: freshLogin() });
    expect(await store(id, Buffer.from('first face'))).toBeUndefined();
    const replaced = (await store(id, Buffer.from('second face'))) ?? '';
    expect(core.objects.objects.has(replaced)).toBe(true);
    await core.portraits.delete(replaced);
    expect(core.objects.objects.has(replaced)).toBe(false);
    const read = await core.portraits.read(id);
    expect(Buffer.from(read?.reveal() ?? []).toString()).toBe('second face');
    expect(await store(id)).toMatch(/^portraits\//);
  });

  it('is known again when a client that was not answered sends it once more', async () => {
    const { id } = await put(newSubjectId(), { login: freshLogin() });
    const held = async (input: ReturnType<typeof record>, jpeg?: Uint8Array): Promise<boolean> => {
      const compared = jpeg && (await core.portraits.compare(id, jpeg));
      const portrait = compared?.same ? 'kept' : jpeg && (await core.portraits.store(id, jpeg));
      const undone = new Error('undone');
      let put: unknown;
      const putAndUndo = test.database.transaction(async (tx) => {
        put = await core.records.put(tx, { subjectId: id, input, portrait });
        throw undone;
      });
      await expect(putAndUndo).rejects.toBe(undone);
      return put === undefined;
    };
    expect(await held(record())).toBe(false);
    await store(id);
    expect(await held(record())).toBe(true);
    expect(await held({ ...record(), level: 'IAL1' })).toBe(false);
    expect(await held({ ...record(), proofedAt: new Date('2025-01-02') })).toBe(false);
    expect(await held({ ...record(), attributes: { documentNumber: 'CANARY124' } })).toBe(false);
    expect(await held(record(), Buffer.from('a face'))).toBe(false);
    await store(id, Buffer.from('a face'));
    expect(await held(record(), Buffer.from('a face'))).toBe(true);
    expect(await held({ ...record(), level: 'IAL1' }, Buffer.from('a face'))).toBe(false);
    expect(await held(record(), Buffer.from('another'))).toBe(false);
    expect(await held(record())).toBe(false);
    core.objects.objects.clear();
    expect(await held(record(), Buffer.from('a face'))).toBe(false);
  });

  it('does not open another account’s portrait', async () => {
    const [a, b] = [
      await put(newSubjectId(), { login: freshLogin() }),
      await put(newSubjectId(), { login: freshLogin() }),
    ];
    await store(a.id, Buffer.from('face of a'));
    await store(b.id, Buffer.from('face of b'));
    await test.database.transaction(
      (tx) => tx.run`UPDATE proofing_records SET (portrait_object_key, portrait_key_sealed) =
      (SELECT portrait_object_key, portrait_key_sealed FROM proofing_records WHERE subject_id = ${a.id}) WHERE subject_id = ${b.id}`,
    );
    await expect(core.portraits.read(b.id)).rejects.toThrow(SealBrokenError);
  });

  it('without a portrait has none', async () => {
    const { id } = await put(newSubjectId(), { login: freshLogin() });
    await store(id);
    expect(await core.portraits.read(id)).toBeUndefined();
    expect(await test.database.read((tx) => core.records.find(tx, id))).toMatchObject({
      hasPortrait: false,
      level: 'IAL2',
    });
  });

  it('cannot be stored while the object store is away, and nothing of it stays', async () => {
    const { id } = await put(newSubjectId(), { login: freshLogin() });
    core.objects.down = true;
    await expect(store(id, Buffer.from('x'))).rejects.toMatchObject({ name: 'ObjectStoreUnavailableError' });
    core.objects.down = false;
    expect(await test.database.read((tx) => core.records.find(tx, id))).toBeUndefined();
  });

  it('of nobody is none', async () => {
    expect(await test.database.read((tx) => core.records.find(tx, 'sub_unknown'))).toBeUndefined();
  });
});
