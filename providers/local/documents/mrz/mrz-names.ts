import type { MrzFault } from './mrz.js';

export interface MrzNames {
  familyName: string;
  givenName?: string;
  /** A letter stands in the last place: there may be more. */
  namesTruncated: boolean;
}

/**
 * Names of a zone (ICAO Doc 9303-3, 4.6): words of letters with one filler between them, two fillers between family and
 * given names, fillers to the end.
 */
export function readNames(field: string): MrzNames | MrzFault {
  const text = withoutTail(field);
  if (text === '') return 'missing';
  const [family = [], given, ...more] = text.split('<<').map((part) => part.split('<'));
  const words = [...family, ...(given ?? [])];
  if (more.length > 0 || words.includes('')) return 'filler';
  if (!words.every((word) => /^[A-Z]+$/.test(word))) return 'alphabet';
  const names = { familyName: family.join(' '), namesTruncated: text.length === field.length };
  return given ? { ...names, givenName: given.join(' ') } : names;
}

/** Without the fillers at its end; a loop, because a pattern would try each of them as a beginning. */
export function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '<') end--;
  return text.slice(0, end);
}
