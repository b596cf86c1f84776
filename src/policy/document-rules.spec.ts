import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentRules, documentAcceptance } from './document-rules.js';

const rules = (changes: Record<string, unknown> = {}): DocumentRules => DocumentRules.parse(changes);

describe('documentAcceptance (T68)', () => {
  it.each([
    ['everything by default', {}, {}, 'accepted'],
    ['a type that is named', { types: ['passport'] }, { documentType: 'passport' }, 'accepted'],
    ['a type that is not named', { types: ['passport'] }, { documentType: 'identity_card' }, 'refused'],
    ['a type nobody said', { types: ['passport'] }, {}, 'unknown'],
    ['a word of a partner’s own', { types: ['passport'] }, { documentType: 'PASSPORT-CARD' }, 'unknown'],
    ['a country in two letters', { countries: ['DEU'] }, { issuingCountry: 'DE' }, 'accepted'],
    ['another country', { countries: ['DEU'] }, { issuingCountry: 'FRA' }, 'refused'],
    ['a country that is excluded', { excludedCountries: ['FRA'] }, { issuingCountry: 'FR' }, 'refused'],
    ['one that is both', { countries: ['FRA'], excludedCountries: ['FRA'] }, { issuingCountry: 'FRA' }, 'refused'],
    ['a country nobody said', { excludedCountries: ['FRA'] }, { issuingCountry: undefined }, 'unknown'],
    ['an issuer that is no country', { countries: ['DEU'] }, { issuingCountry: 'D' }, 'unknown'],
    [
      'a refusal beside something unknown',
      { countries: ['DEU'], types: ['passport'] },
      { issuingCountry: 'FRA' },
      'refused',
    ],
  ])('of %s', (_what, given, document, standing) => {
    expect(documentAcceptance(rules(given), document)).toBe(standing);
  });

  it('never accepts a country or a type it does not know where a rule asks for one, and never throws', () => {
    const narrow = rules({ countries: ['DEU'], types: ['passport'] });
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (issuingCountry, documentType) => {
        const expected = (issuingCountry === 'DEU' || issuingCountry === 'DE') && documentType === 'passport';
        expect(documentAcceptance(narrow, { issuingCountry, documentType }) === 'accepted').toBe(expected);
      }),
    );
  });
});
