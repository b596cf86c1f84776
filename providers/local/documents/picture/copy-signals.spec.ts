import { describe, expect, it } from '@jest/globals';
import type { Picture } from '../../faces/picture.js';
import { frameOf } from './card-frame.js';
import { isPhotocopy, isScreen } from './copy-signals.js';
import { greyOf, GreyPyramid } from './grey-picture.js';

const SIZE = { width: 640, height: 420 };

function painted(colour: (x: number, y: number) => readonly [number, number, number]): Picture {
  const pixels = new Uint8Array(3 * SIZE.width * SIZE.height);
  for (let at = 0; at < pixels.length / 3; at++)
    pixels.set(colour(at % SIZE.width, Math.floor(at / SIZE.width)), 3 * at);
  return { ...SIZE, pixels };
}

/** Noise that is the same in every run. */
function grain(x: number, y: number): number {
  const value = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453;
  return 12 * (value - Math.floor(value) - 0.5);
}

/** Lines of letters of unequal width. */
const print = (x: number, y: number): number =>
  (y % 30 < 9 && Math.sin(x / 3 + 2 * Math.sin(x / 17 + y)) > 0.3 ? 60 : 205) + grain(x, y);
const frame = frameOf(undefined, SIZE);

describe('isScreen', () => {
  const sees = (picture: Picture): boolean => isScreen({ picture, pyramid: new GreyPyramid(greyOf(picture)) }, frame);

  it('sees the stripes of a screen', () => {
    const stripes = painted((x, y) => {
      const light = print(x, y) * (1 + 0.2 * Math.sin((2 * Math.PI * (x + 0.05 * y)) / 2.7));
      return [light, light, light];
    });
    expect(sees(stripes)).toBe(true);
  });

  /** Green against magenta, `askew`: a little faster on the right than on the left. The light stays what it was. */
  const beating = (depth: number, askew: number): Picture =>
    painted((x, y) => {
      const swing = depth * Math.sin((2 * Math.PI * (x + 0.2 * y)) / (9 - (askew * x) / SIZE.width));
      return [print(x, y) + 1.7 * swing, print(x, y) - swing, print(x, y) + 0.7 * swing];
    });

  it('sees the colours that a screen’s stripes make with a camera’s pixels', () => {
    expect(sees(beating(4, 0))).toBe(true);
  });

  it('sees them on a screen held askew, where they differ from place to place', () => {
    expect(sees(beating(4, 2.5))).toBe(true);
  });

  it('sees none in coloured print, nor in a coloured pattern under the portrait alone', () => {
    const coloured = painted((x, y) => [print(x, y), y % 60 < 30 ? 120 : print(x, y), x < 320 ? 150 : print(x, y)]);
    expect(sees(coloured)).toBe(false);
    const raster = (x: number, y: number): number => (x < 210 && y < 210 ? 14 * Math.sin((x + y) / 1.6) : 0);
    expect(sees(painted((x, y) => [print(x, y) + raster(x, y), print(x, y), print(x, y) + raster(x, y)]))).toBe(false);
  });

  it('sees none in print with a camera’s noise, nor in the blocks of JPEG', () => {
    const blocks = (x: number, y: number): number => (x % 8 === 0 || y % 8 === 0 ? 6 : 0);
    expect(sees(painted((x, y) => [print(x, y), print(x, y), print(x, y)]))).toBe(false);
    const stored = (x: number, y: number): number => 180 + grain(x, y) + blocks(x, y);
    expect(sees(painted((x, y) => [stored(x, y), stored(x, y), stored(x, y)]))).toBe(false);
  });

  it('sees none in a picture smaller than what it looks at', () => {
    const dot = { width: 2, height: 2, pixels: new Uint8Array(12) };
    expect(isScreen({ picture: dot, pyramid: new GreyPyramid(greyOf(dot)) }, frameOf(undefined, dot))).toBe(false);
  });
});

describe('isPhotocopy', () => {
  it('sees black and white under warm light', () => {
    expect(
      isPhotocopy(
        painted((x, y) => [print(x, y), print(x, y) * 0.98, print(x, y) * 0.94]),
        frame,
      ),
    ).toBe(true);
  });

  it('sees the colours of a card', () => {
    const card = painted((x, y) => (x < 200 ? [print(x, y), 120, 100] : [200, 215, print(x, y)]));
    expect(isPhotocopy(card, frame)).toBe(false);
  });
});
