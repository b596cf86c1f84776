import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { FaceInferenceClient } from '../../providers/local/client.js';
import { localEnvironment } from '../../providers/local/config.js';
import {
  fingerprintDistance,
  SAME_PICTURE_DISTANCE,
  type PictureFingerprint,
} from '../../providers/local/faces/picture-fingerprint.js';
import { renderDemoPictures, type DemoPictures } from '../../src/embedded/demo-people/index.js';

describe('a selfie that was used on another case (T72)', () => {
  let client: FaceInferenceClient;
  let ana: DemoPictures;
  let bea: DemoPictures;

  beforeAll(async () => {
    const pictures = await renderDemoPictures();
    ana = present(pictures.get('demo.ana'));
    bea = present(pictures.get('demo.bea'));
    client = new FaceInferenceClient({
      modelsDir: localEnvironment.parse({}).LOCAL_MODELS_DIR,
      timeoutMs: 60_000,
      workers: 1,
      logger: { info: () => undefined, warn: () => undefined },
    });
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

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('Expected a value.');
  return value;
}
