import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '../platform/language/languages.js';
import { DEMO_POLICY } from './seed.js';

describe('the demo’s profile', () => {
  it('names the help desk in every language of the pages, in each by other words', () => {
    const names = LANGUAGES.map((language) => DEMO_POLICY.copy[language]?.helpDesk);
    expect(names).toEqual(LANGUAGES.map(() => expect.any(String)));
    expect(new Set(names).size).toBe(LANGUAGES.length);
  });
});
