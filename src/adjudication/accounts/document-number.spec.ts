import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDocumentNumber, documentKey } from './document-number.js';

describe('issuer and number of a document', () => {
  it.each([
    [{ issuingCountry: 'GBR', number: 'AB 123-456' }, 'GBR:AB123456'],
    [{ issuingCountry: 'GB', number: 'ab123456' }, 'GBR:AB123456'],
    [{ issuingCountry: 'D', number: 'L01X00T47' }, 'DEU:L01X00T47'],
    [{ issuingCountry: 'D<<', number: 'L01X00T47<' }, 'DEU:L01X00T47'],
    [{ issuingCountry: 'UTO', number: 'Ｌ898902Ｃ3' }, 'UTO:L898902C3'],
  ])('T64: %j is one document however it is written', (document, key) => {
    expect(documentKey(document)).toBe(key);
  });

  it.each([
    undefined,
    {},
    { number: 'AB123456' },
    { issuingCountry: 'GBR' },
    { issuingCountry: 'GBR', number: '<<<' },
    { issuingCountry: 5, number: {} },
  ])('%j names no document', (document) => {
    expect(documentKey(document)).toBeUndefined();
  });

  it('T64: numbers of two issuers are two documents', () => {
    expect(documentKey({ issuingCountry: 'GBR', number: '1' })).not.toBe(
      documentKey({ issuingCountry: 'IRL', number: '1' }),
    );
  });

  it('takes anything, and says the same of what it made itself', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (issuingCountry, number) => {
        const key = documentKey({ issuingCountry, number });
        if (key === undefined) return;
        const [issuer, rest] = key.split(':');
        expect(documentKey({ issuingCountry: issuer, number: rest })).toBe(key);
      }),
    );
  });
});

describe('the number against the one on record', () => {
  const record = { documentNumber: 'AB123456', issuingCountry: 'GB' };

  it.each([
    ['the same document', { issuingCountry: 'GBR', number: 'AB 123456' }, 'exact', 'ok'],
    ['a renewed one', { issuingCountry: 'GBR', number: 'CD987654' }, 'different', 'document_replaced'],
    ['one of another issuer', { issuingCountry: 'IRL', number: 'AB123456' }, 'different', 'document_replaced'],
    ['one that was not read', undefined, 'not_comparable', 'data_missing'],
  ])('%s', (_what, evidence, outcome, reason) => {
    expect(compareDocumentNumber(record, evidence)).toMatchObject({ outcome, reasonCodes: [reason] });
  });

  it('is not comparable when the record has none', () => {
    const evidence = { issuingCountry: 'GBR', number: 'AB123456' };
    for (const none of [undefined, {}, { documentNumber: 'AB123456' }]) {
      expect(compareDocumentNumber(none, evidence)).toMatchObject({
        outcome: 'not_comparable',
        reasonCodes: ['no_reference_on_record'],
      });
    }
  });
});
