import { describe, expect, it } from '@jest/globals';
import { machineReadableZone } from '../../src/embedded/specimens/index.js';
import { scoreCard } from './card-score.js';

const HOLDER = {
  familyName: 'Marsh',
  givenName: 'Ana Lucía',
  birthDate: '1991-04-12',
  expiryDate: '2034-03-31',
  documentNumber: 'U7A410825',
};
const SIGNALS = { screen: 'not_seen', photocopy: 'not_seen' } as const;

function scoreLines(lines: string[] | undefined, truth = machineReadableZone('td2', HOLDER)): string {
  const mrz = lines && { lines, confidences: lines.map(() => 1) };
  return scoreCard({ mrz: truth }, { reasons: [], signals: SIGNALS, mrz });
}

describe('scoreCard', () => {
  const truth = machineReadableZone('td2', HOLDER);

  it('counts a zone read as it is', () => {
    expect(scoreLines(truth)).toBe('exact');
  });

  it('counts another name as valid, since no digit covers it', () => {
    expect(scoreLines(machineReadableZone('td2', { ...HOLDER, givenName: 'Ana Lucja' }))).toBe('valid');
  });

  it.each([
    ['number', { documentNumber: 'U7A410826' }],
    ['birth date', { birthDate: '1991-04-13' }],
    ['expiry date', { expiryDate: '2034-03-30' }],
    ['optional data', { optionalData: '1' }],
  ])('counts another %s with right digits as falsely valid', (_, change) => {
    expect(scoreLines(machineReadableZone('td2', { ...HOLDER, ...change }))).toBe('false_valid');
  });

  it('counts a wrong character under a digit as wrong', () => {
    expect(scoreLines(truth.map((line) => line.replace('U7A41', 'U7A47')))).toBe('wrong');
  });

  it.each([[undefined], [[]]])('counts %p as failed', (lines) => {
    expect(scoreLines(lines)).toBe('failed');
  });

  it.each([
    ['@ANSI', 'exact'],
    ['@ANSJ', 'false_valid'],
    [undefined, 'failed'],
  ])('counts a barcode read as %p as %s', (text, expected) => {
    const barcode = text === undefined ? undefined : { text };
    expect(scoreCard({ barcode: '@ANSI' }, { reasons: [], signals: SIGNALS, barcode })).toBe(expected);
  });
});
