import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, DOCUMENT_TYPES } from '../../providers/kit/index.js';
import { documentAcceptance } from './document-rules.js';
import { INGREDIENTS, PolicyDocument } from './policy.js';
import type { ProviderEntry } from './provider-rules.js';
import { POLICY_MEMBERS, stricter, weakens } from './strictness.js';

const base = PolicyDocument.parse({ name: 'Everybody', providers: ['a', 'b'], requiredChecks: ['face_match'] });
const withChanges = (changes: Record<string, unknown>): PolicyDocument => PolicyDocument.parse({ ...base, ...changes });

/** The base with conditions on its second provider. */
const ruled = (rule: Record<string, unknown>) => ({ providers: ['a', { id: 'b', ...rule }] });

const some = <Value>(values: readonly Value[], minLength = 0) =>
  fc.shuffledSubarray([...values], { minLength, maxLength: values.length });
const seconds = (max: number, min = 1) => fc.integer({ min, max });

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

/** An entry for one provider: its id, or an id with any conditions. Members left out are absent, as parsing leaves them. */
const entryOf = (id: string): fc.Arbitrary<ProviderEntry> =>
  fc.oneof(
    fc.constant(id),
    fc
      .record({
        when: optional(
          fc.record({
            countries: optional(some(['DEU', 'FRA', 'USA'], 1)),
            documentTypes: optional(some(['passport', 'identity_card'] as const, 1)),
            groups: optional(some(['staff', 'board'], 1)),
          }),
        ),
        maxSessionCost: optional(fc.integer({ min: 0, max: 3 })),
        share: optional(fc.integer({ min: 1, max: 3 })),
        unprovenDevice: optional(fc.constantFrom('confirm' as const, 'allow' as const)),
      })
      .map((rule) => JSON.parse(JSON.stringify({ id, ...rule })) as ProviderEntry),
  );
const providers = some(['local', 'sandbox', 'clear1', 'idemia'], 1).chain((ids) => fc.tuple(...ids.map(entryOf)));

const document: fc.Arbitrary<PolicyDocument> = fc.record({
  name: fc.string({ minLength: 1, maxLength: 80 }),
  priority: fc.integer({ min: 0, max: 1_000 }),
  include: some(['staff', 'board', 'guests']),
  exclude: some(['leavers', 'robots']),
  mode: fc.constantFrom('production', 'evaluation'),
  providers,
  requiredChecks: some(CHECK_KINDS, 1),
  copy: fc.record({ en: optional(fc.record({ helpDesk: optional(fc.constantFrom('a', 'b')) })) }),
  strength: fc.record({ aal2Checks: some(CHECK_KINDS), aal3Checks: some(CHECK_KINDS) }),
  waivedChecks: some(CHECK_KINDS),
  matching: fc.record({
    require: some(['data', 'portrait', 'document_number'] as const, 1),
    names: fc.constantFrom('equivalent', 'compatible'),
    withoutDocument: fc.constantFrom('refuse' as const, 'codes' as const),
    unproofed: fc.constantFrom('review', 'refuse', 'codes'),
  }),
  documents: fc.record({
    types: some(DOCUMENT_TYPES, 1),
    countries: fc.oneof(fc.constant('all' as const), some(['DEU', 'FRA', 'USA'], 1)),
    excludedCountries: some(['DEU', 'FRA', 'USA']),
  }),
  ingredients: fc.record({ proofed: some(INGREDIENTS), unproofed: some(INGREDIENTS) }),
  capture: fc.record({
    selfieFiles: fc.constantFrom('refuse', 'review', 'accept'),
    checkPhoto: fc.constantFrom('always', 'unless_automatic'),
  }),
  limits: fc.record({
    caseTtlSeconds: seconds(31_536_000),
    linkTtlSeconds: seconds(31_536_000),
    tokenTtlSeconds: seconds(600),
    attempts: seconds(10),
    accountAttempts: seconds(10),
    accountWindowSeconds: seconds(86_400, 21_600),
  }),
  hold: fc.record({
    seconds: seconds(259_200, 0),
    fairEvidenceSeconds: seconds(259_200, 0),
    weakEvidenceSeconds: seconds(259_200, 0),
  }),
  review: fc.record({
    reviewable: some(CHECK_KINDS),
    onFail: fc.constantFrom('retry', 'review', 'deny'),
    reviewersNeeded: fc.constantFrom(1, 2),
  }),
  authorization: fc.record({
    privilegedNeedsSecondPerson: fc.boolean(),
    privilegedGroups: some(['staff', 'board']),
  }),
  relay: fc.record({ allowed: fc.boolean(), holdSeconds: seconds(259_200, 0) }),
  retention: fc.record({ evidenceSeconds: seconds(604_800) }),
  allowSpecimens: fc.boolean(),
  allowRepeatedPictures: fc.boolean(),
});

