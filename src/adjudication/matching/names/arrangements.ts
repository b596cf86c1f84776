import { agreed, isSame, type AttributeMatch } from '../match-outcome.js';
import { compareWhole } from './compare-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';
import type { NamingCustoms } from './states.js';

/**
 * Two arrangements of the same words, when the fields differ one by one: given and family name exchanged, and the border
 * between them elsewhere, which includes a whole name in one field. Nothing is left out and nothing added. Where only the
 * letters are the same and not the words, they may be two people: Lin Gan and Ling An.
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
  const others = new Set(wholeNames(claim));
  const shared = wholeNames(record).filter((name) => others.has(name));
  if (shared.length > 0) return agreed('compatible', 'same_words_other_border');
  const letters = new Set(wholeNames(claim).map(withoutBorders));
  const sameLetters = wholeNames(record).some((name) => letters.has(withoutBorders(name)));
  return sameLetters ? agreed('compatible', 'same_letters_other_words') : undefined;
}

/** Both fields as one text, given name first and family name first, in every spelling. */
function wholeNames({ given, family }: ParsedPerson): string[] {
  if (!given || !family) return spellingsOf(given ?? family);
  return spellingsOf(given).flatMap((first) =>
    spellingsOf(family).flatMap((second) => [joined([first, second]), joined([second, first])]),
  );
}

const spellingsOf = (name: ParsedName | undefined): string[] => name?.spellings.map(joined) ?? [];
const withoutBorders = (name: string): string => name.replaceAll(' ', '');

/** What is written without spaces between words has no borders to compare. */
function joined(words: readonly string[]): string {
  const text = words.join(' ');
  return WRITTEN_WITHOUT_SPACES.test(text) ? withoutBorders(text) : text;
}

const WRITTEN_WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
