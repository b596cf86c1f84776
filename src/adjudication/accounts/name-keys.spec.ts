import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generatePeople } from '../../../test/people/generate-people.js';
import { inOwnScript, printed, type NameForms, type Person } from '../../../test/people/person.js';
import { keysKept, keysLookedFor } from './name-keys.js';
import { couldBeTaken, type NamedPerson } from './namesakes.js';

/** For each of these people, whether they are found by somebody. */
const foundBy = (others: readonly NamedPerson[]): ((person: NamedPerson) => boolean[]) => {
  const kept = others.map((other) => new Set(keysKept([other])));
  return (person) => {
    const lookedFor = keysLookedFor(person);
    return kept.map((keys) => lookedFor?.some((key) => keys.has(key)) ?? true);
  };
};
const finds = (person: NamedPerson, other: NamedPerson): boolean => foundBy([other])(person)[0] === true;
const named = (text: string): NamedPerson => {
  const [familyName, givenName] = text.split(', ');
  return { familyName, givenName };
};

describe('accounts without a birth date (T65)', () => {
  it.each([
    ['Müller, Jürgen', 'MUELLER, JUERGEN'],
    ['Petrova, Ana', 'Ana, Petrova'],
    ['Lopez Garcia, Ana', 'Garcia, Ana'],
    ['Lopez, Ana', 'Lopez Garcia, Ana Maria'],
    ['de la Cruz, Ana', 'Cruz, Ana'],
    ['Cruz, Ana', 'de la Cruz Lopez, Ana'],
    ['Garcia de Cruz, Ana', 'Garciacruz, Ana'],
    ['Delacruz, Ana', 'Cruz, Ana de la'],
    ['Stone, William', 'Stone, Bill'],
    ['Salem, Mohamed', 'Salim, Mohammad'],
    ['Щербакова, Юлия', 'Scherbakova, Julia'],
    ['Salem, Mohamed', 'سالم, محمد'],
    ['سالم, محمد', 'Salem, Mohamed'],
    ['Suharto', 'Suharto, Suharto'],
    ['Suharto, -', '-, Suharto'],
    ['Lopez', 'Lopez, Ana'],
    ['-, Ana', 'Lopez, Ana'],
    ['Lopez, Ana', '-, Ana'],
    ['ბერიძე, ნინო', 'Lopez, Ana'],
    ['Lopez, Ana', 'ბერიძე, ნინო'],
    ['Feggins Jr., James', 'Feggins, James'],
    ['Ana Maria Lopez', 'Lopez, Ana Maria'],
    ['Maria Lopez, Ana', 'Lopez, Ana Maria'],
    ['Papandropoulous Nilavadhanananda, Anna', 'Papandropoulous Nilavadh, A'],
  ])('T65: %s is found by %s', (a, b) => {
    expect([finds(named(a), named(b)), finds(named(b), named(a))]).toEqual([true, true]);
  });

  it('T65: is found by a name of before', () => {
    const former = { ...named('Novak, Ana'), formerNames: [{ familyName: 'Smith' }] };
    expect([finds(former, named('Smith, Ana')), finds(named('Smith, Ana'), former)]).toEqual([true, true]);
  });

  it.each([
    ['Lopez, Ana', 'Garcia, Ana'],
    ['Stone, William', 'Smith, William'],
    ['Nguyễn, Thúy', 'Trần, Thúy'],
  ])('%s is not compared with %s', (a, b) => {
    expect(finds(named(a), named(b))).toBe(false);
  });

  /** As a directory, a zone or a friend may write it. */
  const forms = ({ given, family, suffix }: Person): fc.Arbitrary<NamedPerson> => {
    const spelt = (names: readonly NameForms[]): string[] => [
      printed(names),
      inOwnScript(names) ?? printed(names),
      names.map(({ print, otherSpellings }) => otherSpellings.at(-1) ?? print).join(' '),
      names[0]?.print ?? '',
      names.at(-1)?.print ?? '',
      printed(names).replace(/[ '-]/g, ''),
    ];
    return fc
      .record({
        givenName: fc.constantFrom(...spelt(given), given[0]?.nicknames[0] ?? '', printed(given).slice(0, 1), '-'),
        familyName: fc.constantFrom(...spelt(family), `${printed(family)} ${suffix ?? 'Jr.'}`, 'ნინო', ''),
        how: fc.constantFrom('plain', 'plain', 'exchanged', 'one field', 'cut'),
        room: fc.constantFrom(30, 31, 39),
      })
      .map(({ givenName, familyName, how, room }) => {
        if (how === 'exchanged') return { givenName: familyName, familyName: givenName };
        if (how === 'one field') return { familyName: `${familyName} ${givenName}` };
        if (how === 'plain') return { givenName, familyName };
        const [cutFamily = '', cutGiven = ''] = `${familyName}<<${givenName}`.slice(0, room).split('<<');
        return { givenName: cutGiven, familyName: cutFamily };
      });
  };
  const byCulture = new Map<string, Person[]>();
  for (const one of generatePeople(66, 1_500)) byCulture.set(one.culture, [...(byCulture.get(one.culture) ?? []), one]);
  const pairs = fc
    .constantFrom(...byCulture.values())
    .chain((people) => fc.tuple(fc.constantFrom(...people), fc.constantFrom(...people), fc.boolean()))
    .chain(([a, b, same]) => fc.tuple(forms(a), forms(same ? a : { ...b, family: a.family })));

  it('T65: whoever could be taken for somebody is found, and most others are not', () => {
    let [namesakes, compared] = [0, 0];
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const taken = couldBeTaken(one, other);
        if (taken) namesakes += 1;
        if (taken) expect(finds(one, other)).toBe(true);
      }),
      { numRuns: 6_000, seed: 65 },
    );
    const everybody = [...generatePeople(67, 300)].map(({ given, family }) => ({
      givenName: printed(given),
      familyName: printed(family),
    }));
    const found = foundBy(everybody);
    for (const one of everybody) compared += found(one).filter(Boolean).length;
    expect(namesakes).toBeGreaterThan(1_000);
    // Themselves, and one in forty.
    expect(compared / everybody.length).toBeLessThan(everybody.length / 40);
  });

  it('is total', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('-', '', 'Ана', 'محمد', 'Jr.'),
    );
    fc.assert(
      fc.property(text, text, (givenName, familyName) => {
        const one = { givenName, familyName };
        // Somebody without any name is compared with nobody.
        if (givenName === '' && familyName === '') return;
        expect(finds(one, one)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
