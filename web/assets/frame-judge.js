/*
 * What a person is told about the frame they hold: one word at a time, and whether it is good enough to be taken. Pure,
 * but for the memory of what was said last. These are hints: the server looks at the picture itself, and decides.
 */
const DARK = 45;
const BRIGHT = 232;
const MOVING = 7;
const BLURRED = { document: 60, face: 14 };
/** ≥ 70 % of the outline; a card much larger than the outline is about to be cut. */
const SMALL = 0.7;
const LARGE = 1.08;
const FACE_SMALL = 0.3;
const FACE_LARGE = 0.85;
const OFF_CENTRE = 0.22;

/** So many good frames in a row are taken by themselves. */
export const GOOD_IN_A_ROW = 8;
/** A hint stands at least so long, to be read and to be read aloud. */
export const HINT_MS = 1_500;
/** Without a good frame for so long, the button is pointed to. */
export const PATIENCE_MS = 10_000;

/** @returns a hint's name; `good` when there is nothing to do better. */
export function judgeDocument({ brightness, glare, size, motion, sharpness }) {
  const light = judgeLight(brightness);
  if (light) return light;
  if (glare) return 'glare';
  if (size === null) return 'fit';
  if (size < SMALL) return 'closer';
  if (size > LARGE) return 'back';
  return motion > MOVING || sharpness < BLURRED.document ? 'still' : 'good';
}

/**
 * `faces` is what the browser's own detector found, in parts of the frame, or null where it has none: then only light and
 * focus are spoken of, and no frame is good by itself.
 */
export function judgeFace({ brightness, motion, sharpness, faces }) {
  const light = judgeLight(brightness);
  if (light) return light;
  if (faces) {
    const place = judgePlace(faces);
    if (place) return place;
  }
  if (motion > MOVING || sharpness < BLURRED.face) return 'still';
  return faces ? 'good' : 'ready';
}

function judgeLight(brightness) {
  if (brightness < DARK) return 'dark';
  return brightness > BRIGHT ? 'bright' : null;
}

function judgePlace(faces) {
  if (faces.length === 0) return 'noFace';
  if (faces.length > 1) return 'faces';
  const [{ x, y, width, height }] = faces;
  if (height < FACE_SMALL) return 'closer';
  if (height > FACE_LARGE) return 'back';
  const off = Math.max(Math.abs(x + width / 2 - 0.5), Math.abs(y + height / 2 - 0.5));
  return off > OFF_CENTRE ? 'centre' : null;
}

/** What speaks against a picture that was just taken; empty when it looks clear. */
export function faultOf(hint) {
  return ['dark', 'bright', 'glare', 'still'].includes(hint) ? hint : null;
}

/** Counts good frames in a row. */
export class GoodRun {
  #count = 0;

  /** @returns whether this frame completes the row */
  add(good) {
    this.#count = good ? this.#count + 1 : 0;
    return this.#count >= GOOD_IN_A_ROW;
  }

  /** 0 to 1, for the beeps. */
  get progress() {
    return Math.min(1, this.#count / GOOD_IN_A_ROW);
  }
}

/** One hint at a time, each of them for a while: words that flicker are neither read nor spoken. */
export class HintPace {
  #shown = null;
  #since = -Infinity;

  /** @returns the hint to show at this time */
  next(hint, atMs) {
    if (hint !== this.#shown && atMs - this.#since >= HINT_MS) {
      this.#shown = hint;
      this.#since = atMs;
    }
    return this.#shown;
  }
}
