import type { Spelling } from '../transliteration/spelled-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';

/** Letters that the name field has room for: cards of TD1, sheets of TD2, passports (ICAO Doc 9303-5, -6 and -4). */
const ZONE_ROOM: readonly number[] = [30, 31, 39];
const BETWEEN_NAMES = '<<';

interface Zone {
  family: Spelling;
  given: Spelling;
}

/**
 * Whether one side is the other as a machine-readable zone cut it (Doc 9303-3, 4.6): words shortened from their end, given
 * names left out from the last. Only when the cut side fills its field to the last letter: a name that is merely shorter
 * was not cut.
 */
export const isCutInZone = (a: ParsedPerson, b: ParsedPerson): boolean => isCutOf(a, b) || isCutOf(b, a);

function isCutOf(cut: ParsedPerson, whole: ParsedPerson): boolean {
  const wholes = zonesOf(whole);
  return zonesOf(cut).some(
    (zone) => ZONE_ROOM.includes(roomOf(zone)) && wholes.some((full) => isShortened(zone, full)),
  );
}

function zonesOf({ given, family }: ParsedPerson): Zone[] {
  const spellings = (name: ParsedName | undefined): readonly Spelling[] => name?.spellings ?? [[]];
  return spellings(family).flatMap((words) => spellings(given).map((others) => ({ family: words, given: others })));
}

const roomOf = ({ family, given }: Zone): number =>
  family.join('<').length + (given.length > 0 ? BETWEEN_NAMES.length + given.join('<').length : 0);

const isShortened = (cut: Zone, full: Zone): boolean =>
  cut.family.length === full.family.length &&
  cut.given.length <= full.given.length &&
  cut.family.every((word, at) => full.family[at]?.startsWith(word) === true) &&
  cut.given.every((word, at) => full.given[at]?.startsWith(word) === true);
