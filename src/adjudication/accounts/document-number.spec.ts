import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareDocumentNumber,
  identifyDocument,
  keysOfDocument,
  mayBeOne,
  type NumberedDocument,
} from './document-number.js';

const keyOf = (document: NumberedDocument | undefined): string | undefined => {
  const identity = identifyDocument(document);
  return identity && keysOfDocument(identity).shared;
};

describe('issuer and number of a document', () => {
  it.each([
    [{ issuingCountry: 'GBR', number: 'AB 123-456' }, 'GBR:AB123456'],
    [{ issuingCountry: 'GB', number: 'ab123456' }, 'GBR:AB123456'],
    [{ issuingCountry: 'D', number: 'L01X00T47' }, 'DEU:L01X00T47'],
    [{ issuingCountry: 'D<<', number: 'L01X00T47<' }, 'DEU:L01X00T47'],
    [{ issuingCountry: 'UTO', number: 'Ｌ898902Ｃ3' }, 'UTO:L898902C3'],
  ])('T64: %j is one document however it is written', (document, key) => {
    expect(keyOf(document)).toBe(key);
  });

  it.each([
    undefined,
    {},
    { number: 'AB123456' },
    { issuingCountry: 'GBR' },
    { issuingCountry: 'GBR', number: '<<<' },
    { issuingCountry: 5, number: {} },
  ])('%j names no document', (document) => {
    expect(identifyDocument(document)).toBeUndefined();
  });

  it('T64: numbers of two issuers are two documents', () => {
    expect(keyOf({ issuingCountry: 'GBR', number: '1' })).not.toBe(keyOf({ issuingCountry: 'IRL', number: '1' }));
  });

  it('takes anything, and says the same of what it made itself', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (issuingCountry, number) => {
        const identity = identifyDocument({ issuingCountry, number });
        if (identity === undefined) return;
        expect(identifyDocument({ issuingCountry: identity.issuer, number: identity.number })).toEqual(identity);
      }),
    );
  });
});

describe('the register a number is from', () => {
  const CARD = { issuingCountry: 'USA', number: 'D1234567' };
  const REGISTERS = [
    CARD,
    { ...CARD, issuingRegion: 'CA' },
    { ...CARD, issuingRegion: 'TX', documentType: 'driving_licence' },
    { ...CARD, documentType: 'passport' },
  ];

  it.each([
    [{ issuingRegion: 'CA' }, 'CA'],
    [{ issuingRegion: 'us-ca', documentType: 'identity_card' }, 'CA'],
    [{ documentType: 'passport', issuingRegion: 'CA' }, 'passport'],
    [{ documentType: 'driving_licence' }, undefined],
    [{ issuingRegion: 'California' }, undefined],
    [{ issuingRegion: 5, documentType: {} }, undefined],
  ])('%j: %s', (said, register) => {
    expect(identifyDocument({ ...CARD, ...said })?.register).toBe(register);
  });

  it('T64: what may be one document is found by what the other is kept by, and nothing else is', () => {
    const identities = REGISTERS.flatMap((document) => identifyDocument(document) ?? []);
    expect(identities).toHaveLength(REGISTERS.length);
    for (const one of identities)
      for (const other of identities) {
        const { found } = keysOfDocument(one);
        expect(keysOfDocument(other).kept.some((key) => found.includes(key))).toBe(mayBeOne(one, other));
        expect(keysOfDocument(one).shared).toBe(keysOfDocument(other).shared);
      }
    expect(identities.map((other) => identities.filter((one) => mayBeOne(one, other)).length)).toEqual([4, 2, 2, 2]);
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

  it('T65: is not the one on record when another state gave it out', () => {
    const licence = { documentNumber: 'D1234567', issuingCountry: 'USA', issuingRegion: 'CA' };
    const outcome = (issuingRegion?: string) =>
      compareDocumentNumber(licence, { issuingCountry: 'USA', number: 'D1234567', issuingRegion }).outcome;
    expect([outcome('US-CA'), outcome('TX'), outcome()]).toEqual(['exact', 'different', 'exact']);
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
