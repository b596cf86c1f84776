import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, REPORTED_ATTRIBUTES, reportsBesides } from '../../providers/kit/index.js';
import { PolicyDocument } from './policy.js';
import { settingFaults } from './production-rules.js';
import { unmetByAll, unmetBySome, type AbilitiesOf, type ProviderAbilities } from './provider-abilities.js';

const LIKE_A_LOGIN = ['document_authenticity', 'face_match', 'presentation_attack'] as const;
const ALL: ProviderAbilities = { checks: CHECK_KINDS, reports: reportsBesides({}) };
const NO_DOCUMENT = { documentType: 'never', issuingCountry: 'never', documentNumber: 'never' } as const;
/** A partner of each kind: one that reads documents, one that reads no type, a credential, the own machine. */
const KNOWN: Record<string, ProviderAbilities> = {
  reader: { checks: LIKE_A_LOGIN, reports: reportsBesides({ nationality: 'never' }) },
  untyped: { checks: LIKE_A_LOGIN, reports: reportsBesides({ documentType: 'never' }) },
  credential: { checks: LIKE_A_LOGIN, reports: reportsBesides(NO_DOCUMENT) },
  nameless: { checks: LIKE_A_LOGIN, reports: reportsBesides({ givenName: 'never' }) },
  dateless: { checks: LIKE_A_LOGIN, reports: reportsBesides({ birthDate: 'never' }) },
  local: { checks: ['face_match', 'reference_portrait_match'], reports: reportsBesides({}) },
};
const of: AbilitiesOf = (id) => KNOWN[id];
const profile = (changes: Record<string, unknown>): PolicyDocument =>
  PolicyDocument.parse({ name: 'P', providers: ['reader'], requiredChecks: [...LIKE_A_LOGIN], ...changes });
const places = (changes: Record<string, unknown>): string[] =>
  unmetByAll(profile(changes), of).map(({ pointer }) => pointer);

describe('what a profile asks for and none of its providers gives', () => {
  it.each([
    ['types of a credential', { providers: ['credential'], documents: { types: ['passport'] } }, ['/documents/types']],
    ['types', { providers: ['untyped', 'credential'], documents: { types: ['passport'] } }, ['/documents/types']],
    ['countries', { providers: ['credential'], documents: { countries: ['DEU'] } }, ['/documents/countries']],
    [
      'countries left out',
      { providers: ['credential'], documents: { excludedCountries: ['UTO'] } },
      ['/documents/excludedCountries'],
    ],
    [
      'the number',
      { providers: ['credential'], matching: { require: ['data', 'document_number'] } },
      ['/matching/require'],
    ],
    ['the record’s portrait', { matching: { require: ['portrait'] } }, ['/matching/require']],
    ['a birth date', { providers: ['dateless'] }, ['/matching/require']],
    ['names', { providers: ['nameless'], review: { reviewable: ['face_match'] } }, ['/matching/require']],
    ['a check', { requiredChecks: [...LIKE_A_LOGIN, 'injection_attack'] }, ['/requiredChecks']],
    [
      'a type as its condition',
      { providers: [{ id: 'untyped', when: { documentTypes: ['passport'] } }] },
      ['/providers/0/when/documentTypes'],
    ],
    [
      'a country as its condition',
      { providers: [{ id: 'credential', when: { countries: ['DEU'] } }] },
      ['/providers/0/when/countries'],
    ],
    [
      'each of them something else',
      { providers: ['untyped', 'local'], documents: { types: ['passport'] } },
      ['/providers'],
    ],
  ])('is a fault: %s', (_name, changes, expected) => {
    expect(places(changes)).toEqual(expected);
    expect(unmetBySome(profile(changes), of)).toEqual([]);
  });

  it.each([
    ['no document is limited', { providers: ['credential'] }],
    ['another provider gives it', { providers: ['credential', 'reader'], documents: { types: ['passport'] } }],
    ['it is waived', { requiredChecks: [...LIKE_A_LOGIN, 'injection_attack'], waivedChecks: ['injection_attack'] }],
    ['we compare the data ourselves', { requiredChecks: [...LIKE_A_LOGIN, 'data_match'] }],
    ['every type is taken', { providers: ['untyped'] }],
    ['people may settle the data', { providers: ['nameless'], review: { reviewable: ['data_match'] } }],
    [
      'people may settle the document',
      {
        providers: ['credential'],
        documents: { types: ['passport'], excludedCountries: ['UTO'] },
        review: { reviewable: ['document_authenticity'] },
      },
    ],
    ['nobody knows the provider', { providers: ['elsewhere'], documents: { types: ['passport'] } }],
  ])('is none where %s', (_name, changes) => {
    expect(places(changes)).toEqual([]);
  });

  it('is a limit, in words, where another provider gives it', () => {
    const document = profile({ providers: ['reader', 'credential', 'local'], documents: { types: ['passport'] } });
    expect(unmetBySome(document, of)).toEqual([
      'credential does not report of what type a document is: nobody gets in through it',
      'local does not run document_authenticity, run presentation_attack: nobody gets in through it',
    ]);
  });

  it('is a limit where people decide every case of a provider that cannot show its own condition', () => {
    const providers = ['reader', { id: 'credential', when: { countries: ['DEU'] } }];
    expect(unmetBySome(profile({ providers }), of)).toEqual([
      'credential does not report who issued a document: all its cases go to people',
    ]);
  });

  it('is refused of production profiles in production, and told apart by nothing but what is known', () => {
    const wants = { matching: { require: ['data', 'portrait'] } };
    const codes = (document: PolicyDocument, setting: object): string[] =>
      settingFaults(document, { embedded: false, providers: ['reader', 'local'], ...setting }).map(({ code }) => code);
    expect(codes(profile(wants), { abilities: of })).toEqual(['no_provider_can']);
    expect(codes(profile({ ...wants, mode: 'evaluation' }), { abilities: of })).toEqual([]);
    expect(codes(profile(wants), {})).toEqual([]);
    expect(codes(profile(wants), { embedded: true, abilities: of })).toEqual([]);
  });

  it('is nothing once one provider gives everything, and never a fault and a limit at once', () => {
    const able = fc.record({
      checks: fc.subarray([...CHECK_KINDS]),
      never: fc.subarray([...REPORTED_ATTRIBUTES]),
    });
    const asked = fc.record({
      requiredChecks: fc.subarray([...CHECK_KINDS], { minLength: 1 }),
      matching: fc.record({
        require: fc.constantFrom(['data'], ['portrait'], ['data', 'document_number'], ['data', 'portrait']),
      }),
      documents: fc.record({
        types: fc.constantFrom(['passport'], ['passport', 'other']),
        countries: fc.constantFrom('all', ['DEU']),
      }),
    });
    fc.assert(
      fc.property(asked, able, able, fc.boolean(), (changes, a, b, first) => {
        const abilities = ({ checks, never }: typeof a): ProviderAbilities => ({
          checks,
          reports: reportsBesides(Object.fromEntries(never.map((attribute) => [attribute, 'never' as const]))),
        });
        const document = profile({ ...changes, providers: ['a', 'b'] });
        const both: Record<string, ProviderAbilities> = { a: abilities(a), b: abilities(b) };
        const more = { ...both, [first ? 'a' : 'b']: ALL };
        expect(unmetByAll(document, (id) => more[id])).toEqual([]);
        const [some, all] = [unmetBySome(document, (id) => both[id]), unmetByAll(document, (id) => both[id])];
        expect(some.length > 0 && all.length > 0).toBe(false);
      }),
    );
  });
});
