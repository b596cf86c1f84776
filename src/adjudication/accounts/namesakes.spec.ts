import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generatePeople } from '../../../test/people/generate-people.js';
import { inOwnScript, printed, type NameForms, type Person } from '../../../test/people/person.js';
import { compareIdentity } from '../matching/compare-identity.js';
import { weighIdentity } from '../matching/weigh-identity.js';
import {
  asShown,
  birthKeysOf,
  couldBeTaken,
  hasName,
  isFullDate,
  UNKNOWN_BIRTH_DATE,
  type NamedPerson,
} from './namesakes.js';

const person = (givenName?: string, familyName?: string): NamedPerson => ({ givenName, familyName });
const formerly = (givenName: string, familyName: string, former: string): NamedPerson => ({
  ...person(givenName, familyName),
  formerNames: [{ familyName: former }],
});

describe('two people of one name (T65)', () => {
  it.each([
    ['letters', person('Müller', 'Jürgen'), person('Mueller', 'Juergen')],
    ['order', person('Ana', 'Petrova'), person('Petrova', 'Ana')],
    ['case and marks', person('ANA', 'PÉREZ'), person('ana', 'Perez')],
    ['more given names', person('Ana Maria', 'Lopez'), person('Ana', 'Lopez')],
    ['a second surname', person('Ana', 'Lopez Garcia'), person('Ana', 'Lopez')],
    ['a nickname', person('William', 'Stone'), person('Bill', 'Stone')],
    ['two nicknames of one name', person('Beth', 'Stone'), person('Betty', 'Stone')],
    ['a nickname of another spelling', person('Nikolay', 'Iurev'), person('Kolya', 'Iurev')],
    ['an initial', person('John', 'Stone'), person('J', 'Stone')],
    ['an initial of a name in other letters', person('علی', 'Tehrani'), person('A', 'Tehrani')],
    ['an initial of another spelling', person('Iurii', 'Petrov'), person('Y', 'Petrov')],
    ['an initial behind another spelling', person('Mohamed A', 'Salem'), person('Mohammad Ali', 'Salem')],
    ['an initial of other letters behind a name', person('Ali R.', 'Tehrani'), person('علی رضا', 'Tehrani')],
    ['an initial before a name', person('Y Sergeevich', 'Petrov'), person('Iurii Sergeevich', 'Petrov')],
    ['a nickname, and an initial with more', person('Bill', 'Stone'), person('W James', 'Stone')],
    ['a nickname, and another spelling with more', person('Kolya', 'Petrov'), person('Nikolay Ivanovich', 'Petrov')],
    ['a particle, and a surname left out', person('Ana', 'dos Santos'), person('Ana', 'Santos Silva')],
    ['particles with a surname left out', person('Ana', 'Cruz'), person('Ana', 'de la Cruz Lopez')],
    ['a hyphen', person('Mary-Ann', 'Stone'), person('Maryann', 'Stone')],
    ['particles written together', person('Ana', 'de la Cruz'), person('Ana', 'Delacruz')],
    ['a name of before', formerly('Ana', 'Novak', 'Smith'), person('Ana', 'Smith')],
    ['a name of before, on the other side', person('Ana', 'Smith'), formerly('Ana', 'Novak', 'Smith')],
    ['a name that both had', formerly('Ana', 'Novak', 'Smith'), formerly('Ana', 'Stone', 'Smith')],
    ['vowels', person('Mohamed', 'Salem'), person('Mohammad', 'Salim')],
    ['a transliteration', person('Yulia', 'Shcherbakova'), person('Julia', 'Scherbakova')],
    ['Cyrillic', person('Юлия', 'Щербакова'), person('Julia', 'Shcherbakova')],
    ['Arabic', person('محمد', 'سالم'), person('Mohamed', 'Salem')],
    ['a name left out and the rest in other letters', person('Khadija', 'Salem'), person('خديجة محمد', 'Salem')],
    ['a name left out and the rest in other spelling', person('Mohammed', 'Salem'), person('Muhammad Ali', 'Salem')],
    ['a single name in another field', person('Suharto'), person(undefined, 'Suharto')],
    ['a single name in both fields', person('Suharto', 'Suharto'), person(undefined, 'Suharto')],
    ['a name that nobody recorded', person(undefined, 'Lopez'), person('Ana', 'Lopez')],
  ])('T65: are found in spite of %s', (_what, a, b) => {
    expect([couldBeTaken(a, b), couldBeTaken(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['another given name, as twins have', person('Ana', 'Lopez Garcia'), person('Eva', 'Lopez Garcia')],
    ['another one, with more on one side', person('Ana', 'Lopez'), person('Eva Maria', 'Lopez')],
    ['another second name, as twins have', person('Ana Maria', 'Lopez'), person('Ana Lucia', 'Lopez')],
    ['another family name', person('Ana', 'Lopez'), person('Ana', 'Garcia')],
    ['another name and another one before', formerly('Ana', 'Novak', 'Smith'), person('Ana', 'Stone')],
    ['there being no name', person('Ana', 'Lopez'), person('', '')],
  ])('T65: are told apart by %s', (_what, a, b) => {
    expect(couldBeTaken(a, b)).toBe(false);
  });

  it('T65: a name is one of two at least', () => {
    expect([person('Ana'), person(undefined, 'Lopez'), person('', ''), {}].map(hasName)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('T65: are found by the day, or by nobody having recorded it', () => {
    expect(['1980-01-02', '1980-01-00', '1980-XX-02', '1980', '', undefined].map(isFullDate)).toEqual([
      true,
      ...Array.from({ length: 5 }, () => false),
    ]);
    expect(birthKeysOf([{}, {}])).toEqual([UNKNOWN_BIRTH_DATE]);
    expect(birthKeysOf([{}, { birthDate: '1980-01-02' }])).toEqual(['1980-01-02']);
    expect(birthKeysOf([{ birthDate: '1980-01-02' }, { birthDate: '1980-01-03' }])).toHaveLength(2);
    expect(birthKeysOf([{ birthDate: '1980-01-00' }, { birthDate: '1980-01-02' }])).toContain(UNKNOWN_BIRTH_DATE);
  });
});

/** Anything a directory may call somebody: as printed, in their own script, as a friend or another office spells it. */
function inDirectory({ given, family, suffix, nationality }: Person) {
  const forms = (names: readonly NameForms[]): string[] => [
    printed(names),
    inOwnScript(names) ?? printed(names),
    names.map(({ print, otherSpellings }) => otherSpellings[0] ?? print).join(' '),
    names.map(({ print, nicknames }) => nicknames[0] ?? print).join(' '),
    names[0]?.print ?? '',
    (names[0]?.print ?? '').slice(0, 1),
    names.map(({ print }, at) => (at === 0 ? print : print.slice(0, 1))).join(' '),
  ];
  const familyForms = forms(family).slice(0, 5);
  return fc
    .record({ givenName: fc.constantFrom(...forms(given)), familyName: fc.constantFrom(...familyForms) })
    .map((name) => ({ ...name, familyName: suffix ? `${name.familyName} ${suffix}` : name.familyName, nationality }));
}

describe('somebody who shows a document (T65)', () => {
  const shown = { givenName: 'ANA', familyName: 'LOPEZ GARCIA' };

  it.each([
    ['the other surname', person('Ana', 'Lopez'), person('Ana', 'Garcia')],
    ['the other surname, with a former name', formerly('Ana', 'Lopez', 'Soto'), person('Ana', 'Garcia')],
    ['the former name', formerly('Ana', 'Lopez', 'Soto'), person('Ana', 'Soto')],
    ['their own name', person('Ana', 'Lopez'), person('Ana', 'Lopez')],
  ])('could be taken for whoever has %s', (_what, one, other) => {
    expect(couldBeTaken(asShown(one, shown), other)).toBe(true);
  });

  it.each([
    ['somebody else’s', { givenName: 'Bea', familyName: 'Stone' }, person('Bea', 'Stone')],
    ['without a name', { givenName: '', familyName: 7 }, person('Bea', 'Stone')],
    ['that was not read', undefined, person('Ana', 'Garcia')],
    ['of no shape', 'Ana Garcia', person('Ana', 'Garcia')],
  ])('is who they are with one %s', (_what, document, other) => {
    const one = person('Ana', 'Lopez');
    expect(asShown(one, document)).toBe(one);
    expect(couldBeTaken(asShown(one, document), other)).toBe(false);
  });
});

describe('a document that the matcher takes for another account’s', () => {
  // Names of a culture repeat, so that two of its people are often called alike.
  const people = [...generatePeople(65, 1_500)];
  const byCulture = new Map<string, Person[]>();
  for (const one of people) byCulture.set(one.culture, [...(byCulture.get(one.culture) ?? []), one]);
  const two = fc
    .constantFrom(...byCulture.values())
    .chain((culture) => fc.tuple(fc.constantFrom(...culture), fc.constantFrom(...culture)))
    .chain(([a, b]) =>
      fc.record({
        record: fc.oneof(
          inDirectory(a),
          inDirectory({ ...a, given: b.given }),
          inDirectory({ ...a, family: b.family }),
        ),
        other: inDirectory(b),
        document: fc.constant(b),
      }),
    );

  it('T65: belongs to somebody who could be taken for it', () => {
    let passed = 0;
    fc.assert(
      fc.property(two, ({ record, other, document }) => {
        const born = { birthDate: '1980-01-02' };
        const { given, family, nationality } = document;
        const shown = { givenName: printed(given), familyName: printed(family), nationality, ...born };
        if (weighIdentity(compareIdentity({ ...record, ...born }, shown)).result !== 'pass') return;
        passed += 1;
        // As both the proofing record, made from the document, and the profile.
        expect(couldBeTaken(record, shown)).toBe(true);
        if (weighIdentity(compareIdentity({ ...other, ...born }, shown)).result !== 'pass') return;
        expect(couldBeTaken(record, other)).toBe(true);
        expect(couldBeTaken(asShown(record, shown), other)).toBe(true);
      }),
      { numRuns: 2_000, seed: 65 },
    );
    // The walk did meet documents that passed.
    expect(passed).toBeGreaterThan(100);
  });
});
