import type { Spelling } from '../transliteration/spelled-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';

/** Letters that the name field has room for: cards of TD1, sheets of TD2, passports (ICAO Doc 9303-5, -6 and -4). */
const ZONE_ROOM: readonly number[] = [30, 31, 39];
const BETWEEN_NAMES = '<<';

interface Zone {
  family: Spelling;
  given: Spelling;
}

/** `end`: what stands before the cut is whole. `within`: a word before the last is shortened, which Doc 9303-3 allows too. */
export type ZoneCut = 'end' | 'within';

/**
 * How one side is the other as a machine-readable zone cut it (Doc 9303-3, 4.6): words shortened from their end, given
 * names left out from the last; undefined when it is not. Only when the cut side fills its field to the last letter: a
 * name that is merely shorter was not cut.
 */
export const cutInZone = (a: ParsedPerson, b: ParsedPerson): ZoneCut | undefined => {
  const cuts = [...cutsOf(a, b), ...cutsOf(b, a)];
  return cuts.includes('end') ? 'end' : cuts[0];
};

function cutsOf(cut: ParsedPerson, whole: ParsedPerson): ZoneCut[] {
  const wholes = zonesOf(whole);
  return zonesOf(cut)
    .filter((zone) => ZONE_ROOM.includes(textOf(zone).length))
    .flatMap((zone) => wholes.filter((full) => isShortened(zone, full)).map((full) => kindOf(zone, full)));
}

const kindOf = (cut: Zone, full: Zone): ZoneCut => (textOf(full).startsWith(textOf(cut)) ? 'end' : 'within');

function zonesOf({ given, family }: ParsedPerson): Zone[] {
  const spellings = (name: ParsedName | undefined): readonly Spelling[] => name?.spellings ?? [[]];
  return spellings(family).flatMap((words) => spellings(given).map((others) => ({ family: words, given: others })));
}

const textOf = ({ family, given }: Zone): string =>
  [family, given]
    .filter((words) => words.length > 0)
    .map((words) => words.join('<'))
    .join(BETWEEN_NAMES);

const isShortened = (cut: Zone, full: Zone): boolean =>
  cut.family.length === full.family.length &&
  cut.given.length <= full.given.length &&
  cut.family.every((word, at) => full.family[at]?.startsWith(word) === true) &&
  cut.given.every((word, at) => full.given[at]?.startsWith(word) === true);
