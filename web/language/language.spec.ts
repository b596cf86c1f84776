import { describe, expect, it } from '@jest/globals';
import { MAIL_CATALOGUES } from '../../src/notification/language/index.js';
import { CATALOGUES, LANGUAGES, reasonWords } from './index.js';

/** Calls every text that takes values, so that what a person would read can be looked at. */
function leaves(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value === 'function') return leaves(value(2, 6, 'Name'), path);
  if (typeof value !== 'object' || value === null) return [{ path, text: String(value) }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe('catalogues', () => {
  it.each(LANGUAGES)('%s has words for everything English has, and none of them empty', (language) => {
    const texts = leaves(CATALOGUES[language], '');
    expect(texts.map(({ path }) => path)).toEqual(leaves(CATALOGUES.en, '').map(({ path }) => path));
    expect(texts.filter(({ text }) => text.trim() === '' || /undefined|null|\[object/.test(text))).toEqual([]);
  });

  it.each(LANGUAGES.filter((language) => language !== 'en'))('%s is not English left untranslated', (language) => {
    const english = new Map(leaves(CATALOGUES.en, '').map(({ path, text }) => [path, text]));
    const same = leaves(CATALOGUES[language], '').filter(({ path, text }) => english.get(path) === text);
    // "Start", "Name", "Passkey" and the like are the same word in both.
    expect(same.filter(({ text }) => text.split(' ').length > 2)).toEqual([]);
  });

  it('English keeps sentences short: at most 25 words', () => {
    const sentences = leaves(CATALOGUES.en, '').flatMap(({ text }) => text.split(/(?<=[.?!])\s/));
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 25)).toEqual([]);
  });

  it.each(LANGUAGES)('%s calls the landing page’s way out as the mail with the link does', (language) => {
    expect(MAIL_CATALOGUES[language].link.notMeButton).toBe(CATALOGUES[language].start.landing.notMe);
  });

  it.each(LANGUAGES)('%s tells singular from plural where it counts', (language) => {
    const { attemptsLeft } = CATALOGUES[language].outcome.retry;
    expect(new Set([1, 2, 3, 11].map(attemptsLeft)).size).toBe(4);
  });
});

describe('reasonWords', () => {
  it('has its own words for a known reason', () => {
    expect(reasonWords(CATALOGUES.en, 'glare').problem).toBe('There is shine on the document.');
  });

  it.each(['name_no_match', 'fraud_velocity', '', '__proto__', 'constructor', 'toString'])(
    'says only something general about %p',
    (code) => expect(reasonWords(CATALOGUES.en, code)).toEqual(CATALOGUES.en.unknownReason),
  );
});
