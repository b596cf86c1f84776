import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foundFace, paintPicture } from '../../../test/support/found-face.js';
import type { FoundFace } from './face-finder.js';
import type { Point, Similarity } from './geometry.js';
import {
  FINGERPRINT_BYTES,
  fingerprintDistance,
  fingerprintOf,
  isSamePicture,
  SAME_PICTURE_DISTANCE,
} from './picture-fingerprint.js';
import type { Picture } from './picture.js';

const SIZE = 300;
const PLACE: Similarity = { a: 1.5, b: 0, shiftX: 40, shiftY: 40 };

/** A made-up picture whose face is the template, half as large again and in the middle. */
const ORIGINAL = paintPicture(
  SIZE,
  (x, y) => 120 + 55 * Math.sin(x / 15 + Math.cos(y / 21)) + 40 * Math.cos(y / 11 - x / 37),
);

describe('fingerprintOf, by which a photograph is known again on another case (T72)', () => {
  const original = fingerprintOf(foundIn(ORIGINAL, PLACE));

  it.each<[string, FoundFace]>([
    ['itself', foundIn(ORIGINAL, PLACE)],
    [
      'a darker, flatter copy',
      foundIn(
        repaint(ORIGINAL, (value) => 0.5 * value + 25),
        PLACE,
      ),
    ],
    [
      'a coarsely compressed copy',
      foundIn(
        repaint(ORIGINAL, (value) => 16 * Math.round(value / 16)),
        PLACE,
      ),
    ],
    ['its mirror image', mirrored()],
    ['a copy cut out elsewhere', cut()],
    ['a face found two pixels off', foundIn(ORIGINAL, { ...PLACE, shiftX: 42, shiftY: 38 })],
  ])('is nearly the same for %s', (_, copy) => {
    expect(fingerprintDistance(original, fingerprintOf(copy))).toBeLessThanOrEqual(SAME_PICTURE_DISTANCE);
  });

  it.each<[string, FoundFace]>([
    [
      'another picture',
      foundIn(
        paintPicture(SIZE, (x, y) => 120 + 55 * Math.cos(x / 9 - Math.sin(y / 17)) + 40 * Math.sin(y / 19 + x / 12)),
        PLACE,
      ),
    ],
    [
      'a flat one',
      foundIn(
        paintPicture(SIZE, () => 128),
        PLACE,
      ),
    ],
  ])('differs for %s', (_, other) => {
    expect(fingerprintDistance(original, fingerprintOf(other))).toBeGreaterThan(SAME_PICTURE_DISTANCE);
  });

  it('is short, and the same every time', () => {
    expect(original).toHaveLength(FINGERPRINT_BYTES);
    expect(fingerprintOf(foundIn(ORIGINAL, PLACE))).toEqual(original);
  });
});

describe('isSamePicture (T72)', () => {
  const code = fc.uint8Array({ minLength: FINGERPRINT_BYTES, maxLength: FINGERPRINT_BYTES });

  it('counts bits: up to 38 of 192 may differ', () => {
    fc.assert(
      fc.property(
        code,
        fc.shuffledSubarray([...Array(8 * FINGERPRINT_BYTES).keys()], { maxLength: 50 }),
        (one, bits) => {
          const other = one.slice();
          for (const bit of bits) other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(isSamePicture(one, other)).toBe(bits.length <= 38);
        },
      ),
    );
  });

  it('is the same both ways round, for any two codes', () => {
    fc.assert(fc.property(code, code, (one, other) => isSamePicture(one, other) === isSamePicture(other, one)));
  });

  it('is never true of bytes that are no code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), code, (bytes, one) => {
        fc.pre(bytes.length !== FINGERPRINT_BYTES);
        expect([isSamePicture(bytes, bytes), isSamePicture(bytes, one), isSamePicture(one, bytes)]).toEqual([
          false,
          false,
          false,
        ]);
      }),
    );
  });
});

function repaint({ pixels, ...size }: Picture, value: (from: number) => number): Picture {
  return { ...size, pixels: pixels.map(value) };
}

function foundIn(picture: Picture, place: Similarity): FoundFace {
  return foundFace(picture, { place });
}

/** Of a mirrored face the eye on the left was the right one: left and right are as seen in the picture. */
function mirrored(): FoundFace {
  const turned = paintPicture(SIZE, (x, y) => ORIGINAL.pixels[3 * (y * SIZE + (SIZE - 1 - x))] ?? 0);
  const flip = ({ x, y }: Point): Point => ({ x: SIZE - x, y });
  const { face } = foundIn(ORIGINAL, PLACE);
  const points = {
    leftEye: flip(face.points.rightEye),
    rightEye: flip(face.points.leftEye),
    nose: flip(face.points.nose),
    leftMouth: flip(face.points.rightMouth),
    rightMouth: flip(face.points.leftMouth),
  };
  return { picture: turned, face: { ...face, points } };
}

function cut(): FoundFace {
  const moved = paintPicture(
    SIZE,
    (x, y) => ORIGINAL.pixels[3 * (Math.min(SIZE - 1, y + 20) * SIZE + Math.min(SIZE - 1, x + 30))] ?? 0,
  );
  return foundIn(moved, { ...PLACE, shiftX: 10, shiftY: 20 });
}
