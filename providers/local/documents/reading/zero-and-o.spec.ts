import { describe, expect, it } from '@jest/globals';
import { drawZone } from '../../../../test/documents/drawn-zone.js';
import { parseMrz } from '../mrz/parse-mrz.js';
import { RoundLetters } from './letter-shapes.js';
import { settleZeroAndO } from './zero-and-o.js';
import { linesOf } from './zone-lines.js';
import { cutStrip } from './zone-strip.js';

const DAY = '2026-11-26';

/** The number's two zeros, if both are taken for Os, leave every check digit right. */
const LINES = ['I<POLT0E0TW2HH<EUW8<2754668<<<', '8412069<3207198UTO<<<<<<<<<<<2', 'SOERENSEN<<BO<<<<<<<<<<<<<<<<<'];
/** Pixels; strokes are 5 wide. */
const BLURRED = 4;
const MISREAD = ['I<POLTOEOTW2HH<EUW8<2754668<<<', ...LINES.slice(1)];

async function lettersOf(lines: readonly string[], blur = 0): Promise<RoundLetters> {
  const { pyramid, rows, toPicture } = await drawZone(lines, { blur });
  return new RoundLetters(linesOf(cutStrip(pyramid, rows, toPicture)));
}

describe('settleZeroAndO', () => {
  it('settles two mistakes that cancel out in the check digits (T67)', async () => {
    expect(parseMrz(MISREAD, DAY).kind).toBe('valid');
    expect(settleZeroAndO(MISREAD, await lettersOf(LINES))).toEqual(LINES);
  });

  it('keeps what is printed, whatever the check digits say (T67)', async () => {
    expect(settleZeroAndO(LINES, await lettersOf(MISREAD))).toEqual(MISREAD);
    const forged = ['I<POLTOE0TW2HH<EUW8<2754668<<<', ...LINES.slice(1)];
    expect(parseMrz(forged, DAY).kind).toBe('faulty');
    expect(settleZeroAndO(forged, await lettersOf(forged))).toEqual(forged);
  });

  it('settles a zero among letters', async () => {
    const misread = [...LINES.slice(0, 2), 'S0ERENSEN<<BO<<<<<<<<<<<<<<<<<'];
    expect(settleZeroAndO(misread, await lettersOf(LINES))).toEqual(LINES);
  });

  it.each([
    ['a date', '8412069<32O7198UTO<<<<<<<<<<<2'],
    ['a date and all other dates', '8412O69<32O7198UTO<<<<<<<<<<<2'],
  ])('gives an O printed for a zero of %s back as an O, for the zone to be refused (T67)', async (_, second) => {
    const printed = [LINES[0] ?? '', second, LINES[2] ?? ''];
    expect(parseMrz(LINES, DAY).kind).toBe('valid');
    const settled = settleZeroAndO(LINES, await lettersOf(printed));
    // No other zero becomes an O for it.
    expect(settled).toEqual(printed);
    expect(parseMrz(settled, DAY).kind).toBe('faulty');
  });

  it.each([
    ['only other zeros tell', '8402069<32O7198D<<<<<<<<<<<<<0'],
    ['all zeros are Os', '84O2O69<32O7198D<<<<<<<<<<<<<0'],
  ])('gives an O among figures back as an O in a zone without a letter O where %s (T67)', async (_, second) => {
    const read = ['I<D<<T0E0TW2HH<EUW8<2754668<<<', '8402069<3207198D<<<<<<<<<<<<<0', 'MUELLER<<IDA<<<<<<<<<<<<<<<<<<'];
    const printed = [read[0] ?? '', second, read[2] ?? ''];
    expect(settleZeroAndO(read, await lettersOf(printed))[1]).toBe(second);
    expect(settleZeroAndO(read, await lettersOf(read))).toEqual(read);
  });

  it.each([
    ['sharp print', 0],
    ['print so blurred that no stroke is dark', BLURRED],
  ])('gives the only round letter of a zone back as what it looks like among figures, in %s (T67)', async (_, blur) => {
    const alone = [
      'I<D<<T1E1TW2HH<EUW8<2754668<<<',
      '8412169<3207198D<<<<<<<<<<<<<2',
      'MUELLER<<IDA<<<<<<<<<<<<<<<<<<',
    ];
    const printed = alone.with(1, '8412169<32O7198D<<<<<<<<<<<<<2');
    expect(settleZeroAndO(alone, await lettersOf(printed, blur))).toEqual(printed);
    expect(settleZeroAndO(alone, await lettersOf(alone, blur))).toEqual(alone);
  });

  it('changes nothing without a sample of both, without pictures, and in lines of no format', async () => {
    const withoutLetterO = [
      'I<D<<T0E0TW2HH<EUW8<2754668<<<',
      '8412069<3207198D<<<<<<<<<<<<<2',
      'MUELLER<<IDA<<<<<<<<<<<<<<<<<<',
    ];
    const misread = ['I<D<<TOEOTW2HH<EUW8<2754668<<<', ...withoutLetterO.slice(1)];
    expect(settleZeroAndO(misread, await lettersOf(withoutLetterO))).toEqual(misread);
    expect(settleZeroAndO(MISREAD, new RoundLetters([]))).toEqual(MISREAD);
    expect(settleZeroAndO(['O0O0'], await lettersOf(LINES))).toEqual(['O0O0']);
  });
});
