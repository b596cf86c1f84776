import type { CheckResult } from '../../../providers/kit/index.js';
import type { FindingReason } from '../reasons.js';
import type { IdentityMatch } from './compare-identity.js';
import { agrees, isSame, type AttributeMatch } from './match-outcome.js';

/** What the attributes together are worth as a check. */
export interface WeighedIdentity {
  result: CheckResult;
  /** Beside those of the attributes. */
  reasonCodes: FindingReason[];
}

/** Something is left out or stands elsewhere; what is there is the same. Two names may be so, with more to lean on. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'some_given_names',
  'particles_left_out',
  'one_of_two_surnames',
  'suffix_or_name_left_out',
  'given_and_family_exchanged',
]);
/** A name stands for another. One of the two names at most. */
const STANDS_FOR: ReadonlySet<string> = new Set(['initials', 'nickname']);
/**
 * What two people may have between them. Brothers and sisters: one is called as the other is besides, or Maria and the other
 * Mariana, or Jan Stefan and the other Johannes. Strangers: Lin Gan and Ling An, whose letters are the same. Never enough
 * by names.
 */
const SHARED_BY_OTHERS: ReadonlySet<string> = new Set([
  'later_given_names',
  'shortened_in_zone',
  'nickname_with_more',
  'same_letters_other_words',
]);

/**
 * The same name by a custom of some state, or as some zone would cut it. The custom is taken from record or evidence, so
 * it says nothing where the two name different states, or one of them names none.
 */
const BY_CUSTOM: ReadonlySet<string> = new Set(['other_romanisation', 'one_name', 'cut_in_zone']);

const isWeak = ({ method }: AttributeMatch): boolean =>
  LEFT_OUT.has(method) || STANDS_FOR.has(method) || SHARED_BY_OTHERS.has(method);

/**
 * Any difference in name or birth date fails; anything of them that could not be compared leaves the check open. What is
 * merely compatible has to lean on something:
 *
 * - a birth date without its day: both names the same;
 * - a name that is the same by a custom, or cut in a zone: the same nationality;
 * - one weak name: a birth date to the day, and the same nationality;
 * - two weak names: besides, nothing that stands for something else;
 * - a later given name alone, a word shortened within a full zone, a nickname beside a name that the other lacks, the same
 *   letters in other words, and whatever lacks the above: the very document that was proofed.
 *
 * A nationality that is missing on either side is leant on no more than another one. Otherwise people decide. More
 * agreement never makes the result worse.
 */
export function weighIdentity(match: IdentityMatch): WeighedIdentity {
  const names = [match.givenName, match.familyName];
  const all = [...names, match.birthDate];
  if (all.some(({ outcome }) => outcome === 'different')) return { result: 'fail', reasonCodes: [] };
  if (!all.every(agrees)) return { result: 'indeterminate', reasonCodes: [] };
  if (isSupported(names.filter(isWeak), match)) return { result: 'pass', reasonCodes: [] };
  return { result: 'indeterminate', reasonCodes: ['name_only_similar'] };
}

function isSupported(weak: readonly AttributeMatch[], match: IdentityMatch): boolean {
  const { birthDate, nationality, document } = match;
  if (birthDate.outcome !== 'exact') return isSame(match.givenName) && isSame(match.familyName);
  if (document?.outcome === 'exact') return true;
  const byCustom = [match.givenName, match.familyName].some(({ method }) => BY_CUSTOM.has(method));
  if (weak.length === 0) return !byCustom || isSame(nationality);
  if (weak.some(({ method }) => SHARED_BY_OTHERS.has(method))) return false;
  return isSame(nationality) && (weak.length === 1 || weak.every(({ method }) => LEFT_OUT.has(method)));
}
