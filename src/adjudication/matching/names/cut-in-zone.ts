import type { Spelling } from '../transliteration/spelled-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';

/** Letters that the name field has room for: cards of TD1, sheets of TD2, passports (ICAO Doc 9303-5, -6 and -4). */
const ZONE_ROOM: readonly number[] = [30, 31, 39];
const BETWEEN_NAMES = '<<';
const FILLER = '<';
/** Letters that no zone has: a person who wrote them did not take the name from one. */
const OF_NO_ZONE = /(?![A-Z])\p{L}|\p{M}/u;

interface Zone {
  family: Spelling;
  given: Spelling;
  /** As the field has it, without the fillers behind it. */
  text: string;
}

/** `end`: what stands before the cut is whole. `within`: a word before the last is shortened, which Doc 9303-3 allows too. */
export type ZoneCut = 'end' | 'within';

/**
 * How one side is the other as a machine-readable zone cut it (Doc 9303-3, 4.6): words shortened from their end, given
 * names left out from the last; undefined when it is not. Only when the cut side fills its field, to the last letter or to
 * the filler before a word that there was no room for: a name that is merely shorter was not cut.
 */
export const cutInZone = (a: ParsedPerson, b: ParsedPerson): ZoneCut | undefined => {
  const cuts = [...cutsOf(a, b), ...cutsOf(b, a)];
  return cuts.includes('end') ? 'end' : cuts[0];
};

function cutsOf(cut: ParsedPerson, whole: ParsedPerson): ZoneCut[] {
  if ([cut.given, cut.family].some((name) => name && OF_NO_ZONE.test(name.letters))) return [];
  const wholes = zonesOf(whole);
  return zonesOf(cut).flatMap((zone) =>
    wholes.filter((full) => fillsField(zone, full) && isShortened(zone, full)).map((full) => kindOf(zone, full)),
  );
}

const kindOf = (cut: Zone, full: Zone): ZoneCut => (full.text.startsWith(cut.text) ? 'end' : 'within');

const fillsField = ({ text }: Zone, full: Zone): boolean =>
  ZONE_ROOM.some(
    (room) => text.length === room || (text.length === room - 1 && full.text.startsWith(`${text}${FILLER}`)),
  );

function zonesOf({ given, family }: ParsedPerson): Zone[] {
  const spellings = (name: ParsedName | undefined): readonly Spelling[] => name?.spellings ?? [[]];
  return spellings(family).flatMap((words) =>
    spellings(given).map((others) => ({ family: words, given: others, text: textOf([words, others]) })),
  );
}

const textOf = (names: readonly Spelling[]): string =>
  names
    .filter((words) => words.length > 0)
    .map((words) => words.join(FILLER))
    .join(BETWEEN_NAMES);

const isShortened = (cut: Zone, full: Zone): boolean =>
  cut.family.length === full.family.length &&
  cut.given.length <= full.given.length &&
  cut.family.every((word, at) => full.family[at]?.startsWith(word) === true) &&
  cut.given.every((word, at) => full.given[at]?.startsWith(word) === true);
