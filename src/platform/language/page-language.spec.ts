import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LANGUAGES } from './languages.js';
import type { Request } from '../http/request-context.js';
import { chooseLanguage, LANGUAGE_COOKIE, spokenLanguageOf } from './page-language.js';

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

  it.each([
    [undefined, 'en', 'fr,en', 'en'],
    [undefined, 'de', 'fr,en', 'de'],
    ['ar', 'de', 'fr,en', 'ar'],
    [undefined, undefined, 'fr,en', 'fr'],
    [undefined, 'xx', 'fr,en', 'fr'],
    [undefined, undefined, undefined, 'en'],
  ])('asked for %p, kept %p, header %p: others speak %s', (lang, kept, header, expected) => {
    const request = {
      query: { lang },
      cookies: { [LANGUAGE_COOKIE]: kept },
      headers: { 'accept-language': header },
    } as unknown as Request;
    expect(spokenLanguageOf(request)).toBe(expected);
  });

  it('survives any header', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (chosen, header) => LANGUAGES.includes(chooseLanguage(chosen, header))),
    );
  });
});
