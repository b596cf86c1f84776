import { describe, expect, it } from '@jest/globals';
import { PORTRAIT_LIMITS, qualityReasons, SELFIE_LIMITS, type FaceMeasures } from './face-quality.js';

const GOOD: FaceMeasures = {
  presence: 18,
  eyeDistancePixels: 120,
  yawDegrees: 4,
  pitchDegrees: 10,
  rollDegrees: 3,
  brightness: 120,
  sharpness: 150,
};

describe('qualityReasons', () => {
  it('has nothing against a good face', () => {
    expect(qualityReasons(GOOD, SELFIE_LIMITS)).toEqual([]);
  });

  it('does not trust points that the mesh is not sure of, by which a copy would be another face (T73)', () => {
    expect(qualityReasons({ ...GOOD, presence: 3 }, SELFIE_LIMITS)).toEqual(['face_turned_away']);
    expect(qualityReasons({ ...GOOD, presence: 3 }, PORTRAIT_LIMITS)).toEqual(['face_turned_away']);
  });

  it.each([
    [{ eyeDistancePixels: 30 }, 'face_too_small'],
    [{ yawDegrees: -35 }, 'face_turned_away'],
    [{ pitchDegrees: 40 }, 'face_turned_away'],
    [{ pitchDegrees: -25 }, 'face_turned_away'],
    [{ rollDegrees: 60 }, 'face_turned_away'],
    [{ sharpness: 5 }, 'face_blurred'],
    [{ brightness: 20 }, 'face_badly_lit'],
    [{ brightness: 240 }, 'face_badly_lit'],
  ])('for %j names %s', (change, reason) => {
    expect(qualityReasons({ ...GOOD, ...change }, SELFIE_LIMITS)).toEqual([reason]);
  });

  it.each(Object.keys(GOOD))('does not accept a %s that is not a number', (measure) => {
    expect(qualityReasons({ ...GOOD, [measure]: NaN }, SELFIE_LIMITS)).toHaveLength(1);
  });
});
