import { agreed, differs, MISSING_IN_EVIDENCE, MISSING_IN_RECORD, type AttributeMatch } from '../match-outcome.js';
import { arabicKey, cyrillicKey, readsAs, sameArabicKey } from '../transliteration/romanisation.js';
import { sameLetters, spelledName, type Script } from '../transliteration/spelled-name.js';
import { isNickname, isNicknameOf } from './nicknames.js';
import { isParticle, withoutParticles } from './particles.js';
import type { ParsedName } from './parsed-name.js';
import type { NamingCustoms } from './states.js';
import {
  firstAndSomeWords,
  firstOrLastWords,
  initials,
  sameJoined,
  someSpelling,
  someWords,
  type WordRule,
} from './word-rules.js';

/** A rule that makes two names `compatible`, under the name that reviewers see. */
type NamedRule = readonly [method: string, holds: (a: ParsedName, b: ParsedName, customs: NamingCustoms) => boolean];

/** The rest is the same, or the nickname stands alone: Bill may be William James. */
const nickname: WordRule = (a, b) => {
  const [[first = '', ...others], [otherFirst = '', ...more]] = [a, b];
  const alone =
    (others.length === 0 && isNicknameOf(first, otherFirst)) || (more.length === 0 && isNicknameOf(otherFirst, first));
  return alone || (others.join(' ') === more.join(' ') && isNickname(first, otherFirst));
};

/** A nickname with a name that the other lacks: Bill Henry may be William, and Jan Stefan may be Johannes's brother. */
const nicknameWithMore: WordRule = ([first = '', ...others], [otherFirst = '', ...more]) =>
  (others.length === 0 || more.length === 0) && isNickname(first, otherFirst);

/** Marie is not Marie-Claire: a name with a hyphen is left out as a whole or not at all. */
function splitsHyphen(a: ParsedName, b: ParsedName): boolean {
  const theirs = new Set(b.spellings.flat());
  const compounds = a.letters.split(' ').filter((word) => word.includes('-'));
  return compounds.map(spelledName).some(({ spellings: [parts = []] }) => {
    const kept = parts.filter((part) => theirs.has(part)).length;
    return kept > 0 && kept < parts.length;
  });
}

const someNames =
  (rule: WordRule) =>
  (a: ParsedName, b: ParsedName): boolean =>
    someSpelling(a, b, rule) && !splitsHyphen(a, b) && !splitsHyphen(b, a);

/** What is left is a surname: “van” is no half of “van Dijk”, nor “de la” of “de la Cruz Garcia”. */
const oneOfTwoSurnames: WordRule = (a, b) =>
  firstOrLastWords(a, b) && !(a.length < b.length ? a : b).every((word) => isParticle(word));

const sameWithoutParticles: WordRule = (a, b) => sameJoined(withoutParticles(a), withoutParticles(b));

/** Another way to write the same name in Latin, where the person's state or the script of one side says that it may be. */
function otherRomanisation(a: ParsedName, b: ParsedName, customs: NamingCustoms): boolean {
  const scripts = [a.script, b.script];
  if (customs.fromCyrillic || scripts.includes('cyrillic')) {
    const keys = ({ spellings }: ParsedName): string[] =>
      spellings.map((words) => cyrillicKey(words.join(''), { gIsH: customs.fromUkrainian }));
    const theirs = new Set(keys(b));
    if (keys(a).some((key) => theirs.has(key))) return true;
  }
  if (scripts.includes('arabic')) return readAloud(a, b) || readAloud(b, a);
  if (!customs.fromArabic) return false;
  const [left, right] = [a, b].map(({ spellings }) => spellings.map((words) => arabicKey(words.join(''))));
  return left?.some((key) => right?.some((other) => sameArabicKey(key, other))) === true;
}

const readAloud = (arabic: ParsedName, latin: ParsedName): boolean =>
  arabic.script === 'arabic' && latin.spellings.some((words) => readsAs(arabic.letters, words.join('')));

const GIVEN_NAME_RULES: readonly NamedRule[] = [
  ['other_romanisation', otherRomanisation],
  ['some_given_names', someNames(firstAndSomeWords)],
  ['later_given_names', someNames(someWords)],
  ['initials', (a, b) => someSpelling(a, b, initials)],
  ['nickname', (a, b) => someSpelling(a, b, nickname)],
  ['nickname_with_more', (a, b) => someSpelling(a, b, nicknameWithMore)],
];

const FAMILY_NAME_RULES: readonly NamedRule[] = [
  ['other_romanisation', otherRomanisation],
  ['particles_left_out', (a, b) => someSpelling(a, b, sameWithoutParticles)],
  ['one_of_two_surnames', (a, b, { twoSurnames }) => twoSurnames && someSpelling(a, b, oneOfTwoSurnames)],
];

/** One field of the record against the same field of the evidence; symmetric, but for the name of what is missing. */
type Comparison = (
  record: ParsedName | undefined,
  claim: ParsedName | undefined,
  customs: NamingCustoms,
) => AttributeMatch;

export const compareGivenName: Comparison = (record, claim, customs) =>
  compareBy(GIVEN_NAME_RULES, { record, claim, customs });

export const compareFamilyName: Comparison = (record, claim, customs) =>
  compareBy(FAMILY_NAME_RULES, { record, claim, customs });

/** The same name or not: no rule that makes names compatible. */
export const compareWhole: Comparison = (record, claim, customs) => compareBy([], { record, claim, customs });

interface Sides {
  record: ParsedName | undefined;
  claim: ParsedName | undefined;
  customs: NamingCustoms;
}

function compareBy(rules: readonly NamedRule[], { record, claim, customs }: Sides): AttributeMatch {
  if (!record) return MISSING_IN_RECORD;
  if (!claim) return MISSING_IN_EVIDENCE;
  if (sameLetters(record, claim)) return agreed('exact', 'same_letters');
  if (someSpelling(record, claim, sameJoined)) return agreed('equivalent', methodOf([record.script, claim.script]));
  if (!comparable(record.script, claim.script)) {
    return { outcome: 'not_comparable', method: 'other_script', reasonCodes: ['data_missing'] };
  }
  const rule = rules.find(([, holds]) => holds(record, claim, customs));
  return rule ? agreed('compatible', rule[0]) : differs('icao_9303_3', 'name_differs');
}

/** Which table of ICAO Doc 9303-3, section 6, made them the same. */
function methodOf(scripts: readonly Script[]): string {
  if (scripts.includes('cyrillic')) return 'icao_9303_3_cyrillic';
  return scripts.includes('arabic') ? 'icao_9303_3_arabic' : 'icao_9303_3';
}

/** What no table covers compares with its own letters only, and there is nothing to say of two scripts. */
const comparable = (a: Script, b: Script): boolean => (a === 'other') === (b === 'other');
