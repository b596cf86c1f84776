import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareIdentity } from '../matching/compare-identity.js';
import { agrees } from '../matching/match-outcome.js';
import { nameKeysOf, twinKeysOf, type NamedPerson } from './name-keys.js';

const BORN = '1980-01-02';
const person = (givenName?: string, familyName?: string, birthDate: string | undefined = BORN): NamedPerson => ({
  givenName,
  familyName,
  birthDate,
});
/** Whether the first would find the second in the directory. */
const mistaken = (a: NamedPerson, b: NamedPerson): boolean => {
  const keys = new Set(nameKeysOf(b));
  return twinKeysOf(a)?.some((key) => keys.has(key)) ?? true;
};

describe('two people of one name (T65)', () => {
  it.each([
    ['letters', person('Müller', 'Jürgen'), person('Mueller', 'Juergen')],
    ['order', person('Ana', 'Petrova'), person('Petrova', 'Ana')],
    ['case and marks', person('ANA', 'PÉREZ'), person('ana', 'Perez')],
    ['more given names', person('Ana Maria', 'Lopez'), person('Ana', 'Lopez')],
    ['a second surname', person('Ana', 'Lopez Garcia'), person('Ana', 'Lopez')],
    ['a hyphen', person('Ana', 'Lopez-Garcia'), person('Ana', 'Garcia')],
    ['a single name', person('Suharto'), person(undefined, 'Suharto')],
    ['a birth date nobody recorded', person('Ana', 'Lopez'), { givenName: 'Ana', familyName: 'Lopez' }],
  ])('T65: are found in spite of %s', (_what, a, b) => {
    expect(mistaken(a, b)).toBe(true);
  });

  it.each([
    ['another birth date', person('Ana', 'Lopez'), person('Ana', 'Lopez', '1980-01-03')],
    ['another given name, as twins have', person('Ana', 'Lopez Garcia'), person('Eva', 'Lopez Garcia')],
    ['another family name', person('Ana', 'Lopez'), person('Ana', 'Garcia')],
  ])('T65: are told apart by %s', (_what, a, b) => {
    expect(mistaken(a, b)).toBe(false);
  });

  it('T65: nobody is unique without a birth date, or without a name', () => {
    expect(twinKeysOf({ givenName: 'Ana', familyName: 'Lopez' })).toBeUndefined();
    expect(twinKeysOf(person('', ''))).toBeUndefined();
    expect(twinKeysOf({})).toBeUndefined();
  });

  it('T65: whoever the matcher takes for one another shares a key', () => {
    const word = fc.constantFrom('Ana', 'Maria', 'Jürgen', 'Müller', 'Lopez', 'García', 'de', 'la', "O'Brien", 'Li');
    const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(name, name, name, name, (givenA, familyA, givenB, familyB) => {
        const a = person(givenA, familyA);
        const b = person(givenB, familyB);
        const match = compareIdentity(a, b);
        if ([match.givenName, match.familyName].every(agrees)) expect(mistaken(a, b)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is symmetric where both birth dates are known', () => {
    const word = fc.constantFrom('Ana', 'Eva', 'Lopez', 'Garcia');
    fc.assert(
      fc.property(word, word, word, word, (a, b, c, d) => {
        expect(mistaken(person(a, b), person(c, d))).toBe(mistaken(person(c, d), person(a, b)));
      }),
    );
  });
});
