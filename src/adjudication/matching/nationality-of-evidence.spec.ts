import { describe, expect, it } from '@jest/globals';
import { compareNationality } from './compare-nationality.js';
import { nationalityOfEvidence, type ShownDocument } from './nationality-of-evidence.js';

const passport = (issuingCountry: unknown, documentType: unknown = 'passport') => ({ documentType, issuingCountry });
/** Against a record of Portugal. */
const nationality = (claimed: unknown, shown?: ShownDocument, onRecord = 'PRT') =>
  compareNationality(onRecord, claimed, nationalityOfEvidence(claimed, shown));

describe('T63 whose national the evidence says somebody is', () => {
  it.each([
    ['a passport', passport('PRT')],
    ['its issuer in two letters', passport('pt')],
    ['an identity card', passport('PRT', 'identity_card')],
  ])('where no nationality was read, its issuer’s: %s', (_name, shown) => {
    const byIssuer = { outcome: 'equivalent', method: 'issuer_of_document', reasonCodes: ['ok'] };
    expect([undefined, '', '<<<', 620].map((claimed) => nationality(claimed, shown))).toEqual(Array(4).fill(byIssuer));
  });

  it.each([
    ['a licence', passport('PRT', 'driving_licence')],
    ['a residence permit', passport('PRT', 'residence_permit')],
    ['another kind', passport('PRT', 'other')],
    ['a kind that nobody knows', passport('PRT', 'Passport')],
    ['no kind', passport('PRT', null)],
    ['no issuer', passport(undefined)],
    ['an issuer that is no text', passport(620)],
    ['the United Nations', passport('UNO')],
    ['a specialised agency', passport('UNA')],
    ['the Order of Malta', passport('XOM')],
    ['the European Union', passport('EUE')],
    ['a stateless person’s code', passport('XXA')],
    ['a refugee’s code', passport('XXB')],
    ['another refugee’s code', passport('XXC')],
    ['unspecified', passport('XXX')],
    ['nothing at all', undefined],
  ])('says nothing: %s', (_name, shown) => {
    expect(nationality(undefined, shown)).toMatchObject({ outcome: 'not_comparable', method: 'missing_in_evidence' });
  });

  it('a kind of British national is one of the state', () => {
    expect(nationality(undefined, passport('GBD'), 'GBR').outcome).toBe('equivalent');
  });

  it('another state’s passport is no ground to lean on', () => {
    expect(nationality(undefined, passport('ESP'))).toEqual({
      outcome: 'different',
      method: 'issuer_of_document',
      reasonCodes: ['nationality_differs'],
    });
  });

  it.each(['XXA', 'XXB', 'XXC', 'XXX', 'stateless'])(
    'a nationality that was read wins though it is none: %s in a passport of the record’s state',
    (read) => {
      expect(nationality(read, passport('PRT')).method).toBe('missing_in_evidence');
    },
  );

  it('a nationality that was read wins over the issuer either way, and the contradiction is a reason', () => {
    expect(nationality('PRT', passport('ESP'))).toEqual({
      outcome: 'exact',
      method: 'same_state',
      reasonCodes: ['nationality_not_of_issuer'],
    });
    expect(nationality('ESP', passport('PRT'))).toEqual({
      outcome: 'different',
      method: 'same_state',
      reasonCodes: ['nationality_differs', 'nationality_not_of_issuer'],
    });
    expect(nationality('PRT', passport('PRT')).reasonCodes).toEqual(['ok']);
    expect(nationality('PRT', passport('ESP', 'residence_permit')).reasonCodes).toEqual(['ok']);
  });
});
