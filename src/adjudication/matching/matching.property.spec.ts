import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generatePeople } from '../../../test/people/generate-people.js';
import { printed } from '../../../test/people/person.js';
import { compareIdentity, type IdentityMatch, type RecordedIdentity } from './compare-identity.js';
import { compareNames } from './compare-names.js';
import { agreed, agrees, MATCH_OUTCOMES, type AttributeMatch } from './match-outcome.js';
import { weighIdentity } from './weigh-identity.js';

const PEOPLE = [...generatePeople(3, 400)];
const words = [...new Set(PEOPLE.flatMap(({ given, family }) => `${printed(given)} ${printed(family)}`.split(' ')))];
const name = fc
  .array(fc.constantFrom(...words, 'Jr.', 'III', 'van', 'de la', 'J.', 'XXX', 'Иванов', 'محمد', 'Νίκος'), {
    maxLength: 4,
  })
  .map((parts) => parts.join(' '));
const state = fc.constantFrom(undefined, 'RUS', 'UKR', 'EGY', 'ESP', 'IDN', 'GBR');
const person = fc.record({ givenName: name, familyName: name }, { requiredKeys: [] });
/** Two sides that have something in common more often than not. */
const two = fc.oneof(
  fc.tuple(person, person),
  fc.tuple(person, name).map(([one, other]) => [one, { ...one, givenName: other }] as const),
  fc.tuple(person, name).map(([one, other]) => [one, { ...one, familyName: other }] as const),
  fc
    .tuple(person, fc.boolean())
    .map(([one]) => [one, { givenName: one.familyName, familyName: one.givenName }] as const),
);

