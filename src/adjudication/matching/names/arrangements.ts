import { agreed, isSame, type AttributeMatch } from '../match-outcome.js';
import { compareWhole } from './compare-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';
import type { NamingCustoms } from './states.js';

/**
 * Two arrangements of the same words, when the fields differ one by one: given and family name exchanged, and the border
 * between them elsewhere, which includes a whole name in one field. Nothing is left out and nothing added.
 */
export function otherArrangement(
  record: ParsedPerson,
  claim: ParsedPerson,
  customs: NamingCustoms,
): AttributeMatch | undefined {
  // One field on both sides is half a name, and half a name arranges into nothing.
  if (![record, claim].some(({ given, family }) => given && family)) return undefined;
  const exchanged = [
    compareWhole(record.given, claim.family, customs),
    compareWhole(record.family, claim.given, customs),
  ];
  if (exchanged.every(isSame)) return agreed('compatible', 'given_and_family_exchanged');
  const others = new Set(joinedNames(claim));
  const sameWords = joinedNames(record).some((name) => others.has(name));
  return sameWords ? agreed('compatible', 'same_words_other_border') : undefined;
}

/** Both fields as one text, given name first and family name first, in every spelling. */
function joinedNames({ given, family }: ParsedPerson): string[] {
  if (!given || !family) return spellingsOf(given ?? family);
  return spellingsOf(given).flatMap((first) =>
    spellingsOf(family).flatMap((second) => [`${first}${second}`, `${second}${first}`]),
  );
}

const spellingsOf = (name: ParsedName | undefined): string[] => name?.spellings.map((words) => words.join('')) ?? [];
