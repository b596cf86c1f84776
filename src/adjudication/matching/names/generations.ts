import { agrees, isSame } from '../match-outcome.js';
import { compareFamilyName, compareWhole } from './compare-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';
import type { NamingCustoms } from './states.js';
import type { Suffix } from './suffixes.js';

/** One side of a comparison, its words of generation told from its names. */
export interface ReadPerson extends ParsedPerson {
  /** Of which generation it says that the person is. */
  suffix?: Suffix;
}

interface Side {
  own: ParsedPerson;
  other: ParsedPerson;
  customs: NamingCustoms;
}

/**
 * Both sides of a comparison, read by what stands on the other. Such a word is a suffix behind a family name; but where it
 * may be a name (Vi, Neto), only when the other family name ends in one as well, or is the rest. Behind a given name it
 * may always hide a second one (Thúy Vi is not Thúy Mai), so it is left out only when the other family name carries it and
 * the given names are the same without. Symmetric.
 */
export function tellGenerations(
  ours: ParsedPerson,
  theirs: ParsedPerson,
  customs: NamingCustoms,
): readonly [ReadPerson, ReadPerson] {
  const sides = [
    { own: ours, other: theirs, customs },
    { own: theirs, other: ours, customs },
  ] as const;
  if (sides.every(({ own }) => !own.given?.generation && !own.family?.generation)) return [ours, theirs];
  return [readSide(sides[0]), readSide(sides[1])];
}

const suffixOf = (name: ParsedName | undefined): Suffix | undefined => name?.generation?.suffix;
const meaningOf = (name: ParsedName | undefined): string | undefined => suffixOf(name)?.means;

function readSide(side: Side): ReadPerson {
  const { given, family, saysNoName } = side.own;
  const suffix = isFamilySuffix(side) ? suffixOf(family) : givenSuffix(side);
  return {
    ...(given && { given: isMoved(side) || isSpeltOtherwise(side) ? bare(given) : given }),
    ...(family && { family: isFamilySuffix(side) ? bare(family) : family }),
    saysNoName,
    ...(suffix !== undefined && { suffix }),
  };
}

const bare = (name: ParsedName): ParsedName => name.generation?.name ?? name;

function isFamilySuffix({ own, other, customs }: Side): boolean {
  const suffix = suffixOf(own.family);
  if (!own.family || !suffix) return false;
  if (meaningOf(other.family) !== undefined) return true;
  if (!suffix.isName && meaningOf(other.given) !== suffix.means) return true;
  // Without a given name the field may be a whole name, and the word its given name.
  const isWholeName = suffix.isName && !own.given;
  return !isWholeName && agrees(compareFamilyName(bare(own.family), other.family, customs));
}

/** The given name carries what stands behind the other side's family name: James Jr., Feggins and James, Feggins Jr. */
function isMoved({ own, other, customs }: Side): boolean {
  const means = meaningOf(own.given);
  if (!own.given || means === undefined || means !== meaningOf(other.family)) return false;
  const free = meaningOf(own.family) === undefined || meaningOf(own.family) === means;
  return free && isSame(compareWhole(bare(own.given), other.given, customs));
}

/** Junior and Jr. behind both given names. */
function isSpeltOtherwise({ own, other }: Side): boolean {
  const means = meaningOf(own.given);
  return means !== undefined && means === meaningOf(other.given);
}

/** Said behind the given name, it is held against another one that the other family name carries. */
function givenSuffix({ own, other }: Side): Suffix | undefined {
  const suffix = suffixOf(own.given);
  return suffixOf(other.family) && suffix?.means !== meaningOf(other.given) ? suffix : undefined;
}
