import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { foundFace, paintPicture, type MadeFace } from '../../../test/support/found-face.js';
import { toFaceChecks } from '../mapping.js';
import { FaceAnalyser, type FaceAnalyserParts } from './face-analyser.js';
import { FaceComparer } from './face-comparison.js';
import type { FoundFace } from './face-finder.js';
import { BUILT_IN_SETS } from './model-sets.js';
import { Recogniser } from './recogniser.js';

const { fused } = BUILT_IN_SETS;
const BUSY = paintPicture(500, (x, y) => 120 + 60 * Math.sin(x / 3 + Math.cos(y / 5)) + 40 * Math.cos(y / 2));
const OTHER = paintPicture(500, (x, y) => 128 + 90 * Math.sin(x / 7 - y / 4) * Math.cos(x / 11 + y / 9));
const PLACE = { a: 2, b: 0, shiftX: 60, shiftY: 60 };

describe('FaceAnalyser', () => {
  it.each([
    ['NaN', NaN],
    ['infinity', Infinity],
    ['zero', 0],
  ])('compares nothing when one network answers with %s, and nothing passes (T76, F34)', async (_, value) => {
    const picture = await jpeg();
    const analyser = analyserOf({
      describe: (length) => new Float32Array(length).fill(1).fill(value, 0, value ? 1 : length),
    });
    const comparison = await analyser.compare({ selfie: picture, document: picture, reference: picture });
    expect(comparison.selfieToDocument).toBeUndefined();
    expect(comparison.selfie.reasons).toEqual(['no_face_found']);
    expect(toFaceChecks(comparison, undefined).filter(({ result }) => result === 'pass')).toEqual([]);
  });

  it('compares nothing when a network answers in another length (T76, F34)', async () => {
    const picture = await jpeg();
    const analyser = analyserOf({ describe: (length) => new Float32Array(length - 1).fill(1) });
    expect((await analyser.compareTwo([picture, picture])).comparison).toBeUndefined();
  });

  it.each([
    ['no face', [], 'no_face_found'],
    ['two faces', [faceOf(PLACE.a), faceOf(PLACE.a / 2)], 'several_faces_found'],
    ['a tiny face', [faceOf(0.4)], 'face_too_small'],
  ])('refuses a selfie with %s (T76)', async (_, faces, reason) => {
    expect((await analyserOf({ faces }).checkCapture('selfie', await jpeg())).reasons).toContain(reason);
  });

  it.each([
    ['nearly as large, of somebody else: differs', 0.6, OTHER, 'differs'],
    ['as large, of the same photograph: nothing', 1, BUSY, undefined],
    ['much smaller, of somebody else: differs', 0.4, OTHER, 'differs'],
  ])('looks at a second portrait beside a document’s first, %s (T66)', async (_, share, picture, agreement) => {
    const picture64 = await jpeg();
    const faces = [faceOf(PLACE.a), foundFace(picture, { place: { ...PLACE, a: share * PLACE.a } })];
    const comparison = await analyserOf({ faces, see: patternOf }).compare({ selfie: picture64, document: picture64 });
    expect(comparison.secondPortrait?.agreement).toBe(agreement);
  });

  it('says where on the picture each face of a document lies, however it was turned (T66)', async () => {
    const box = { x: 300, y: 100, width: 60, height: 60 };
    const picture = paintPicture(500, () => 128);
    const seen = [0, 1, 2, 3].map((quarters) => ({ ...foundFace(picture, { place: PLACE, box }), quarters }));
    const found = await analyserOf({ faces: seen }).checkCapture('document_front', await jpeg());
    expect(found.faces).toEqual([
      { centre: { x: 0.66, y: 0.26 }, width: 0.12 },
      { centre: { x: 0.26, y: 0.34 }, width: 0.12 },
      { centre: { x: 0.34, y: 0.74 }, width: 0.12 },
      { centre: { x: 0.74, y: 0.66 }, width: 0.12 },
    ]);
  });

  it('has words of its own for a printed portrait that is too small: a selfie is something else', async () => {
    const analyser = analyserOf({ faces: [faceOf(0.4)] });
    expect((await analyser.checkCapture('document_front', await jpeg())).reasons).toEqual(['portrait_unclear']);
  });

  it.each([
    ['one face', [faceOf(PLACE.a)], []],
    ['no face', [], ['no_face_found']],
    ['two faces', [faceOf(PLACE.a), faceOf(PLACE.a / 2)], ['several_faces_found']],
    ['a tiny face', [faceOf(0.4)], ['face_too_small', 'face_blurred']],
  ])('says of a portrait to be kept that shows %s whether it can be compared', async (_, faces, reasons) => {
    expect((await analyserOf({ faces }).checkReference(await jpeg())).reasons).toEqual(reasons);
  });

  it('lets people far behind be', async () => {
    const analyser = analyserOf({ faces: [faceOf(PLACE.a), faceOf(PLACE.a / 4)] });
    expect(await analyser.checkCapture('selfie', await jpeg())).toEqual({ reasons: [] });
  });

  it('compares poor pictures too, and says that the score means nothing', async () => {
    const picture = await jpeg();
    const analyser = analyserOf({ faces: [faceOf(PLACE.a, { pose: { yaw: 50 } })] });
    const { pictures, comparison } = await analyser.compareTwo([picture, picture]);
    expect(pictures).toEqual([{ reasons: ['face_turned_away'] }, { reasons: ['face_turned_away'] }]);
    expect(comparison).toMatchObject({ usable: false, samePhotograph: true });
  });

  it('gives out no descriptor, whatever is asked (T74)', async () => {
    const picture = await jpeg();
    const analyser = analyserOf({});
    const three = await analyser.compare({ selfie: picture, document: picture, reference: picture });
    const two = await analyser.compareTwo([picture, picture]);
    expect(three).toMatchObject({ selfieToDocument: { band: 'strong' } });
    for (const pair of [three.selfieToDocument, three.selfieToReference, three.documentToReference, two.comparison])
      expect(Object.keys(pair ?? {}).sort()).toEqual(['band', 'samePhotograph', 'similarity', 'usable']);
    expect(JSON.stringify([three, two])).not.toMatch(/\d,-?\d/);
  });

  it('has no fingerprint of bytes that are no picture', async () => {
    expect(await analyserOf({}).fingerprint(new Uint8Array([1, 2, 3]))).toBeUndefined();
  });
});

