import type { Request } from '../http/request-context.js';
import { LANGUAGES, type Language } from './languages.js';

/** Where a browser keeps the language of its pages; it is not a secret and proves nothing. */
export const LANGUAGE_COOKIE = 'regain_language';

/** The language of the pages that a browser is shown: chosen by `?lang=`, or earlier, or what it asks for. */
export function pageLanguageOf(request: Request): Language {
  return chooseLanguage(chosenIn(request), request.headers['accept-language']);
}

function chosenIn(request: Request): string | undefined {
  const { lang } = request.query as { lang?: unknown };
  return typeof lang === 'string' ? lang : request.cookies[LANGUAGE_COOKIE];
}

/**
 * The language to speak with the person elsewhere (BCP 47): that of the page where they chose it, else the one that their
 * browser wants most. That need not be one of ours, and others may speak it.
 */
export function spokenLanguageOf(request: Request): string {
  const chosen = chosenIn(request);
  return isLanguage(chosen) ? chosen : (wantedBy(request.headers['accept-language'])[0] ?? 'en');
}

/**
 * Chooses the page's language: the person's own choice, else the best of `Accept-Language` (RFC 9110, 12.5.4), else
 * English. Unknown and malformed values are passed over.
 */
export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  return [chosen, ...wantedBy(acceptLanguage)].find(isLanguage) ?? 'en';
}

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The languages of the header, the most wanted first, without their regions and scripts. */
function wantedBy(acceptLanguage: string | undefined): string[] {
  const ranges = (acceptLanguage ?? '').slice(0, 500).split(',').map(parseRange);
  return ranges
    .filter(({ primary, weight }) => weight > 0 && /^[a-z]{2,3}$/.test(primary))
    .sort((left, right) => right.weight - left.weight)
    .map(({ primary }) => primary);
}

function parseRange(range: string): { primary: string; weight: number } {
  const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
  const quality = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
  return { primary: tag.split('-')[0] ?? '', weight: quality === undefined ? 1 : Number(quality) };
}
