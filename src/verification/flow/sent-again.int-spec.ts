import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CheckReason, EvidenceKind } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { auditTypes, newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import { ImageRefusedError } from '../../platform/pictures/image-sanitiser.errors.js';
import type { HowTaken } from '../../identity-evidence/how-taken.js';

const GOOD = { width: 1200, height: 900, sharpness: 300, meanLuminance: 120, perceptualHash: '0'.repeat(16) };

/** A photo whose answer was lost is sent again by the page; one that did not work is chosen again by the person. */
describe('a photo that is sent a second time', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let looks: number;
  let sharpness: number;
  let found: CheckReason[];
  /** What a picture waits for before it is cleaned, and before it is looked at. */
  let cleaning: () => Promise<unknown>;
  let looking: () => Promise<unknown>;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => {
    looks = 0;
    sharpness = GOOD.sharpness;
    found = [];
    cleaning = looking = () => Promise.resolve();
    const local = new ScriptedProvider('local', OWN_MACHINE);
    local.checkCapture = async () => {
      await looking();
      return found;
    };
    world = createVerificationWorld({
      database: test.database,
      providers: [local],
      sanitiser: {
        sanitise: async (bytes) => {
          looks += 1;
          await cleaning();
          return { ...GOOD, sharpness, jpeg: bytes };
        },
        close: async () => undefined,
      },
    });
  });

  async function person(policy: Parameters<typeof openCase>[1]['policy'] = {}) {
    const { id: caseId } = await openCase(world, { providers: ['local'], policy });
    const browser = newBrowser();
    const send = (bytes: string, taken?: HowTaken, kind: EvidenceKind = 'selfie') =>
      world.uploads.upload({
        caseId,
        ...browser,
        kind,
        bytes: Buffer.from(`${caseId} ${bytes}`),
        ...(taken && { taken }),
      });
    const openSession = () => send('document', 'file', 'document_front');
    const slot = () =>
      world.database.read((tx) => world.evidence.slots.find(tx, { caseId, attempt: 1, kind: 'selfie' }));
    const told = async () => (await auditTypes(world, caseId)).filter((type) => type.startsWith('evidence.'));
    return { send, openSession, slot, told };
  }

  it('is one piece of evidence: the answer is the first one, and nothing is looked at, kept or told again', async () => {
    const { send, slot, told } = await person();
    expect(await send('face', 'camera_manual')).toMatchObject({ accepted: true, repeated: false });
    const first = await slot();
    expect(await send('face', 'camera_manual')).toEqual({
      kind: 'selfie',
      accepted: true,
      reasons: [],
      repeated: true,
    });
    expect(await slot()).toEqual(first);
    expect([looks, await told()]).toEqual([1, ['evidence.accepted']]);
    expect(world.platform.objects.objects.has(first?.objectKey ?? '')).toBe(true);
  });

  it.each([false, true])(
    'is one piece of evidence also when nobody waited for the first answer (repeated pictures allowed: %s)',
    async (allowRepeatedPictures) => {
      const { send, slot, told } = await person({ allowRepeatedPictures });
      await send('an earlier one');
      const before = world.platform.objects.objects.size;
      cleaning = meeting(5);
      const answers = await Promise.all(Array.from({ length: 5 }, () => send('face')));
      expect(answers.map(({ accepted }) => accepted)).toEqual(Array(5).fill(true));
      expect((await slot())?.version).toBe(2);
      expect(await told()).toEqual(['evidence.accepted', 'evidence.accepted']);
      expect(world.platform.objects.objects.size).toBe(before);
    },
  );

  it('is refused for the same reasons when it was refused, without another look or another line in the trail', async () => {
    const { send, slot, told } = await person();
    sharpness = 0;
    expect(await send('blurred')).toMatchObject({ accepted: false, reasons: ['blur'], repeated: false });
    sharpness = GOOD.sharpness;
    expect(await send('blurred')).toEqual({ kind: 'selfie', accepted: false, reasons: ['blur'], repeated: true });
    expect([looks, await told(), (await slot())?.version]).toEqual([1, ['evidence.rejected'], 1]);
    expect(await send('another')).toMatchObject({ accepted: true, repeated: false });
  });

  it('does not pass as the next photo, which a fault that is said once would let through', async () => {
    const { send, told } = await person();
    found = ['document_glare'];
    expect(await send('worn')).toMatchObject({ accepted: false, reasons: ['glare'] });
    expect(await send('worn')).toMatchObject({ accepted: false, reasons: ['glare'], repeated: true });
    expect(await send('worn, taken anew')).toMatchObject({ accepted: true });
    expect(await told()).toEqual(['evidence.rejected', 'evidence.accepted']);
  });

  it('does not pass as the next photo either when both are looked at, one after the other’s refusal', async () => {
    const { send, openSession } = await person();
    await openSession();
    found = ['document_glare'];
    looks = 0;
    const bothAreHere = meeting(2);
    const answers: ReturnType<typeof send>[] = [];
    let turns = 0;
    cleaning = bothAreHere;
    looking = async () => (turns += 1) === 2 && Promise.race(answers);
    answers.push(send('worn'), send('worn'));
    expect((await Promise.all(answers)).map(({ accepted }) => accepted)).toEqual([false, false]);
    expect(looks).toBe(2);
  });

  it('is told of beside the photo that is there already, and leaves that one', async () => {
    const { send, slot } = await person();
    await send('good');
    sharpness = 0;
    expect(await send('blurred retake')).toMatchObject({ reasons: ['blur'], repeated: false });
    expect(await send('blurred retake')).toMatchObject({ reasons: ['blur'], repeated: true });
    expect(await slot()).toMatchObject({ state: 'accepted', version: 1, reasons: ['blur'] });
    sharpness = GOOD.sharpness;
    expect(await send('good retake')).toMatchObject({ accepted: true });
    expect(await slot()).toMatchObject({ state: 'accepted', version: 2, reasons: [] });
  });

  it('T71: is looked at anew when it is said to be taken in another way, and remembered for nothing that was not looked at', async () => {
    const { send, slot } = await person();
    await send('face', 'camera_auto');
    expect(await send('face', 'file')).toMatchObject({ accepted: true, repeated: false });
    expect((await slot())?.taken).toBe('file');
    const strict = await person({ capture: { selfieFiles: 'refuse', checkPhoto: 'always' } });
    expect(await strict.send('face', 'file')).toMatchObject({ accepted: false, reasons: ['camera_needed'] });
    expect(await strict.send('face', 'file')).toMatchObject({ reasons: ['camera_needed'], repeated: false });
  });

  it('is refused in the same words when it is no picture at all', async () => {
    const { send } = await person();
    cleaning = () => Promise.reject(new ImageRefusedError('unsupported_format'));
    const refused = { code: 'unsupported_media_type' };
    await expect(send('GIF89a')).rejects.toMatchObject(refused);
    await expect(send('GIF89a')).rejects.toMatchObject(refused);
  });

  it('is another photo on another case', async () => {
    const [one, other] = [await person({ allowRepeatedPictures: true }), await person({ allowRepeatedPictures: true })];
    await one.send('face');
    expect(await other.send('face')).toMatchObject({ accepted: true, repeated: false });
  });
});

/** Waits until so many wait. */
function meeting(guests: number): () => Promise<void> {
  const here: (() => void)[] = [];
  return () =>
    new Promise((go) => {
      here.push(go);
      if (here.length === guests) for (const each of here) each();
    });
}