/** Dotted names of the schema's members, sections opened; the words of `copy` are one member. */
function memberNames(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    typeof member === 'object' && member !== null && !Array.isArray(member) && name !== 'copy'
      ? memberNames(member, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}

describe('weakens', () => {
  it('has a rule for every member of the schema', () => {
    expect([...POLICY_MEMBERS].sort()).toEqual(memberNames(base).sort());
  });

  it.each([
    ['mode', { mode: 'production' }, { mode: 'evaluation' }],
    ['providers', { providers: ['a', 'b', 'c'] }, {}],
    ['providers', {}, { providers: ['a', { id: 'b', when: { countries: ['DEU'] } }] }],
    ['providers', ruled({ when: { countries: ['DEU', 'FRA'] } }), ruled({ when: { countries: ['DEU'] } })],
    [
      'providers',
      ruled({ when: { documentTypes: ['passport', 'other'] } }),
      ruled({ when: { documentTypes: ['other'] } }),
    ],
    ['providers', ruled({ when: { groups: ['staff', 'board'] } }), ruled({ when: { groups: ['staff'] } })],
    ['providers', ruled({ maxSessionCost: 300 }), ruled({ maxSessionCost: 200 })],
    ['providers', ruled({ share: 60 }), ruled({ share: 40 })],
    ['providers', ruled({ unprovenDevice: 'allow' }), ruled({})],
    ['requiredChecks', {}, { requiredChecks: ['face_match', 'data_match'] }],
    ['waivedChecks', { waivedChecks: ['data_match'] }, {}],
    ['matching.require', {}, { matching: { require: ['data', 'portrait'] } }],
    ['matching.names', {}, { matching: { names: 'equivalent' } }],
    ['matching.unproofed', {}, { matching: { unproofed: 'refuse' } }],
    ['matching.unproofed', { matching: { unproofed: 'codes' } }, {}],
    ['strength.aal2Checks', {}, { strength: { aal2Checks: ['document_authenticity'] } }],
    ['strength.aal3Checks', {}, { strength: { aal3Checks: ['injection_attack'] } }],
    ['documents.types', {}, { documents: { types: ['passport'] } }],
    ['documents.countries', {}, { documents: { countries: ['DEU'] } }],
    ['documents.countries', { documents: { countries: ['DEU', 'FRA'] } }, { documents: { countries: ['DEU'] } }],
    ['documents.excludedCountries', {}, { documents: { excludedCountries: ['FRA'] } }],
    ['ingredients.proofed', {}, { ingredients: { proofed: ['saved_code'] } }],
    ['ingredients.unproofed', {}, { ingredients: { unproofed: ['issued_code'] } }],
    ['limits.accountAttempts', {}, { limits: { accountAttempts: 3 } }],
    ['limits.accountWindowSeconds', {}, { limits: { accountWindowSeconds: 43_200 } }],
    ['hold.fairEvidenceSeconds', {}, { hold: { fairEvidenceSeconds: 60 } }],
    ['hold.weakEvidenceSeconds', {}, { hold: { weakEvidenceSeconds: 60 } }],
    ['review.reviewersNeeded', {}, { review: { reviewersNeeded: 2 } }],
    ['authorization.privilegedGroups', {}, { authorization: { privilegedGroups: ['board'] } }],
    ['limits.caseTtlSeconds', { limits: { caseTtlSeconds: 90_000 } }, {}],
    ['limits.linkTtlSeconds', { limits: { linkTtlSeconds: 1_801 } }, {}],
    ['limits.tokenTtlSeconds', {}, { limits: { tokenTtlSeconds: 60 } }],
    ['limits.attempts', { limits: { attempts: 4 } }, {}],
    ['hold.seconds', {}, { hold: { seconds: 60 } }],
    ['review.reviewable', { review: { reviewable: ['face_match', 'data_match', 'presentation_attack'] } }, {}],
    ['review.onFail', {}, { review: { onFail: 'review' } }],
    ['authorization.privilegedNeedsSecondPerson', { authorization: { privilegedNeedsSecondPerson: false } }, {}],
    ['relay.allowed', { relay: { allowed: true } }, {}],
    ['relay.holdSeconds', { relay: { holdSeconds: 1 } }, {}],
    ['retention.evidenceSeconds', {}, { retention: { evidenceSeconds: 60 } }],
    ['allowSpecimens', { allowSpecimens: true }, {}],
    ['allowRepeatedPictures', { allowRepeatedPictures: true }, {}],
  ])('names %s in one direction and is silent in the other', (member, weak, strict) => {
    expect(weakens(withChanges(strict), withChanges(weak))).toEqual([member]);
    expect(weakens(withChanges(weak), withChanges(strict))).toEqual([]);
  });

  it('names several members at once', () => {
    const weak = withChanges({ waivedChecks: ['data_match'], limits: { attempts: 9 } });
    expect(weakens(base, weak)).toEqual(['waivedChecks', 'limits.attempts']);
  });

  it('says nothing about name and coverage', () => {
    const other = withChanges({ name: 'Other', priority: 9, include: ['staff'], exclude: ['guests'] });
    expect(weakens(base, other)).toEqual([]);
    expect(weakens(other, base)).toEqual([]);
  });

  it('is reflexive: nothing is weaker than itself', () => {
    fc.assert(fc.property(document, (a) => expect(weakens(a, a)).toEqual([])));
  });

  it('is transitive member by member', () => {
    fc.assert(
      fc.property(document, document, document, (a, b, c) => {
        const steps = new Set([...weakens(a, b), ...weakens(b, c)]);
        for (const member of weakens(a, c)) expect(steps).toContain(member);
      }),
    );
  });
});

describe('stricter', () => {
  it('is never weaker than either', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        const both = stricter(a, b);
        expect(weakens(a, both)).toEqual([]);
        expect(weakens(b, both)).toEqual([]);
      }),
    );
  });

  it('asks for no more than the two together: what satisfies both in a member satisfies it there', () => {
    fc.assert(
      fc.property(document, document, document, (a, b, c) => {
        const allowed = new Set([...weakens(a, c), ...weakens(b, c)]);
        for (const member of weakens(stricter(a, b), c)) expect(allowed).toContain(member);
      }),
    );
  });

  it('does not depend on the order of the two', () => {
    fc.assert(fc.property(document, document, (a, b) => expect(stricter(a, b)).toEqual(stricter(b, a))));
  });

  it('leaves a document as it is when both are the same', () => {
    fc.assert(fc.property(document, (a) => expect(stricter(a, a)).toEqual(a)));
  });

  it('changes neither of its inputs', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        const copies = structuredClone([a, b]);
        stricter(a, b).limits.attempts = 0;
        expect([a, b]).toEqual(copies);
      }),
    );
  });

  it('takes no country at all where the two have none in common', () => {
    const both = stricter(
      withChanges({ documents: { countries: ['DEU'] } }),
      withChanges({ documents: { countries: ['FRA'] } }),
    );
    expect(both.documents.countries).toEqual([]);
    expect(documentAcceptance(both.documents, { issuingCountry: 'DEU', documentType: 'passport' })).toBe('refused');
  });

  it('keeps the first provider when both ask it first, and leaves none when they share none', () => {
    const one = withChanges({ providers: ['a', 'b', 'c'] });
    expect(stricter(one, withChanges({ providers: ['a', 'c'] })).providers).toEqual(['a', 'c']);
    expect(stricter(one, withChanges({ providers: ['d'] })).providers).toEqual([]);
  });

  it('keeps the stricter condition of each kind, and drops a provider that nobody could be sent to', () => {
    const left = withChanges({
      providers: ['a', { id: 'b', when: { countries: ['DEU', 'FRA'] }, share: 40, unprovenDevice: 'allow' }],
    });
    const right = withChanges({
      providers: [
        { id: 'a', maxSessionCost: 9 },
        { id: 'b', when: { countries: ['FRA'] } },
      ],
    });
    expect(stricter(left, right).providers).toEqual([
      { id: 'a', maxSessionCost: 9 },
      { id: 'b', when: { countries: ['FRA'] }, share: 40 },
    ]);
    const elsewhere = withChanges({ providers: [{ id: 'b', when: { countries: ['USA'] } }] });
    expect(stricter(left, elsewhere).providers).toEqual([]);
  });
});
