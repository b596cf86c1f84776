import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addPerson, buildCore, type Core } from '../../test/model/core-stage.js';
import { AdjudicationStage, ANA } from '../../test/support/adjudication-stage.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { sealWithRing } from '../platform/crypto/sealing.js';
import { newId } from '../platform/ids/ids.js';
import type { ImageSanitiser } from '../platform/pictures/image-sanitiser.js';
import type { Request } from '../platform/http/request-context.js';
import { addressesToTell, recoveryEmails } from './account-addresses.js';
import { PortraitLooks, ReferencePortraits } from './reference-portraits.js';
import { AccountChanges } from './account-changes.js';
import { AccountWalk } from './account-walk.js';
import { isOwnAccount } from './own-account.js';
import { profileContext } from './sealed-account.js';
import { SubjectBody } from './subject.schemas.js';
import { SubjectsController } from './subjects.controller.js';

let test: TestDatabase;
let core: Core;
let controller: SubjectsController;
let changes: AccountChanges;
const looks = new PortraitLooks();
const sanitiser = {
  sanitise: async (bytes: Uint8Array) => ({ jpeg: Uint8Array.of(...bytes, 0) }),
  close: async () => undefined,
} as unknown as ImageSanitiser;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  const { subjects, records, portraits, logger } = core;
  changes = new AccountChanges(test.database, subjects, records, portraits, logger);
  const references = new ReferencePortraits(looks, sanitiser);
  controller = new SubjectsController(test.database, subjects, references, portraits, changes);
});
afterAll(() => test.close());

const principal = { kind: 'person' as const, id: 'prue.provisioner', scopes: new Set<string>() };
const byProvisioner = { principal } as unknown as Request;
/** A form as the server reads it. */
const withRecord = (record: unknown, portrait?: string): Request =>
  ({
    principal,
    headers: {},
    isMultipart: () => true,
    parts: async function* () {
      yield { fieldname: 'record', file: Readable.from([Buffer.from(JSON.stringify(record))]) };
      if (portrait !== undefined) yield { fieldname: 'portrait', file: Readable.from([Buffer.from(portrait)]) };
    },
  }) as unknown as Request;
const RECORD = {
  level: 'IAL2',
  evidenceKinds: ['passport'],
  proofedAt: '2025-01-01T00:00:00Z',
  attributes: { givenName: 'Thea', familyName: 'Thief' },
};

const toldOf = (subjectId: string): Promise<string[]> =>
  test.database.read(async (tx) => {
    const rows = await tx.many<{ event: string }>`SELECT event FROM outbox
      WHERE payload->>'subjectId' = ${subjectId} ORDER BY id`;
    return rows.map(({ event }) => event);
  });
const trailOf = (subjectId: string) =>
  test.database.read(
    (tx) => tx.many<{ type: string; data: Record<string, unknown> }>`SELECT type, data FROM audit_events
      WHERE chain_id = ${`subject:${subjectId}`} ORDER BY seq`,
  );

describe('a proofing record (T48)', () => {
  it('T48: is told of when it is an account’s first, when it changes, and not when it is sent again', async () => {
    const { id } = await addPerson(core);
    await controller.putProofingRecord(id, withRecord(RECORD));
    expect(await toldOf(id)).toEqual(['subject.record_added']);
    await controller.putProofingRecord(id, withRecord(RECORD));
    expect(await toldOf(id)).toHaveLength(1);
    await controller.putProofingRecord(id, withRecord({ ...RECORD, level: 'IAL1' }));
    expect(await toldOf(id)).toEqual(['subject.record_added', 'subject.record_changed']);
  });

  it('is taken again with the portrait it has, also where new looks would refuse it, and with no other', async () => {
    const { id } = await addPerson(core);
    await controller.putProofingRecord(id, withRecord(RECORD, 'face'));
    looks.look = async () => ['face_too_small'];
    await controller.putProofingRecord(id, withRecord(RECORD, 'face'));
    expect(await toldOf(id)).toEqual(['subject.record_added']);
    await controller.putProofingRecord(id, withRecord({ ...RECORD, level: 'IAL1' }, 'face'));
    expect(await toldOf(id)).toEqual(['subject.record_added', 'subject.record_changed']);
    const { id: other } = await addPerson(core);
    for (const [account, portrait] of [
      [id, 'another face'],
      [other, 'face'],
    ] as const)
      await expect(controller.putProofingRecord(account, withRecord(RECORD, portrait))).rejects.toMatchObject({
        code: 'picture_refused',
      });
    looks.look = async () => [];
  });
});

