import { describe, expect, it } from '@jest/globals';
import type { PrintedLine } from '../document-reading.js';
import { PrintedText } from './printed-text.js';

/** One text a row, a field's caption and value 100 pixels from the next, as a card of 1280 pixels has them. */
function printOf(rows: readonly (string | readonly [caption: string, value: string])[]): PrintedText {
  const printed = rows.flatMap((row, at): PrintedLine[] => {
    const [caption, value] = typeof row === 'string' ? ['', row] : row;
    const box = { left: 400, top: 100 * at, width: 200, height: 24 };
    const under = { ...box, top: box.top + 30, height: 34 };
    return [...(caption ? [{ text: caption, confidence: 1, box }] : []), { text: value, confidence: 1, box: under }];
  });
  const text = PrintedText.of({
    front: { reasons: [], signals: { screen: 'not_run', photocopy: 'not_run' }, printed },
  });
  if (!text) throw new Error('no print');
  return text;
}
const NAMES = [
  ['Surname', 'MARTINELLI'],
  ['Given names', 'MARIA'],
] as const;
const hasGiven = (name: string, rows: Parameters<typeof printOf>[0]): boolean =>
  printOf(rows).hasName(name, { truncated: false, other: 'MARTINELLI' });

describe('T66: where on a document a name may stand', () => {
  it.each<[string, Parameters<typeof printOf>[0], string]>([
    ['the month of a date under it', [...NAMES, '12 MAY 1991'], 'MAY'],
    ['the month of a date beside its words', [...NAMES, 'VALID UNTIL MAY 2030'], 'MAY'],
    ['a date’s word without figures', [...NAMES, 'VALID UNTIL MAY'], 'MAY'],
    ['the state that issued it', ['STATE OF GEORGIA', ...NAMES], 'GEORGIA'],
    ['the state, beside what the card is', ['VICTORIA DRIVER LICENCE', ...NAMES], 'VICTORIA'],
    ['the state by itself, at the top', ['GEORGIA', '4d 083412345', '3 04/12/1991', ...NAMES], 'GEORGIA'],
    ['a street and its number', [...NAMES, '12 GEORGIA AVENUE'], 'GEORGIA'],
    ['the place of birth under its caption', [...NAMES, ['Place of birth', 'GEORGIA']], 'GEORGIA'],
    ['the place of birth further down', [...NAMES, 'FRA', '12.04.1991', 'GEORGIA'], 'GEORGIA'],
    ['an office under its caption', [...NAMES, ['Authority / Autorité', 'VICTORIA']], 'VICTORIA'],
  ])('is no name: %s', (_what, rows, name) => {
    expect(hasGiven(name, rows)).toBe(false);
    expect(hasGiven('MARIA', rows)).toBe(true);
    // One word of two that stands apart from the other is no better.
    expect(hasGiven(`MARIA ${name}`, rows)).toBe(false);
  });

  it.each<[string, Parameters<typeof printOf>[0], string]>([
    ['under its caption', [NAMES[0], ['Given names', 'MAY']], 'MAY'],
    ['behind its caption', [NAMES[0], '2 Given names GEORGIA'], 'GEORGIA'],
    ['beside the family name', ['MARTINELLI GEORGIA'], 'GEORGIA'],
    ['with a name that is a caption elsewhere', [NAMES[0], 'PLACE'], 'PLACE'],
    ['in two lines', [NAMES[0], ['Given names', 'MARIA'], 'GEORGIA'], 'MARIA GEORGIA'],
    ['where the family name was not read', [['Given names', 'GEORGIA']], 'GEORGIA'],
    ['read with figures for its letters', [NAMES[0], '808'], 'BOB'],
  ])('is a name: %s', (_what, rows, name) => {
    expect(hasGiven(name, rows)).toBe(true);
  });

  it('another line of a short name says nothing of where names are', () => {
    const rows = ['LA REPUBLICA', '4d 083412345', '3 04/12/1991', 'DE LA CRUZ', 'MARIA'];
    expect(printOf(rows).hasName('MARIA', { truncated: false, other: 'DE LA CRUZ' })).toBe(true);
    expect(
      printOf(['LA REPUBLICA', '1', '2', 'MARIA']).hasName('MARIA', { truncated: false, other: 'DE LA CRUZ' }),
    ).toBe(true);
  });
});
