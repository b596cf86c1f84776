import { describe, expect, it } from '@jest/globals';
import { parseMrz } from './parse-mrz.js';
import { proposeRepair } from './propose-repair.js';

const DAY = '2026-11-26';
const FIRST = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
const SECOND = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';

describe('proposeRepair', () => {
  it.each([
    ['a letter in a date', [FIRST, SECOND.replace('740812', '74O8I2')]],
    ['a digit in a name', [FIRST.replace('ERIKSSON', 'ER1K5SON'), SECOND]],
    ['a digit in a country', [FIRST.replace('UTO', 'UT0'), SECOND]],
    ['a letter in the document number', [FIRST, SECOND.replace('L898902C3', 'L89890ZC3')]],
    ['a letter for a digit of a check', [FIRST, `${SECOND.slice(0, -1)}O`]],
  ])('proposes what was meant: %s', (_what, read) => {
    expect(proposeRepair(read, DAY)?.lines).toEqual([FIRST, SECOND]);
  });

  it('T67: decides nothing: what was read stays refused', () => {
    const read = [FIRST, SECOND.replace('740812', '74O8I2')];
    const proposal = proposeRepair(read, DAY);
    expect(proposal?.changes).toEqual([
      { line: 1, column: 15, from: 'O', to: '0' },
      { line: 1, column: 17, from: 'I', to: '1' },
    ]);
    expect(parseMrz(read, DAY).kind).toBe('faulty');
  });

  it.each([
    ['nothing is wrong', [FIRST, SECOND]],
    ['a digit is simply another', [FIRST, SECOND.replace('740812', '740813')]],
    ['the size is no format’s', [FIRST]],
  ])('proposes nothing when %s', (_what, read) => {
    expect(proposeRepair(read, DAY)).toBeUndefined();
  });
});
