import { alongDirection, type LetterShape } from './letter-shapes.js';

/**
 * How much more a round letter among figures looks like the O of OCR-B than like its zero (ISO 1073-2), however bold its
 * print: above 0 it is an O. By itself, for a zone may have neither to compare with, or forged ones only.
 *
 * The direction that tells the two apart best (Fisher 1936, the spread within both shrunk by 0.3 towards a sphere), from
 * 5,324 letters drawn with half the stroke to two thirds more, at 0.4 to 1 of their size, blurred, noisy and compressed.
 * What it was measured on stands in the README, "Numbers of documents".
 */
export function leansToO(shapes: readonly LetterShape[]): number {
  return alongDirection(shapes, FROM_ZERO_TO_O) + MIDDLE;
}

const MIDDLE = -0.0224;

/** Signed bytes, base64. */
const FROM_ZERO_TO_O = ofLengthOne(
  'AAcEGTxTTTgY//30CNay8RITEg7vt9P9CLvxKh7x8x0k6a77C+QjNTT7+S0mDc7+IP8VNUITEDkgA+kNO/z5Dx' +
    'n9+xP/7/AwQu3Z2v749vfLzOY9PN6/s+/8++6xv+JCN9zAs/IFBPa6yec+Kurb2QIIBgbh4/QvBvP6ChkEByQS' +
    '//wT2OcQLT4PFkcwFvHsvL0ZISbx/zssIsjPzIHlFf/d6xwn85DZ/bar8P77AhD7s8MBBQsKMFVfWEkf/wX9',
);

function ofLengthOne(encoded: string): Float32Array {
  const values = Float32Array.from(new Int8Array(Buffer.from(encoded, 'base64')));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
