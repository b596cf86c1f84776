import { describe, expect, it } from '@jest/globals';
import { frameOf } from './card-frame.js';
import type { GreyPicture } from './grey-picture.js';
import {
  measureLight,
  measurePlace,
  PRINT_LIMITS,
  qualityReasons,
  ZONE_LIMITS,
  type PictureMeasures,
} from './picture-quality.js';

const GOOD: PictureMeasures = { cardPixels: 1300, isCutOff: false, paper: 200, glare: 0, sharpness: 0.7 };

describe('qualityReasons', () => {
  it('has nothing against a good picture, nor against one without letters', () => {
    expect(qualityReasons(GOOD, ZONE_LIMITS)).toEqual([]);
    expect(qualityReasons({ ...GOOD, sharpness: undefined }, ZONE_LIMITS)).toEqual([]);
  });

  it.each([
    [{ isCutOff: true }, 'document_cut_off'],
    [{ cardPixels: 1150 }, 'document_too_small'],
    [{ paper: 40 }, 'document_too_dark'],
    [{ paper: 255 }, 'document_too_bright'],
    [{ glare: 0.05 }, 'document_glare'],
    [{ sharpness: 0.1 }, 'document_blurred'],
  ] as const)('says what is wrong: %j', (change, reason) => {
    expect(qualityReasons({ ...GOOD, ...change }, ZONE_LIMITS)).toEqual([reason]);
  });

  it('asks for more pixels where a zone has to be read', () => {
    expect(qualityReasons({ ...GOOD, cardPixels: 1150 }, PRINT_LIMITS)).toEqual([]);
    expect(qualityReasons({ ...GOOD, cardPixels: 800 }, PRINT_LIMITS)).toEqual(['document_too_small']);
  });

  it('takes what is not a number for the worst (T76)', () => {
    const broken = { cardPixels: NaN, isCutOff: false, paper: NaN, glare: NaN, sharpness: NaN };
    expect(qualityReasons(broken, ZONE_LIMITS)).toEqual([
      'document_too_small',
      'document_too_dark',
      'document_too_bright',
      'document_glare',
      'document_blurred',
    ]);
  });
});

describe('measureLight', () => {
  const card = (value: (x: number, y: number) => number): GreyPicture => ({
    width: 320,
    height: 208,
    values: Uint8Array.from({ length: 320 * 208 }, (_, at) => value(at % 320, Math.floor(at / 320))),
  });

  it('takes the light half of a side for its paper', () => {
    expect(measureLight(card((x) => (x % 4 === 0 ? 20 : 180)))).toEqual({ paper: 180, glare: 0 });
  });

  it('sees a mirrored lamp', () => {
    const lamp = card((x, y) => (Math.hypot(x - 200, y - 100) < 40 ? 255 : 180));
    expect(measureLight(lamp).glare).toBeGreaterThan(0.05);
    expect(measureLight(lamp).glare).toBeLessThan(0.09);
  });
});

describe('measurePlace', () => {
  const picture = { width: 1000, height: 700 };

  it('measures the card in pixels of the picture', () => {
    const card = [
      { x: 100, y: 100 },
      { x: 900, y: 100 },
      { x: 900, y: 600 },
      { x: 100, y: 600 },
    ] as const;
    expect(measurePlace(frameOf(card, picture), picture)).toEqual({ cardPixels: 800, isCutOff: false });
  });

  it('sees that a corner lies outside, but takes no whole picture for cut off', () => {
    const card = [
      { x: 100, y: 100 },
      { x: 1020, y: 110 },
      { x: 1010, y: 660 },
      { x: 100, y: 650 },
    ] as const;
    expect(measurePlace(frameOf(card, picture), picture).isCutOff).toBe(true);
    expect(measurePlace(frameOf(undefined, picture), picture)).toEqual({ cardPixels: 1000, isCutOff: false });
  });
});