describe('matching, whatever the names', () => {
  it('gives the same outcomes whichever side is the record, in whatever order states are told', () => {
    fc.assert(
      fc.property(two, state, state, ([a, b], one, other) => {
        const outcomes = ({ givenName, familyName }: { givenName: AttributeMatch; familyName: AttributeMatch }) => [
          givenName.outcome,
          familyName.outcome,
        ];
        const there = compareNames(a, b, [one, other]);
        expect(outcomes(compareNames(b, a, [other, one]))).toEqual(outcomes(there));
      }),
      { numRuns: 1_500 },
    );
  });

  it('takes anything without throwing, and answers in its own closed words', () => {
    const wild = fc.dictionary(
      fc.constantFrom('givenName', 'familyName', 'birthDate', 'nationality', 'formerNames'),
      fc.anything(),
    );
    fc.assert(
      fc.property(wild, wild, (record, claim) => {
        const match = compareIdentity(record, claim);
        for (const { outcome } of Object.values(match) as AttributeMatch[]) expect(MATCH_OUTCOMES).toContain(outcome);
        expect(weighIdentity(match).result).not.toBe('pass');
      }),
    );
  });

  it('T63 makes nobody’s result better by taking agreement away', () => {
    let approvals = 0;
    const full = fc.constantFrom(...PEOPLE).map(({ given, family, birthDate, nationality }): RecordedIdentity => ({
      ...{ givenName: printed(given), familyName: printed(family), birthDate, nationality },
    }));
    const changed = fc.record({ givenName: name, familyName: name, nationality: state }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        full,
        changed,
        fc.constantFrom('givenName', 'familyName', 'birthDate', 'nationality'),
        (record, change, attribute) => {
          const claim = { ...record, ...change };
          const before = rank(compareIdentity(record, { ...claim, [attribute]: record[attribute] }));
          if (before === 2) approvals += 1;
          expect(rank(compareIdentity(record, { ...claim, birthDate: '1999-12-31' }))).toBeLessThanOrEqual(before);
          expect(rank(compareIdentity(record, { ...claim, [attribute]: undefined }))).toBeLessThanOrEqual(before);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(approvals).toBeGreaterThan(50);
  });

  it('T63 lets the issuer of a document help as far as the same nationality would, and never hurt', () => {
    let helped = 0;
    const holder = fc.constantFrom(...PEOPLE).map(({ given, family, birthDate, nationality }) => ({
      ...{ givenName: printed(given), familyName: printed(family), birthDate, nationality },
    }));
    const shown = fc.record({
      documentType: fc.oneof(fc.constantFrom('passport', 'identity_card', 'driving_licence', 'other'), fc.anything()),
      issuingCountry: fc.oneof(fc.constantFrom('RUS', 'D<<', 'ESP', 'IDN', 'UNO', 'XXB', 'XOM'), fc.anything()),
    });
    const form = fc.constantFrom<(names: { givenName: string; familyName: string }) => object>(
      ({ givenName, familyName }) => ({ givenName: familyName, familyName: givenName }),
      ({ givenName }) => ({ givenName: givenName.split(' ')[0] }),
      ({ familyName }) => ({ familyName: familyName.split(' ')[0] }),
    );
    const change = fc.oneof(fc.record({ givenName: name, nationality: state }, { requiredKeys: [] }), fc.constant({}));
    const told = fc.tuple(form, change, shown, fc.boolean());
    fc.assert(
      fc.property(holder, told, (record, [inForm, changes, document, ofOwnState]) => {
        const claim = { ...record, nationality: undefined, ...inForm(record), ...changes };
        const issuer = ofOwnState ? record.nationality : document.issuingCountry;
        const without = rank(compareIdentity(record, claim));
        const withIssuer = rank(compareIdentity(record, claim, { shown: { ...document, issuingCountry: issuer } }));
        const read = (nationality: unknown): number =>
          rank(compareIdentity(record, { ...claim, nationality: claim.nationality ?? nationality }));
        expect(withIssuer).toBeGreaterThanOrEqual(without);
        expect(withIssuer).toBeLessThanOrEqual(Math.max(read(issuer), without));
        // A foreign state's customs may bring a name before people, and approve nobody.
        if (withIssuer === 2) expect(Math.max(read(record.nationality), without)).toBe(2);
        if (withIssuer > without) helped += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(helped).toBeGreaterThan(20);
  });

  it('T65 weighs more agreement never less, attribute by attribute', () => {
    const outcome = fc.constantFrom<AttributeMatch>(
      ...['different', 'not_comparable'].map((each) => ({ outcome: each as 'different', method: '', reasonCodes: [] })),
      ...[
        'some_given_names',
        'later_given_names',
        'nickname',
        'one_of_two_surnames',
        'cut_in_zone',
        'shortened_in_zone',
      ].map((method) => agreed('compatible', method)),
      agreed('equivalent', 'icao_9303_3'),
      agreed('exact', 'same_letters'),
    );
    const match = fc.record({ givenName: outcome, familyName: outcome, birthDate: outcome, nationality: outcome });
    fc.assert(
      fc.property(
        match,
        fc.constantFrom('givenName', 'familyName', 'birthDate', 'nationality', 'document'),
        (some, better) => {
          const more = { ...some, [better]: agreed('exact', 'same') };
          expect(rank(more)).toBeGreaterThanOrEqual(rank(some));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** Scripts that no table covers and whose marks nobody leaves out. */
const UNTABLED = ['Devanagari', 'Bengali', 'Tamil', 'Telugu', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan', 'Thaana']
  .concat(['Hiragana', 'Katakana', 'Hangul', 'Han', 'Ethiopic', 'Armenian', 'Georgian', 'Sinhala', 'Syriac'])
  .map((script) => ({
    letters: charactersThat(new RegExp(`^(?!\\p{DI})(?=\\p{L})\\p{sc=${script}}$`, 'u')),
    all: charactersThat(new RegExp(`^(?!\\p{DI})(?:(?=\\p{L})\\p{sc=${script}}|(?=\\p{M})\\p{scx=${script}})$`, 'u')),
  }));

function charactersThat(match: RegExp): string[] {
  const points = Array.from({ length: 0x10000 }, (_none, at) => at).filter((at) => at < 0xd800 || at > 0xdfff);
  return points.map((at) => String.fromCodePoint(at)).filter((character) => match.test(character));
}

describe('scripts that no table covers', () => {
  const written = (text: string): string => text.normalize('NFKC').toUpperCase().normalize('NFC');

  it('T63 lets two words agree only when they are composed of the same letters, marks included', () => {
    const pairs = fc.constantFrom(...UNTABLED).chain(({ letters, all }) => {
      const character = fc.constantFrom(...all);
      // Two letters at least: a capital alone is an initial in Armenian too.
      const word = fc
        .tuple(fc.constantFrom(...letters), fc.array(character, { minLength: 1, maxLength: 5 }))
        .map(([first, more]) => [first, ...more].join(''));
      return fc.tuple(word, word, character, fc.integer({ min: 1, max: 5 })).map(([name, other, one, at]) => ({
        name,
        others: [other, name.slice(0, at) + one + name.slice(at), name.slice(0, at) + one + name.slice(at + 1)],
      }));
    });
    let agreements = 0;
    fc.assert(
      fc.property(pairs, ({ name, others }) => {
        for (const other of others) {
          const { familyName, givenName } = compareNames(
            { familyName: name, givenName: name },
            { familyName: other, givenName: other },
          );
          const same = written(name) === written(other);
          if (agrees(familyName) || agrees(givenName)) agreements += 1;
          if (!same) expect([other, agrees(familyName), agrees(givenName)]).toEqual([other, false, false]);
        }
      }),
      { numRuns: 4_000 },
    );
    expect(agreements).toBeGreaterThan(10);
  });
});

const rank = (match: IdentityMatch): number => ['fail', 'indeterminate', 'pass'].indexOf(weighIdentity(match).result);
