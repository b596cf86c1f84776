import { isDrawn, LETTER_HEIGHT, LETTER_WIDTH, letterRows } from './letters.js';

/** Rows of `0` and `1`, all of one length: what is repeated over a whole picture. */
export type TextTile = readonly string[];

/** Narrow, so that the whole text fits into what an attacker may cut out of a picture: a face, a portrait. */
const LINE_CHARACTERS = 16;
/** Beyond this a text is cut, and ends in `~`. */
const MOST_CHARACTERS = 96;
/** Dots between two columns and two rows of text blocks. */
const GAP = 2 * LETTER_WIDTH;
const LINE_HEIGHT = LETTER_HEIGHT + 2;
const CHARACTER_WIDTH = LETTER_WIDTH + 1;

/**
 * Texts one below the other, long ones broken, twice: the second time half a width to the right, so that no straight
 * strip of the picture is without. Characters that are not drawn stand as their UTF-8 bytes, `%C3%BC`.
 */
export function textTile(texts: readonly string[]): TextTile {
  const lines = texts.flatMap((text) => broken(drawable(text)));
  const width = LINE_CHARACTERS * CHARACTER_WIDTH + GAP;
  const block = [...lines.flatMap((line) => lineRows(line, width)), ...emptyRows(GAP, width)];
  const shift = Math.floor(width / 2);
  return [...block, ...block.map((row) => row.slice(-shift) + row.slice(0, -shift))];
}

function drawable(text: string): string {
  const shown = [...text.toWellFormed()].map((character) =>
    character !== '%' && isDrawn(character) ? character : encodeURIComponent(character),
  );
  const whole = shown.join('');
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS - 1)}~`;
}

const broken = (text: string): string[] => text.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? [];

function lineRows(line: string, width: number): string[] {
  const letters = [...line].map(letterRows);
  const rows = Array.from({ length: LETTER_HEIGHT }, (_none, row) =>
    letters
      .map((letter) => `${letter[row]}0`)
      .join('')
      .padEnd(width, '0'),
  );
  return [...rows, ...emptyRows(LINE_HEIGHT - LETTER_HEIGHT, width)];
}

const emptyRows = (count: number, width: number): string[] => Array.from({ length: count }, () => '0'.repeat(width));
