import { alignFace, DLIB_TEMPLATE, scaleTemplate } from './alignment.js';
import type { FoundFace } from './face-finder.js';
import { normaliseLocally } from './local-contrast.js';
import { luminanceOf } from './luminance.js';
import { cutPatch } from './patch.js';

/**
 * A short code of one photograph of a face. It tells the photograph again after re-encoding, cropping, scaling, a small
 * turn or mirroring; another photograph of the same person has another code. It says nothing about whose face it is.
 */
export type PictureFingerprint = Uint8Array & { readonly kind: unique symbol };

const GRID = 64;
const TEMPLATE = scaleTemplate(DLIB_TEMPLATE, GRID);
const CONTRAST = { reach: 8, floor: 4 };

export const FINGERPRINT_BYTES = 24;

/** To be changed with anything that moves a bit: the finder, the template, the frequencies. */
export const FINGERPRINT_METHOD = 'face-frequencies-1';

/**
 * Share of differing bits up to which two fingerprints are of one photograph. Changed copies of the 22 sample faces
 * differ by at most 0.19 (mirrored ones most), different photographs by at least 0.30 and by 0.43 in the middle.
 */
export const SAME_PICTURE_DISTANCE = 0.2;

interface Frequency {
  across: number;
  down: number;
}

const HIGHEST_FREQUENCY = 16;

/** The lowest frequencies without the flat ones, in the order of their bits. */
const FREQUENCIES: readonly Frequency[] = Array.from({ length: HIGHEST_FREQUENCY ** 2 }, (_, at) => ({
  across: at % HIGHEST_FREQUENCY,
  down: Math.floor(at / HIGHEST_FREQUENCY),
}))
  .filter(({ across, down }) => across + down >= 2)
  .sort((one, other) => one.across + one.down - other.across - other.down || one.across - other.across)
  .slice(0, 8 * FINGERPRINT_BYTES);

/** The signs of the cosine transform of the aligned face, its light made even. */
export function fingerprintOf({ face, picture }: FoundFace): PictureFingerprint {
  const luminance = luminanceOf(cutPatch(picture, alignFace(face.points, TEMPLATE), GRID));
  const coefficient = cosineTransform(normaliseLocally(luminance, GRID, CONTRAST));
  const code = new Uint8Array(FINGERPRINT_BYTES);
  FREQUENCIES.forEach((frequency, bit) => {
    if (coefficient(frequency) > 0) code[bit >> 3] = (code[bit >> 3] ?? 0) | (1 << (bit & 7));
  });
  return code as PictureFingerprint;
}

/** Share of bits that differ, 0..1, in the better of both directions: a mirror only turns odd frequencies' signs. */
export function fingerprintDistance(one: PictureFingerprint, other: PictureFingerprint): number {
  return Math.min(differingBits(one, other, false), differingBits(one, other, true)) / FREQUENCIES.length;
}

/** Whether two codes are of one photograph. Bytes of another length are no code and like nothing, not even themselves. */
export function isSamePicture(one: Uint8Array, other: Uint8Array): boolean {
  return isFingerprint(one) && isFingerprint(other) && fingerprintDistance(one, other) <= SAME_PICTURE_DISTANCE;
}

const isFingerprint = (code: Uint8Array): code is PictureFingerprint => code.length === FINGERPRINT_BYTES;

/** The bits of odd frequencies. */
const TURNED_BY_A_MIRROR = new Uint8Array(FINGERPRINT_BYTES);
FREQUENCIES.forEach(({ across }, bit) => {
  if (across % 2 === 1) TURNED_BY_A_MIRROR[bit >> 3] = (TURNED_BY_A_MIRROR[bit >> 3] ?? 0) | (1 << (bit & 7));
});

const BITS_OF_BYTE = Uint8Array.from(
  { length: 256 },
  (_, byte) => [...byte.toString(2)].filter((bit) => bit === '1').length,
);

function differingBits(one: Uint8Array, other: Uint8Array, mirrored: boolean): number {
  let count = 0;
  for (let at = 0; at < FINGERPRINT_BYTES; at++) {
    const turned = mirrored ? (TURNED_BY_A_MIRROR[at] ?? 0) : 0;
    count += BITS_OF_BYTE[(one[at] ?? 0) ^ (other[at] ?? 0) ^ turned] ?? 0;
  }
  return count;
}

const WAVES: readonly Float32Array[] = Array.from({ length: HIGHEST_FREQUENCY }, (_, frequency) =>
  Float32Array.from({ length: GRID }, (_value, at) => Math.cos((Math.PI * (at + 0.5) * frequency) / GRID)),
);

/** DCT-II, not scaled, row by row and then only where a coefficient is asked for. */
function cosineTransform(values: Float32Array): (frequency: Frequency) => number {
  const rows = WAVES.map((wave) =>
    Float32Array.from({ length: GRID }, (_, y) => product(wave, values.subarray(y * GRID, (y + 1) * GRID))),
  );
  return ({ across, down }) => product(WAVES[down], rows[across]);
}

function product(one: Float32Array | undefined, other: Float32Array | undefined): number {
  let sum = 0;
  for (let at = 0; at < GRID; at++) sum += (one?.[at] ?? 0) * (other?.[at] ?? 0);
  return sum;
}
