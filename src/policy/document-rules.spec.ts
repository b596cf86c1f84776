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
    ['a country as a zone writes it', { countries: ['DEU'] }, { issuingCountry: 'D<<' }, 'accepted'],
    ['a country in small letters', { countries: ['DEU'] }, { issuingCountry: 'de' }, 'accepted'],
    ['an excluded country as a zone writes it', { excludedCountries: ['DEU'] }, { issuingCountry: 'D' }, 'refused'],
    ['a kind of British document', { excludedCountries: ['GBR'] }, { issuingCountry: 'GBD' }, 'refused'],
    ['the same kind where it is named', { excludedCountries: ['GBD'] }, { issuingCountry: 'GBD' }, 'refused'],
    ['a kind of British document that is taken', { countries: ['GBD'] }, { issuingCountry: 'GBD' }, 'accepted'],
    ['another kind of them', { countries: ['GBD'] }, { issuingCountry: 'GBR' }, 'refused'],
    ['a kind of them where all are taken', { countries: ['GBR'] }, { issuingCountry: 'GBD' }, 'accepted'],
    ['Kosovo by either code', { countries: ['XKX'] }, { issuingCountry: 'RKS' }, 'accepted'],
    ['Kosovo by the other code', { countries: ['RKS'] }, { issuingCountry: 'XKX' }, 'accepted'],
    ['Kosovo in two letters', { countries: ['XKX'] }, { issuingCountry: 'XK' }, 'accepted'],
    ['an issuer that is no state', { excludedCountries: ['GBR'] }, { issuingCountry: 'XXX' }, 'unknown'],
    ['a name in place of a code', { excludedCountries: ['GBR'] }, { issuingCountry: 'United Kingdom' }, 'unknown'],
    [
      'a refusal beside something unknown',
      { countries: ['DEU'], types: ['passport'] },
      { issuingCountry: 'FRA' },
      'refused',
    ],
  ])('of %s', (_what, given, document, accepted) => {
    expect(documentAcceptance(rules(given), document)).toBe(accepted);
  });

  it('never accepts a country or a type it does not know where a rule asks for one, and never throws', () => {
    const narrow = rules({ countries: ['DEU'], types: ['passport'] });
    const zoneText = fc.string({ unit: fc.constantFrom(...'DEUdeuß< '), maxLength: 6 });
    const anyIssuer = fc.oneof(fc.anything(), zoneText);
    fc.assert(
      fc.property(anyIssuer, fc.oneof(fc.anything(), fc.constant('passport')), (issuingCountry, documentType) => {
        const isGermany = typeof issuingCountry === 'string' && /^d(eu?)?$/i.test(issuingCountry.replace(/[<\s]/g, ''));
        const expected = isGermany && documentType === 'passport';
        expect(documentAcceptance(narrow, { issuingCountry, documentType }) === 'accepted').toBe(expected);
      }),
    );
  });
});