it('a portrait that is sent again is fetched once to be compared', async () => {
  const { id } = await addPerson(core);
  await controller.putProofingRecord(id, withRecord(RECORD, 'face'));
  const get = jest.spyOn(core.objects, 'get');
  await controller.putProofingRecord(id, withRecord(RECORD, 'face'));
  expect(get).toHaveBeenCalledTimes(1);
  get.mockRestore();
});

/** An object store that answers nobody until it is let go. */
function stalled(method: 'get' | 'put'): { asked: () => number; goOn: () => void } {
  let goOn = (): void => undefined;
  const until = new Promise<void>((resolve) => (goOn = resolve));
  const answer = core.objects[method].bind(core.objects) as (...given: unknown[]) => Promise<never>;
  let asked = 0;
  jest.spyOn(core.objects, method).mockImplementation(async (...given: unknown[]) => {
    asked += 1;
    await until;
    return answer(...given);
  });
  return { asked: () => asked, goOn };
}

describe('a portrait, while the object store is slow (F23)', () => {
  afterEach(() => void jest.restoreAllMocks());
  const portraitsOf = (id: string) =>
    test.database.read(
      (tx) => tx.one<{ key: string }>`SELECT portrait_object_key AS key FROM proofing_records WHERE subject_id = ${id}`,
    );

  const replace = (subjectId: string, face: string): Promise<string> =>
    changes.replaceRecord(
      {
        subjectId,
        input: { ...RECORD, proofedAt: new Date(RECORD.proofedAt) },
        portrait: Buffer.from(face),
        actor: principal,
      },
      async (_tx, subject) => subject.id,
    );

  it.each(['put', 'get'] as const)('holds neither a connection nor the account: %s', async (method) => {
    const { id } = await addPerson(core);
    await replace(id, 'face');
    const store = stalled(method);
    const others = Array.from({ length: 12 }, () => addPerson(core));
    const accounts = [id, ...(await Promise.all(others)).map((person) => person.id)];
    const sent = method === 'put' ? accounts : [id];
    const works = Promise.all(sent.map((one) => replace(one, 'a new face')));
    const rested = async (): Promise<void> => {
      await eventually('all wait for the store', async () => store.asked() === sent.length, { timeoutMs: 3_000 });
      await eventually('no connection is held', async () => test.database.pool.inUse === 0, { timeoutMs: 3_000 });
      await test.database.transaction(
        (tx) => tx.one`SELECT id FROM subjects WHERE id = ANY(${accounts}) ORDER BY id FOR UPDATE NOWAIT`,
      );
    };
    await rested().finally(store.goOn);
    await works;
    for (const one of sent) expect(core.objects.objects.has((await portraitsOf(one)).key)).toBe(true);
  });

  it('is compared again when another was put meanwhile: of the same one sent at once, one is a change', async () => {
    const { id } = await addPerson(core);
    await controller.putProofingRecord(id, withRecord(RECORD, 'face'));
    const store = stalled('put');
    const works = Promise.all([1, 2, 3].map(() => controller.putProofingRecord(id, withRecord(RECORD, 'a new face'))));
    await eventually('all of them wait for the store', async () => store.asked() === 3, { timeoutMs: 3_000 });
    store.goOn();
    await works;
    expect(await toldOf(id)).toEqual(['subject.record_added', 'subject.record_changed']);
    const sent = Uint8Array.of(...Buffer.from('a new face'), 0);
    expect(await core.portraits.compare(id, sent)).toMatchObject({ same: true });
  });

  it('stays where it is when other words come with it', async () => {
    const { id } = await addPerson(core);
    await controller.putProofingRecord(id, withRecord(RECORD, 'face'));
    const before = await portraitsOf(id);
    await controller.putProofingRecord(id, withRecord({ ...RECORD, level: 'IAL1' }, 'face'));
    expect(await portraitsOf(id)).toEqual(before);
    await controller.putProofingRecord(id, withRecord(RECORD, 'another face'));
    expect(await portraitsOf(id)).not.toEqual(before);
    expect(core.objects.objects.has(before.key)).toBe(false);
    await expect(controller.putProofingRecord('sub_unknown', withRecord(RECORD, 'face'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

type Changes = Partial<ReturnType<typeof SubjectBody.parse>>;
const HER = { givenName: 'Ana', familyName: 'Canary', birthDate: '1980-01-02' };
let login = '';
const put = (id: string, changes: Changes = {}) =>
  controller.put(id, SubjectBody.parse({ login, ...HER, emails: [`${login}@example.org`], ...changes }), byProvisioner);
async function created(): Promise<string> {
  const { id, login: made } = await addPerson(core);
  login = made;
  await put(id);
  await test.asOwner('UPDATE subjects SET identity_changed_at = NULL WHERE id = $1', [id]);
  return id;
}
const coolingOff = (id: string) =>
  test.database.read(async (tx) => (await core.subjects.find(tx, id))?.identityCoolingOff);

/** As a row looks that somebody altered, or whose key has left the ring. */
const broken = (column: string): string =>
  `${column} = set_byte(${column}, length(${column}) - 1, 255 - get_byte(${column}, length(${column}) - 1))`;

const profileOf = (id: string) =>
  test.database.read(async (tx) => (await core.subjects.find(tx, id))?.profile.reveal());
const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => error,
  );
const notBorn = (pointer: string) => ({ code: 'invalid_request', options: { errors: [{ pointer, code: 'custom' }] } });

describe('what an account may hold', () => {
  it('is no login that another has, also where both come at once: one has it, all others hear whose fault it is', async () => {
    login = `wanted.${randomBytes(5).toString('hex')}`;
    const ids = Array.from({ length: 5 }, () => newId('sub', new Date()));
    const outcomes = await Promise.all(ids.map((id) => refusalOf(put(id))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    for (const refused of outcomes.filter((outcome) => outcome !== 'done'))
      expect(refused).toMatchObject({ code: 'identifier_taken', options: { errors: [{ pointer: '/login' }] } });
  });

  it('is no birth date that has not come yet anywhere, in its record neither', async () => {
    const id = await created();
    const [inTwoDays, today] = [2, 0].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    );
    expect(await refusalOf(put(id, { birthDate: inTwoDays }))).toMatchObject(notBorn('/birthDate'));
    expect((await profileOf(id))?.birthDate).toBe(HER.birthDate);
    expect(await refusalOf(put(id, { birthDate: today }))).toBe('done');
    const proofed = (birthDate: string) =>
      refusalOf(controller.putProofingRecord(id, withRecord({ ...RECORD, attributes: { birthDate } })));
    expect(await proofed('2999-00-00')).toMatchObject(notBorn('/attributes/birthDate'));
    expect(await proofed(`${today?.slice(0, 4)}-00-00`)).toBe('done');
  });

  it('is each address once, in the spelling that came first', async () => {
    const id = await created();
    await put(id, { emails: ['Ana@Example.org', 'other@example.org', 'ana@example.org', 'other@example.org'] });
    expect((await profileOf(id))?.emails).toEqual(['Ana@Example.org', 'other@example.org']);
  });
});

describe('what cannot be opened any more (T48)', () => {
  it('T48: an account is mended by writing it anew, and is another in everything', async () => {
    const id = await created();
    await test.asOwner(`UPDATE subjects SET ${broken('profile_sealed')}, account_index = 'k1.1' WHERE id = $1`, [id]);
    const before = (await toldOf(id)).length;
    await put(id);
    const [subject, usable, told] = await test.database.read(async (tx) => {
      const found = await core.subjects.find(tx, id);
      if (!found) throw new Error('the account is gone');
      return [found, recoveryEmails(found), addressesToTell(found)];
    });
    expect((await toldOf(id)).slice(before)).toEqual([
      'subject.contacts_changed',
      'subject.identity_changed',
      'subject.identifiers_changed',
    ]);
    expect(usable).toEqual([]);
    expect(told).toEqual([`${login}@example.org`]);
    expect(subject.identityCoolingOff).toBe(true);
    expect((await trailOf(id)).at(-1)?.data).toMatchObject({ identityChanged: true, unreadableBefore: true });
    const { mark } = await test.database.read(
      (tx) => tx.one<{ mark: string }>`SELECT account_index AS mark FROM subjects WHERE id = ${id}`,
    );
    expect(mark).toBe('');
    await put(id);
    expect((await trailOf(id)).at(-1)?.data).not.toHaveProperty('unreadableBefore');
  });

  it('T48: a proofing record is mended the same way, and its account can be written meanwhile', async () => {
    const id = await created();
    await controller.putProofingRecord(id, withRecord(RECORD));
    await test.asOwner(`UPDATE proofing_records SET ${broken('attributes_sealed')} WHERE subject_id = $1`, [id]);
    await put(id, { groups: ['staff'] });
    await controller.putProofingRecord(id, withRecord(RECORD));
    expect((await toldOf(id)).at(-1)).toBe('subject.record_changed');
    expect((await trailOf(id)).at(-1)).toMatchObject({
      type: 'proofing_record.changed',
      data: { unreadableBefore: true },
    });
    const record = await test.database.read((tx) => core.records.find(tx, id));
    expect(record?.attributes.reveal()).toEqual(RECORD.attributes);
  });
});

describe('a change of name or birth date (T48)', () => {
  it.each<[string, Changes]>([
    ['given name', { givenName: 'Thea' }],
    ['family name', { familyName: 'Thief' }],
    ['birth date', { birthDate: '1990-05-06' }],
    ['birth date that is taken away', { birthDate: undefined }],
  ])('T48: of %s is told, stands in the trail without its value, and cools off for a week', async (_what, changes) => {
    const id = await created();
    const before = (await toldOf(id)).length;
    await put(id, changes);
    expect((await toldOf(id)).slice(before)).toEqual(['subject.identity_changed']);
    const trail = await trailOf(id);
    expect(trail.at(-1)).toMatchObject({ type: 'subject.changed', data: { identityChanged: true } });
    expect(JSON.stringify(trail)).not.toMatch(/thea|thief|canary|19[89]0-/i);
    expect(await coolingOff(id)).toBe(true);
    await test.asOwner(
      `UPDATE subjects SET identity_changed_at = identity_changed_at - interval '7 days' WHERE id = $1`,
      [id],
    );
    expect(await coolingOff(id)).toBe(false);
  });

  it('is none when they stay, and none when an account is created', async () => {
    const id = await created();
    const told = await toldOf(id);
    await put(id, { groups: ['staff'], displayName: 'A. Canary' });
    expect(await toldOf(id)).toEqual(told);
    expect((await trailOf(id)).at(-1)?.data).toMatchObject({ identityChanged: false });
    expect(await coolingOff(id)).toBe(false);
    const { id: fresh } = await addPerson(core);
    expect(await coolingOff(fresh)).toBe(false);
  });

  it('T48: is not made to forget by changing it back', async () => {
    const id = await created();
    await put(id, { familyName: 'Thief' });
    await put(id);
    expect(await coolingOff(id)).toBe(true);
  });

  it('is seen by whoever walks through the directory', async () => {
    const id = await created();
    const walked = () =>
      test.database.read(async (tx) => {
        const page = await new AccountWalk(core.ring).page(tx, '', 1_000);
        return page.accounts.find((account) => account.id === id)?.identityCoolingOff;
      });
    expect(await walked()).toBe(false);
    await put(id, { givenName: 'Thea' });
    expect(await walked()).toBe(true);
  });
});

describe('a change of login or employee id (T49)', () => {
  const fresh = (): string => `moved.${randomBytes(6).toString('hex')}`;
  const profileOf = (id: string) =>
    test.database.read(async (tx) => (await core.subjects.find(tx, id))?.profile.reveal());
  const isOwn = (id: string, name: string) =>
    test.database.read(async (tx) => {
      const subject = await core.subjects.find(tx, id);
      return subject && isOwnAccount(subject, { id: 'u-91f2', accounts: [name] });
    });

  it('T49: leaves the account its holder’s, whoever changes it and how often, and no other one', async () => {
    const id = await created();
    const [first, second, third] = [login, fresh(), fresh()];
    await put(id, { login: second, employeeId: 'E-77' });
    await put(id, { login: third, employeeId: 'E-78' });
    await put(id, { login: third });
    for (const name of [first.toUpperCase(), second, third, 'e-77', 'E-78']) expect(await isOwn(id, name)).toBe(true);
    expect(await isOwn(id, fresh())).toBe(false);
    await put(id, { login: first });
    expect(Object.keys((await profileOf(id))?.formerIdentifiers ?? {})).toEqual([second, 'e-77', 'e-78', third]);
  });

  it('T49: what it was counts for a month, whether or not the account changes again', async () => {
    const id = await created();
    const email = `${login}@example.org`;
    await put(id, { login: fresh(), emails: [email] });
    await put(id, { login: fresh(), emails: [] });
    const daysAgo = (days: number): string => new Date(new Date().getTime() - days * 86_400_000).toISOString();
    const ownAfter = async (days: number): Promise<boolean[]> => {
      const profile = await profileOf(id);
      const names = Object.keys(profile?.formerIdentifiers ?? {});
      const former = Object.fromEntries(names.map((name) => [name, daysAgo(days)]));
      const aged = { ...profile, formerIdentifiers: former, formerSince: { [email]: daysAgo(days) } };
      const sealed = sealWithRing(core.ring, Buffer.from(JSON.stringify(aged)), profileContext(id));
      await test.database.transaction((tx) => tx.run`UPDATE subjects SET profile_sealed = ${sealed} WHERE id = ${id}`);
      return [await isOwn(id, login), await isOwn(id, email)].map((own) => own === true);
    };
    expect([await ownAfter(29), await ownAfter(31)]).toEqual([
      [true, true],
      [false, false],
    ]);
    await put(id, { login: fresh() });
    expect(Object.keys((await profileOf(id))?.formerIdentifiers ?? {})).toHaveLength(1);
  });

  it.each([
    ['another login', (id: string) => ({ login: `another.${id}`, employeeId: id }), true, false],
    ['another employee id', (id: string) => ({ employeeId: `another.${id}` }), false, true],
    ['an employee id that is taken away', () => ({}), false, true],
  ])('T49: is told, and stands in the trail without its value: %s', async (_what, change, loginChanged, idChanged) => {
    const id = await created();
    await put(id, { employeeId: id });
    const before = (await toldOf(id)).length;
    await put(id, change(id));
    expect((await toldOf(id)).slice(before)).toEqual(['subject.identifiers_changed']);
    const { data } = (await trailOf(id)).at(-1) ?? {};
    expect(data).toMatchObject({ loginChanged, employeeIdChanged: idChanged });
    expect(JSON.stringify(data)).not.toMatch(/another|sub_/);
  });

  it('is none when it is written another way, nor is a first employee id', async () => {
    const id = await created();
    const told = await toldOf(id);
    await put(id, { login: login.toUpperCase(), employeeId: `${id}-E1` });
    await put(id, { employeeId: ` ${id}-e1` });
    expect(await toldOf(id)).toEqual(told);
    expect((await trailOf(id)).at(-1)?.data).toMatchObject({ loginChanged: false, employeeIdChanged: false });
  });
});

describe('a recovery by the name of an account that was never proofed (T48)', () => {
  it('T48: waits for a week after the name was changed; where a record stands, the record counts', async () => {
    const stage = new AdjudicationStage(test.database);
    const policy = await stage.policy({ matching: { unproofed: 'codes' } });
    const rename = async (subjectId: string): Promise<void> => {
      const contacts = { login: `renamed.${randomBytes(6).toString('hex')}`, emails: [], phones: [], formerEmails: [] };
      const profile = { ...ANA, givenName: 'Thea', displayName: 'Thea', ...contacts };
      const input = { profile, groups: policy.document.include, privileged: false, status: 'active' as const };
      await test.database.transaction((tx) => stage.subjects.put(tx, { id: subjectId, input }));
    };
    const reasons = async (record?: null): Promise<string[]> => {
      const reported = await stage.reportedCase({ policy, record, identity: { ...ANA, givenName: 'Thea' } });
      await rename(reported.subjectId);
      const ruling = await test.database.read((tx) => stage.adjudication.look(tx, reported));
      expect(ruling?.decision.approvableByReview).toBe(false);
      return ruling?.decision.findings.flatMap(({ reasonCodes }) => reasonCodes) ?? [];
    };
    expect(await reasons(null)).toContain('identity_cooling_off');
    expect(await reasons()).not.toContain('identity_cooling_off');
  });
});

describe('what protects an account less from now on (rule 10)', () => {
  const higher = { privileged: true };
  it.each([
    ['it is not privileged any more', higher, {}, ['subject.protection_lowered']],
    ['a lower level is enough', { assuranceLevel: 'AAL3' }, { assuranceLevel: 'AAL2' }, ['subject.protection_lowered']],
    ['a level is set where the highest counted', {}, { assuranceLevel: 'AAL1' }, ['subject.protection_lowered']],
    ['a level is taken away: the highest counts', { assuranceLevel: 'AAL2' }, {}, []],
    ['it becomes privileged', {}, higher, []],
    ['nothing changes', higher, higher, []],
  ] as const)('T61: is told where %s', async (_what, first, then, expected) => {
    const id = await created();
    await put(id, { ...first });
    const before = (await toldOf(id)).length;
    await put(id, { ...then });
    expect((await toldOf(id)).slice(before)).toEqual(expected);
  });

  it('is enrolment in a new account', async () => {
    const id = newId('sub', new Date());
    await put(id, { login: id, assuranceLevel: 'AAL1' });
    expect(await toldOf(id)).toEqual([]);
  });
});
