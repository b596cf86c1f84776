import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { createLocalAdapter, type LocalAdapter } from '../../providers/local/adapter.js';
import { InferenceClient } from '../../providers/local/client.js';
import { localEnvironment } from '../../providers/local/config.js';
import {
  fingerprintDistance,
  SAME_PICTURE_DISTANCE,
  type PictureFingerprint,
} from '../../providers/local/faces/picture-fingerprint.js';
import type { DemoPictures } from '../../src/embedded/demo-people/index.js';
import { createImageSanitiser, type ImageSanitiser } from '../../src/platform/pictures/image-sanitiser.js';
import { demoPictures } from '../support/demo-pictures.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createVerificationWorld, type VerificationWorld } from '../support/verification/verification-world.js';
import { newBrowser, openCase } from '../support/verification/world-cases.js';

describe('a selfie that was used on another case (T72)', () => {
  let client: InferenceClient;
  let ana: DemoPictures;
  let bea: DemoPictures;

  beforeAll(async () => {
    const pictures = await demoPictures();
    ana = present(pictures.get('demo.ana'));
    bea = present(pictures.get('demo.bea'));
    client = openClient();
  });

  afterAll(() => client.close());

  it.each<[string, (picture: Sharp) => Sharp]>([
    ['sent again', (picture) => picture],
    ['compressed', (picture) => picture.jpeg({ quality: 35 })],
    ['cut', (picture) => picture.extract({ left: 90, top: 110, width: 560, height: 700 })],
    ['mirrored', (picture) => picture.flop()],
    [
      'made smaller, lighter and paler',
      (picture) => picture.resize({ width: 300 }).modulate({ brightness: 1.15, saturation: 0.5 }),
    ],
    ['turned a little', (picture) => picture.rotate(6, { background: '#777' })],
    ['turned by a quarter', (picture) => picture.rotate(90)],
    [
      'all of it',
      (picture) => picture.extract({ left: 60, top: 60, width: 600, height: 760 }).flop().jpeg({ quality: 50 }),
    ],
  ])('is known again when it is %s', async (_, change) => {
    const copy = await change(sharp(ana.selfie)).toBuffer();
    expect(await distance(ana.selfie, copy)).toBeLessThanOrEqual(SAME_PICTURE_DISTANCE);
  });

  it('is not taken for another photograph of the same person, or of somebody else', async () => {
    for (const other of [ana.referencePortrait, ana.otherSelfie, bea.selfie, bea.referencePortrait]) {
      expect(await distance(ana.selfie, other)).toBeGreaterThan(SAME_PICTURE_DISTANCE);
    }
  });

  it('has no code when it shows no face', async () => {
    expect(await client.fingerprint(ana.documentBack)).toBeUndefined();
  });

  async function distance(one: Uint8Array, other: Uint8Array): Promise<number> {
    const [left, right] = [await client.fingerprint(one), await client.fingerprint(other)];
    return fingerprintDistance(present(left) as PictureFingerprint, present(right) as PictureFingerprint);
  }
});

describe('a selfie that was accepted on one case (T72)', () => {
  let test: TestDatabase;
  let sanitiser: ImageSanitiser;
  let adapter: LocalAdapter;
  let world: VerificationWorld;
  let ana: DemoPictures;
  let bea: DemoPictures;

  beforeAll(async () => {
    const pictures = await demoPictures();
    ana = present(pictures.get('demo.ana'));
    bea = present(pictures.get('demo.bea'));
    test = await openTestDatabase();
    sanitiser = createImageSanitiser();
    adapter = createLocalAdapter(openClient(), { now: () => new Date() });
    world = createVerificationWorld({ database: test.database, providers: [adapter], sanitiser });
    // The first look loads the models, for which nobody waits at an upload.
    await adapter.fingerprints.of(ana.documentBack);
    expect(await upload(ana.selfie)).toEqual([]);
  });
  afterAll(async () => {
    await adapter.close();
    await sanitiser.close();
    await test.close();
  });

  it.each<[string, (picture: Sharp) => Sharp]>([
    ['encoded again', (picture) => picture.jpeg({ quality: 70 })],
    ['as another format', (picture) => picture.webp({ quality: 60 })],
    ['cut slightly', (picture) => picture.extract({ left: 40, top: 50, width: 640, height: 800 })],
    ['mirrored', (picture) => picture.flop()],
  ])('is refused on another, %s', async (_, change) => {
    expect(await upload(await change(sharp(ana.selfie)).toBuffer())).toEqual(['same_photo']);
  });

  it('does not keep out another photograph of the same person, nor somebody else', async () => {
    expect(await upload(await sharp(ana.referencePortrait).resize({ width: 720 }).jpeg().toBuffer())).toEqual([]);
    expect(await upload(ana.otherSelfie)).toEqual([]);
  });

  it('is accepted on one of two that send copies of it at once', async () => {
    const copies = [sharp(bea.selfie).jpeg({ quality: 60 }), sharp(bea.selfie).flop().jpeg()];
    const answers = await Promise.all(copies.map(async (copy) => upload(await copy.toBuffer())));
    expect(answers.sort((one, other) => one.length - other.length)).toEqual([[], ['same_photo']]);
  });

  /** On a case of its own; why it was not taken. */
  async function upload(bytes: Uint8Array): Promise<string[]> {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const { accepted, reasons } = await world.uploads.upload({ caseId, ...newBrowser(), kind: 'selfie', bytes });
    expect(accepted).toBe(reasons.length === 0);
    return reasons;
  }
});

function openClient(): InferenceClient {
  return new InferenceClient({
    modelsDir: localEnvironment.parse({}).LOCAL_MODELS_DIR,
    timeoutMs: 60_000,
    workers: 1,
    logger: { info: () => undefined, warn: () => undefined },
  });
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('Expected a value.');
  return value;
}
