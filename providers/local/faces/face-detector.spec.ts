import { describe, expect, it } from '@jest/globals';
import {
  anchorCentres,
  FaceDetector,
  FULL_RANGE,
  mergeFaces,
  SHORT_RANGE,
  type DetectedFace,
} from './face-detector.js';

const BLANK = { width: 512, height: 512, pixels: new Uint8Array(3 * 512 * 512) };
/** Two picture pixels for each input pixel; the input begins at (100, 0). */
const REGION = { centre: { x: 228, y: 128 }, side: 256, angle: 0 };

describe('anchorCentres', () => {
  it('gives as many anchors as the models have rows', () => {
    expect(anchorCentres(SHORT_RANGE)).toHaveLength(896);
    expect(anchorCentres(FULL_RANGE)).toHaveLength(2304);
  });

  it('starts in the middle of the first cell and ends in the middle of the last', () => {
    expect(anchorCentres(FULL_RANGE)[0]).toEqual({ x: 2, y: 2 });
    expect(anchorCentres(SHORT_RANGE).at(-1)).toEqual({ x: 120, y: 120 });
  });
});

describe('FaceDetector', () => {
  it('places box and points relative to the anchor, in picture coordinates', async () => {
    const detector = detectorAnswering([0, 0, 40, 40, -10, -10, 10, -10, 0, 0, 0, 10, -20, 0, 20, 0], 4);
    const [face, ...others] = await detector.detect(BLANK, REGION, 0.5);
    expect(others).toEqual([]);
    expect(face?.score).toBeCloseTo(1 / (1 + Math.exp(-4)), 6);
    // Anchor 0 is at (4, 4): twice that, shifted by 100.
    expect(face?.box).toEqual({ x: 68, y: -32, width: 80, height: 80 });
    expect(face?.points.leftEye).toEqual({ x: 88, y: -12 });
    expect(face?.points.mouth).toEqual({ x: 108, y: 28 });
    expect(face?.points.rightEye).toEqual({ x: 128, y: -12 });
  });

  it.each([
    ['NaN regressors', [NaN, ...new Array<number>(15).fill(1)], 9],
    ['infinite regressors', [1, 1, Infinity, ...new Array<number>(13).fill(1)], 9],
    ['a box without area', [0, 0, 0, 0, ...new Array<number>(12).fill(1)], 9],
    ['a NaN score', [0, 0, 40, 40, ...new Array<number>(12).fill(1)], NaN],
  ])('takes %s for no face', async (_, values, logit) => {
    expect(await detectorAnswering(values, logit).detect(BLANK, REGION, 0.5)).toEqual([]);
  });
});

describe('mergeFaces', () => {
  it('joins detections of one face and keeps others apart', () => {
    const merged = mergeFaces([faceAt(0, 0.6), faceAt(4, 0.9), faceAt(200, 0.7)]);
    expect(merged).toHaveLength(2);
    expect(merged[0]?.score).toBe(0.9);
    expect(merged[0]?.box.x).toBeCloseTo((0.6 * 0 + 0.9 * 4) / 1.5, 6);
  });
});

function detectorAnswering(values: readonly number[], logit: number): FaceDetector {
  return new FaceDetector(SHORT_RANGE, async () => {
    const regressors = new Float32Array(896 * 16);
    regressors.set(values);
    const logits = new Float32Array(896).fill(-20);
    logits[0] = logit;
    return { regressors, logits };
  });
}

/** A face with its corner at `x`. */
function faceAt(x: number, score: number): DetectedFace {
  return {
    score,
    box: { x, y: 0, width: 100, height: 100 },
    points: {
      leftEye: { x: 47.5492, y: 46.599 },
      rightEye: { x: 100.4761, y: 46.599 },
      nose: { x: 74.0127, y: 76.5625 },
      mouth: { x: 74.0127, y: 103.0233 },
      leftEar: { x: 20, y: 60 },
      rightEar: { x: 128, y: 60 },
    },
  };
}