interface Made {
  faces?: FoundFace[];
  /** Answers a network gives, by its length. */
  describe?: (length: number) => Float32Array;
  /** The same by what it is shown. */
  see?: (input: Float32Array, length: number) => Float32Array;
}

/** A network that answers with what it sees: pictures that differ get descriptors that do. */
function patternOf(input: Float32Array, length: number): Float32Array {
  const step = Math.floor(input.length / length);
  const mean = input.reduce((sum, value) => sum + value, 0) / input.length;
  return Float32Array.from({ length }, (_, at) => (input[at * step] ?? 0) - mean);
}

function analyserOf({ faces = [faceOf(PLACE.a)], describe: answer, see }: Made): FaceAnalyser {
  const run = answer ?? ((length: number) => Float32Array.from({ length }, (_, at) => Math.sin(at)));
  const recognisers = fused.inputs.map(
    (input) => new Recogniser(input, (shown) => Promise.resolve(see ? see(shown, input.length) : run(input.length))),
  );
  const parts: FaceAnalyserParts = {
    finder: { findInSelfie: () => Promise.resolve(faces), findInDocument: () => Promise.resolve(faces) },
    ghosts: { find: () => Promise.resolve(undefined) },
    comparer: new FaceComparer(fused, recognisers),
    procedure: 'test',
  };
  return new FaceAnalyser(parts);
}

function faceOf(scale: number, face: Partial<MadeFace> = {}): FoundFace {
  return foundFace(BUSY, { place: { ...PLACE, a: scale }, ...face });
}

/** Decoded, but never looked at: the finder is made up. */
function jpeg(): Promise<Uint8Array> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
}
