import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalCode, newIssuedCode, newSavedCode } from './code-text.js';

describe('recovery codes', () => {
  it('a saved one is 24 characters of a 32-letter alphabet: 120 bits, of which 64 are asked for', () => {
    const codes = Array.from({ length: 200 }, newSavedCode);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(codes.join('').replace(/-/g, '')).size).toBe(32);
  });

  it('an issued one is eight digits, leading zeros and all', () => {
    const codes = Array.from({ length: 500 }, newIssuedCode);
    for (const code of codes) expect(code).toMatch(/^\d{4} \d{4}$/);
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
  });

  it('a code is itself however it is typed', () => {
    const code = newSavedCode();
    const plain = code.replace(/-/g, '');
    const typed = [
      code,
      code.toLowerCase(),
      plain,
      ` ${plain.replace(/0/g, 'o').replace(/1/g, 'l')} `,
      code.replace(/-/g, ' – '),
    ];
    for (const text of typed) expect(canonicalCode('saved', text)).toBe(plain);
    for (const text of ['12345678', '1234 5678', ' 1234-5678 ', '١٢٣٤ ٥٦٧٨', '۱۲۳۴۵۶۷۸', '１２３４５６７８'])
      expect(canonicalCode('issued', text)).toBe('12345678');
  });

  it('what is no code is none, whatever was typed', () => {
    for (const text of ['', '1234567', '123456789', 'ABCD', '1234567a', 'U'.repeat(24)]) {
      expect(canonicalCode('issued', text)).toBeUndefined();
      expect(canonicalCode('saved', text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([undefined, 8]).toContain(canonicalCode('issued', text)?.length);
        expect([undefined, 24]).toContain(canonicalCode('saved', text)?.length);
      }),
    );
  });
});
