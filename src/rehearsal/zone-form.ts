import type { IdentityAttributes } from '../../providers/kit/index.js';
import { spelledName } from '../adjudication/matching/transliteration/spelled-name.js';

/** Letters that a passport's zone has room for (ICAO Doc 9303-4, 4.2.2). */
const ZONE_LETTERS = 39;
const BETWEEN_NAMES = '<<';
/** Left for the given name when the family name alone would fill the zone (Doc 9303-4, 4.2.3). */
const LEFT_FOR_GIVEN = 3;
/** A document spells it in Latin letters, and no table says how: any Latin word stands for them. */
const UNKNOWN_SPELLING = 'X';

/**
 * What the machine-readable zone of a document in this name would say: the recommended spelling, cut from the end to the
 * zone's room. Anything that is not text, or holds no letters, is left out. Pure and total.
 */
export function zoneForm(name: { givenName?: unknown; familyName?: unknown }): IdentityAttributes {
  const family = spelling(name.familyName);
  const given = spelling(name.givenName);
  const room = given.length > 0 ? ZONE_LETTERS - BETWEEN_NAMES.length - LEFT_FOR_GIVEN : ZONE_LETTERS;
  const cutFamily = family.length > ZONE_LETTERS - BETWEEN_NAMES.length - 1 ? cut(family, room) : family;
  const cutGiven = cut(given, ZONE_LETTERS - (cutFamily === '' ? 0 : cutFamily.length + BETWEEN_NAMES.length));
  return {
    ...(cutGiven === '' ? {} : { givenName: cutGiven }),
    ...(cutFamily === '' ? {} : { familyName: cutFamily }),
  };
}

const cut = (text: string, room: number): string => text.slice(0, Math.max(0, room)).trim();

function spelling(name: unknown): string {
  if (typeof name !== 'string') return '';
  const { spellings, script } = spelledName(name);
  if (spellings.length === 0) return '';
  return script === 'other' ? UNKNOWN_SPELLING : (spellings[0] ?? []).join(' ');
}
