import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EvidenceKind } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { SystemClock } from '../../platform/clock/clock.js';
import { PAUSED_CODE } from '../../platform/errors/paused.js';
import { configureFailpoints } from '../../platform/failpoints/failpoints.js';
import {
  ImageRefusedError,
  SanitiserUnavailableError,
  type ImageSanitiser,
} from '../../platform/pictures/image-sanitiser.js';
import { RecoveryPauses } from '../../recovery-pause/recovery-pauses.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { auditTypes, newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';

const GOOD = { width: 1200, height: 900, sharpness: 300, meanLuminance: 120, perceptualHash: '0'.repeat(16) };

describe('taking pictures', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let sanitise: ImageSanitiser['sanitise'];

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  afterEach(() => configureFailpoints(''));
  beforeEach(() => {
    sanitise = async (bytes) => ({ ...GOOD, jpeg: bytes });
    world = createVerificationWorld({
      database: test.database,
      providers: [new ScriptedProvider('local', OWN_MACHINE), new ScriptedProvider('alpha')],
      sanitiser: { sanitise: (bytes) => sanitise(bytes), close: async () => undefined },
    });
  });

  const open = (policy: Parameters<typeof openCase>[1]['policy'] = {}) =>
    openCase(world, { providers: ['local'], policy });
  const upload = (caseId: string, bytes: string, browser = newBrowser()) =>
    world.uploads.upload({ caseId, ...browser, kind: 'selfie', bytes: Buffer.from(bytes) });
  const slot = (caseId: string) =>
    world.database.read((tx) => world.evidence.slots.find(tx, { caseId, attempt: 1, kind: 'selfie' }));
  const objects = () => world.platform.objects.objects;

  it('seals a picture before it is stored, under a key that names nobody', async () => {
    const { id: caseId } = await open();
    await upload(caseId, 'face of somebody');
    const [[key, object] = ['', undefined]] = [...objects()];
    expect(key).toMatch(/^evidence\/[0-9a-f]{40}$/);
    expect(Buffer.from(object ?? []).includes('face of somebody')).toBe(false);
    const read = await world.database.read((tx) =>
      world.evidence.reader.read(tx, { caseId, attempt: 1, kind: 'selfie' }),
    );
    expect(Buffer.from(read?.reveal() ?? []).toString()).toBe('face of somebody');
    expect(JSON.stringify(read)).toBe('"[sensitive]"');
  });

  it('keeps what the browser says of how it was taken: of the picture that counts, and nothing where nothing was said', async () => {
    const { id: caseId } = await open();
    const browser = newBrowser();
    const send = (bytes: string, taken?: 'camera_auto' | 'file') =>
      world.uploads.upload({ caseId, ...browser, kind: 'selfie', bytes: Buffer.from(bytes), ...(taken && { taken }) });
    const kept: unknown[] = [];
    for (const [bytes, taken] of [
      ['one', 'file'],
      ['two', 'camera_auto'],
      ['three', undefined],
    ] as const) {
      await send(bytes, taken);
      kept.push((await slot(caseId))?.taken);
    }
    expect(kept).toEqual(['file', 'camera_auto', null]);
  });

  it('takes no selfie that is not said to be a camera’s where the profile refuses files, and looks at none of it (T71)', async () => {
    const { id: caseId } = await open({ capture: { selfieFiles: 'refuse', checkPhoto: 'always' } });
    const browser = newBrowser();
    let looked = 0;
    sanitise = async (bytes) => ({ ...GOOD, jpeg: bytes, sharpness: 300 + (looked += 1) });
    const send = (kind: EvidenceKind, taken?: 'camera_manual' | 'file') =>
      world.uploads.upload({
        caseId,
        ...browser,
        kind,
        bytes: Buffer.from(`${kind} ${taken}`),
        ...(taken && { taken }),
      });
    const refused = { accepted: false, reasons: ['camera_needed'] };
    expect(await send('selfie', 'file')).toMatchObject(refused);
    expect(await send('selfie')).toMatchObject(refused);
    expect([looked, (await slot(caseId))?.state]).toEqual([0, 'rejected']);
    expect(await send('selfie', 'camera_manual')).toMatchObject({ accepted: true });
    expect(await send('document_front', 'file')).toMatchObject({ accepted: true });
  });

  it('replaces a picture and removes the old object', async () => {
    const { id: caseId } = await open();
    const browser = newBrowser();
    await upload(caseId, 'one', browser);
    await upload(caseId, 'two', browser);
    expect(objects().size).toBe(1);
    expect(await slot(caseId)).toMatchObject({ version: 2, state: 'accepted' });
  });

  it('keeps one of twenty pictures that race for a slot, and no object beside it', async () => {
    const { id: caseId } = await open();
    const browser = newBrowser();
    await upload(caseId, 'first', browser);
    const racing = await Promise.allSettled(
      Array.from({ length: 20 }, (_none, n) => upload(caseId, `racer ${n}`, browser)),
    );
    expect(racing.some((outcome) => outcome.status === 'fulfilled')).toBe(true);
    const now = await slot(caseId);
    expect([...objects().keys()]).toEqual([now?.objectKey]);
    expect(now?.version).toBe(1 + racing.filter((outcome) => outcome.status === 'fulfilled').length);
  });

  describe('while all recoveries are paused (T45)', () => {
    const pauses = new RecoveryPauses(new SystemClock());
    const person = (id: string) => ({ kind: 'person', id, scopes: new Set<never>() }) as const;
    const pause = () =>
      test.database.transaction((tx) => pauses.pause(tx, { reasonCode: 'exercise', actor: person('olga') }));
    afterEach(() => test.database.transaction((tx) => pauses.resume(tx, person('omar'))));

    it('does not look at a picture, shows it to nobody and does not count it', async () => {
      const { id: caseId } = await open();
      let looked = 0;
      sanitise = async (bytes) => ({ ...GOOD, jpeg: bytes, sharpness: (looked += 1) });
      const uses = () =>
        test.database.read(
          (tx) => tx.one`SELECT sum(used)::int AS used FROM limit_counters WHERE name = 'upload_per_case'`,
        );
      await upload(caseId, 'too early').catch(() => undefined);
      const before = { looked, uses: await uses() };
      await pause();
      await expect(upload(caseId, 'face of somebody')).rejects.toMatchObject({ code: 'recoveries_paused' });
      expect({ looked, uses: await uses() }).toEqual(before);
    });

    it('keeps no object of a picture that was being looked at when the pause began', async () => {
      const { id: caseId } = await open();
      sanitise = async (bytes) => {
        await pause();
        return { ...GOOD, jpeg: bytes };
      };
      await expect(upload(caseId, 'face before a pause')).rejects.toMatchObject({ code: PAUSED_CODE });
      expect(objects().size).toBe(0);
    });
  });

  it('does not let a bad retake undo a good picture', async () => {
    const { id: caseId } = await open();
    const browser = newBrowser();
    await upload(caseId, 'good', browser);
    sanitise = async (bytes) => ({ ...GOOD, sharpness: 0, jpeg: bytes });
    const refused = { kind: 'selfie', accepted: false, reasons: ['blur'] };
    expect(await upload(caseId, 'blurred', browser)).toMatchObject(refused);
    expect(await slot(caseId)).toMatchObject({ state: 'accepted', version: 1, reasons: ['blur'] });
    expect(await auditTypes(world, caseId)).toContain('evidence.rejected');
  });

  it.each([
    ['unsupported_format', 'unsupported_media_type'],
    ['too_large', 'body_too_large'],
    ['too_many_pixels', 'picture_refused'],
    ['undecodable', 'picture_refused'],
    ['animated', 'picture_refused'],
  ] as const)('answers %s with %s and stores nothing', async (reason, code) => {
    const { id: caseId } = await open();
    sanitise = async () => {
      throw new ImageRefusedError(reason);
    };
    await expect(upload(caseId, 'x')).rejects.toMatchObject({ code });
    expect(objects().size).toBe(0);
    expect(await slot(caseId)).toMatchObject({ state: 'rejected', reasons: ['not_a_picture'], objectKey: null });
  });

  it('refuses the picture of another case, except where a demo policy allows it', async () => {
    const [first, second, demo] = [await open(), await open(), await open({ allowRepeatedPictures: true })];
    await upload(first.id, 'leaked selfie');
    const refused = { kind: 'selfie', accepted: false, reasons: ['same_photo'], repeated: false };
    expect(await upload(second.id, 'leaked selfie')).toEqual(refused);
    expect(await upload(demo.id, 'leaked selfie')).toMatchObject({ accepted: true });
    expect(await upload(first.id, 'leaked selfie', newBrowser()).catch((error: unknown) => error)).toMatchObject({
      code: 'capture_binding_missing',
    });
  });

  it('T72: takes the document of the same person’s earlier case again, but neither their selfie nor somebody else’s document', async () => {
    const earlier = await open();
    const browser = newBrowser();
    const send = (caseId: string, kind: EvidenceKind, bytes: string, by = newBrowser()) =>
      world.uploads.upload({ caseId, ...by, kind, bytes: Buffer.from(bytes) });
    await send(earlier.id, 'document_front', 'own passport', browser);
    await send(earlier.id, 'selfie', 'own face', browser);
    await world.database.transaction(
      (tx) =>
        tx.run`UPDATE recovery_cases SET state = 'expired', closed_at = clock_timestamp() WHERE id = ${earlier.id}`,
    );
    const { id: again } = await openCase(world, { providers: ['local'], subjectId: earlier.subjectId });
    const once = newBrowser();
    expect(await send(again, 'document_front', 'own passport', once)).toMatchObject({ accepted: true });
    for (const [kind, bytes] of [
      ['selfie', 'own face'],
      ['selfie', 'own passport'],
      ['document_back', 'own face'],
    ] as const)
      expect(await send(again, kind, bytes, once)).toMatchObject({ accepted: false, reasons: ['same_photo'] });
    const { id: somebodyElse } = await open();
    const taken = send(somebodyElse, 'document_front', 'own passport');
    expect(await taken).toMatchObject({ accepted: false, reasons: ['same_photo'] });
  });

  it('says that a part is not available and goes on afterwards', async () => {
    const { id: caseId } = await open();
    const browser = newBrowser();
    sanitise = async () => {
      throw new SanitiserUnavailableError('crashed');
    };
    await expect(upload(caseId, 'x', browser)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    sanitise = async (bytes) => ({ ...GOOD, jpeg: bytes });
    world.platform.objects.down = true;
    await expect(upload(caseId, 'x', browser)).rejects.toMatchObject({ name: 'ObjectStoreUnavailableError' });
    expect(await slot(caseId)).toBeUndefined();
    world.platform.objects.down = false;
    expect(await upload(caseId, 'x', browser)).toMatchObject({ accepted: true });
  });

  it('sweeps what an upload left behind that died between store and database, and nothing else', async () => {
    const { id: caseId } = await open();
    const browser = newBrowser();
    await upload(caseId, 'kept', browser);
    configureFailpoints('object_store.after_put=error');
    await expect(upload(caseId, 'orphan', browser)).rejects.toThrow('failpoint object_store.after_put');
    configureFailpoints('');
    expect(objects().size).toBe(2);
    expect(await world.evidence.orphans.sweepOrphans()).toBe(0);
    const { storedAt } = world.platform.objects;
    for (const key of objects().keys()) storedAt.set(key, new Date(Date.now() - 7_200_000));
    objects().set('portraits/somebody', Buffer.from('p'));
    expect(await world.evidence.orphans.sweepOrphans()).toBe(1);
    expect(objects().has((await slot(caseId))?.objectKey ?? '')).toBe(true);
    expect(objects().has('portraits/somebody')).toBe(true);
  });

  it('takes no picture where no provider asks for one', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    await expect(upload(caseId, 'x')).rejects.toMatchObject({ code: 'provider_not_offered' });
    expect(objects().size).toBe(0);
  });

  it('captures nothing on a relayed link before the call code was confirmed', async () => {
    const { id: caseId } = await open();
    await test.asOwner("UPDATE recovery_cases SET channel = 'relay' WHERE id = $1", [caseId]);
    await expect(upload(caseId, 'relayed')).rejects.toMatchObject({ code: 'wrong_state' });
    await world.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET call_confirmed_at = now() WHERE id = ${caseId}`,
    );
    expect(await upload(caseId, 'relayed')).toMatchObject({ accepted: true });
  });
});
