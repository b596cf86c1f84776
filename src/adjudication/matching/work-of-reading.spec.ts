import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { compareIdentity } from './compare-identity.js';
import { arabicKey, cyrillicKey } from './transliteration/romanisation.js';

/** Names that no person has: as long as anybody cares to send, of letters and marks that take looking up. */
const HOSTILE = ['щщ日<\u0301', 'aщ\u200d', "'ا\u0651", 'a\u0651ǅ', 'Йщ\u0301'].map((unit) => unit.repeat(4_000));
/** What the matcher looks at of one name. */
const MOST_LETTERS = 128;
/** Given and family name of the record, of the evidence, and of five former names. */
const MOST_NAMES = 2 + 2 + 5 * 2;

const nameOf = (at: number): { givenName: string; familyName: string } => ({
  givenName: HOSTILE[at % HOSTILE.length] ?? '',
  familyName: HOSTILE[(at + 1) % HOSTILE.length] ?? '',
});
const record = {
  ...nameOf(0),
  birthDate: '1980-01-02',
  formerNames: Array.from({ length: 8 }, (_n, at) => nameOf(at)),
};
const compare = (): unknown =>
  compareIdentity(
    record,
    { ...nameOf(2), birthDate: '1980-01-02' },
    { document: { outcome: 'exact', method: 'same_number', reasonCodes: [] } },
  );

/** Counted, not timed: what a clock says depends on what else the machine does. */
describe('the work that one comparison of hostile names takes (T89)', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('T89 reads each name once, whatever it is compared with, and no more than its first letters', () => {
    const read: number[] = [];
    const { normalize } = String.prototype;
    jest.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, form?: string) {
      if (form === 'NFKC') read.push(this.length);
      return normalize.call(this, form);
    });
    compare();
    expect(read.length).toBeGreaterThan(4);
    expect(read.length).toBeLessThanOrEqual(MOST_NAMES);
    expect(Math.max(...read)).toBeLessThanOrEqual(MOST_LETTERS);
  });

  it('T89 asks what a letter is once for all ways to spell the name', () => {
    compare();
    const asked = jest.spyOn(RegExp.prototype, 'test');
    compare();
    const letters = MOST_NAMES * MOST_LETTERS;
    expect(asked.mock.calls.length).toBeGreaterThan(0);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(2 * letters);
  });
});

describe('the key of a romanisation', () => {
  it.each([
    ['Й', 'I'],
    ['Ы', 'Y'],
    ['Аб', 'ABD'],
    ['ее', 'AE'],
  ])('T89 is made in time that grows with the name, not with its square: %s', (_letter, unit) => {
    const before = process.cpuUsage();
    const name = unit.repeat(60_000 / unit.length);
    cyrillicKey(name, { gIsH: true });
    arabicKey(name);
    const { user } = process.cpuUsage(before);
    // Some milliseconds; the square is ten seconds.
    expect(user / 1_000).toBeLessThan(1_000);
  });
});
