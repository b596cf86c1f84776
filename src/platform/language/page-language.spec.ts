import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LANGUAGES } from './languages.js';
import { chooseLanguage } from './page-language.js';

describe('chooseLanguage', () => {
  it.each([
    ['de', 'ar', 'de'],
    [undefined, 'ar-EG,ar;q=0.9,en;q=0.8', 'ar'],
    [undefined, 'fr,de;q=0.3,en;q=0.7', 'en'],
    [undefined, 'en;q=0,de;q=0.1', 'de'],
    [undefined, 'fr', 'en'],
    [undefined, undefined, 'en'],
    ['../../etc', 'de', 'de'],
    ['__proto__', undefined, 'en'],
  ])('choice %p, header %p: %s', (chosen, header, expected) => {
    expect(chooseLanguage(chosen, header)).toBe(expected);
  });

  it('survives any header', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (chosen, header) => LANGUAGES.includes(chooseLanguage(chosen, header))),
    );
  });
});
