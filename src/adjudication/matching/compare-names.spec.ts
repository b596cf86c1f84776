import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareIdentity } from './compare-identity.js';
import { compareNames } from './compare-names.js';
import { agrees, MATCH_OUTCOMES } from './match-outcome.js';
import { spelledName } from './transliteration/spelled-name.js';

const person = (text: string) => {
  const [familyName, givenName] = text.split(', ');
  return { familyName, givenName };
};
const outcomes = (record: string, claim: string): string => {
  const { familyName, givenName } = compareNames(person(record), person(claim));
  return `${familyName.outcome} ${givenName.outcome}`;
};

describe('compareNames', () => {
  it.each([
    ['Demo, Ana', 'DEMO, ANA', 'exact exact'],
    ['Demo, Ana', ' demo , Ana', 'exact exact'],
    ['Müller, Jürgen', 'MUELLER, JUERGEN', 'equivalent equivalent'],
    ['Müller, Jürgen', 'MULLER, JURGEN', 'equivalent equivalent'],
    ['MUXXLLER, Eva', 'Müller, Eva', 'equivalent exact'],
    ['Ångström, Åsa', 'AANGSTROEM, AASA', 'equivalent equivalent'],
    ['Ångström, Åsa', 'Angstrom, Asa', 'equivalent equivalent'],
    ['Sørensen, Bjørn', 'SOERENSEN, BJOERN', 'equivalent equivalent'],
    ['Weiß, Ute', 'WEISS, UTE', 'exact exact'],
    ['Þórsdóttir, Guðrún', 'THORSDOTTIR, GUDRUN', 'equivalent equivalent'],
    ['Muñoz, Íñigo', 'MUNOZ, INIGO', 'equivalent equivalent'],
    ['Łukasiewicz, Michał', 'LUKASIEWICZ, MICHAL', 'equivalent equivalent'],
    ['Yılmaz, İpek', 'YILMAZ, IPEK', 'exact equivalent'],
    ['Nguyễn, Thị Ánh', 'NGUYEN, THI ANH', 'equivalent equivalent'],
    ["O'Connor, Siân", 'OCONNOR, SIAN', 'equivalent equivalent'],
    ['Smith-Jones, Mary-Ann', 'SMITH JONES, MARY ANN', 'equivalent equivalent'],
    ['De La Cruz, Ana', 'DELACRUZ, ANA', 'equivalent exact'],
    ['Demo, Ana Maria', 'Demo, Ana', 'exact compatible'],
    ['Demo, Maria', 'Demo, Ana Maria Luisa', 'exact compatible'],
    ['Nguyen, Van Anh', 'VAN ANH, NGUYEN', 'compatible compatible'],
    ['Lopez, Ana Maria', 'Maria Lopez, Ana', 'compatible compatible'],
    ['Demo, Ana', 'Demo, Bea', 'exact different'],
    ['Demo, Ana', 'Dumo, Ana', 'different exact'],
    ['Demo, Ana', 'Demo, Anna', 'exact different'],
    ['Demo, A', 'Demo, A Maria', 'exact different'],
    ['Demo, Ana', 'Demo, Maria Anabel', 'exact different'],
    ['Garcia Lopez, Ana', 'Garcia, Ana', 'different exact'],
    ['Mueller, Eva', 'Muller, Eva', 'different exact'],
    ['Иванов, Иван', 'ИВАНОВ, ИВАН', 'exact exact'],
    ['Иванов, Иван', 'Ivanov, Ivan', 'equivalent equivalent'],
    ['Demo', 'Demo, Ana', 'exact not_comparable'],
    ['Demo, Ana', '---, Ana', 'not_comparable exact'],
  ])('%s against %s: %s', (record, claim, expected) => {
    expect(outcomes(record, claim)).toBe(expected);
  });

  const letters = fc.string({ unit: fc.constantFrom(..."abcxyzäöüåøñßéłþđ-' .İıŒ日Ж"), maxLength: 12 });
  const anyName = fc.record(
    { givenName: fc.oneof(letters, fc.string({ unit: 'grapheme' })), familyName: letters },
    { requiredKeys: [] },
  );

  it('gives the same outcomes whichever side is the record', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        const there = compareNames(a, b);
        const back = compareNames(b, a);
        expect(there.givenName.outcome).toBe(back.givenName.outcome);
        expect(there.familyName.outcome).toBe(back.familyName.outcome);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds every name that has letters equal to itself, in any case', () => {
    fc.assert(
      fc.property(letters, (name) => {
        fc.pre(spelledName(name).spellings.length > 0);
        const match = compareNames({ familyName: name, givenName: name }, { familyName: name, givenName: name });
        expect(match.familyName.outcome).toBe('exact');
        const spelled = spelledName(name).spellings.map((words) => words.join(' '));
        for (const familyName of spelled) {
          expect(
            agrees(compareNames({ familyName: name, givenName: name }, { familyName, givenName: name }).familyName),
          ).toBe(true);
        }
      }),
    );
  });
});

describe('compareIdentity', () => {
  it.each([
    ['1980-02-29', '1980-02-29', 'exact'],
    ['1980-02-28', '1980-02-29', 'different'],
    ['1980-01-02', '1980-02-01', 'different'],
    ['1981-02-29', '1981-02-29', 'not_comparable'],
    ['1980-00-00', '1980-00-00', 'compatible'],
    ['1980-1-2', '1980-01-02', 'not_comparable'],
    [undefined, '1980-01-02', 'not_comparable'],
    ['1980-01-02', 19_800_102, 'not_comparable'],
  ])('birth date %s against %s: %s', (record, claim, expected) => {
    expect(compareIdentity({ birthDate: record }, { birthDate: claim }).birthDate.outcome).toBe(expected);
  });

  it('takes anything without throwing, and agrees only where both sides are text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('givenName', 'familyName', 'birthDate'), fc.anything()), (claim) => {
        const record = { givenName: 'Ana', familyName: 'Demo', birthDate: '1980-01-02' };
        for (const match of Object.values(compareIdentity(record, claim))) {
          expect(MATCH_OUTCOMES).toContain(match.outcome);
        }
      }),
    );
  });
});
