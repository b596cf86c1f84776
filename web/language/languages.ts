import { LANGUAGES, type Language } from '../../src/platform/language/languages.js';
import { ar } from './ar/index.js';
import type { Catalogue } from './catalogue.js';
import { de } from './de/index.js';
import { en } from './en/index.js';

export { LANGUAGE_SETTINGS, LANGUAGES, type Language } from '../../src/platform/language/languages.js';

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, de, ar };

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/**
 * Chooses the page's language: the person's own choice, else the best of `Accept-Language` (RFC 9110, 12.5.4), else
 * English. Unknown and malformed values are passed over.
 */
export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  if (isLanguage(chosen)) return chosen;
  const ranges = (acceptLanguage ?? '').slice(0, 500).split(',').map(parseRange);
  const best = ranges.filter(({ weight }) => weight > 0).sort((left, right) => right.weight - left.weight);
  return best.map(({ primary }) => primary).find(isLanguage) ?? 'en';
}

function parseRange(range: string): { primary: string; weight: number } {
  const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
  const quality = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
  return { primary: tag.split('-')[0] ?? '', weight: quality === undefined ? 1 : Number(quality) };
}
