import type { NameMatch } from './compare-names.js';
import { agreed, isSame } from './match-outcome.js';
import { compareWhole } from './names/compare-name.js';
import { tellGenerations } from './names/generations.js';
import { renamed, type ParsedPerson, type PersonName } from './names/parsed-name.js';
import { customsOf } from './names/states.js';

/** More former names than this are not looked at; nobody has them. */
const MOST_FORMER_NAMES = 5;

/** The names of one comparison; `formerNames` as it was stored. */
export interface NamesWithFormer {
  recorded: ParsedPerson;
  claimed: ParsedPerson;
  formerNames: unknown;
}

/**
 * A former or married name counts when the proofing record holds it, for that is the evidence: the one name of the two
 * that changed, or both, taken from the record's list and then the same to the letter or by transliteration. A name that
 * somebody merely says they had never gets here.
 */
export function byFormerName({ recorded, claimed, formerNames }: NamesWithFormer, match: NameMatch): NameMatch {
  if (isSame(match.givenName) && isSame(match.familyName)) return match;
  const former = namesIn(formerNames).some((name) => isSamePerson(renamed(recorded, name), claimed));
  if (!former) return match;
  const byRecord = agreed('compatible', 'former_name_on_record');
  return {
    givenName: isSame(match.givenName) ? match.givenName : byRecord,
    familyName: isSame(match.familyName) ? match.familyName : byRecord,
  };
}

/** No customs and nothing left out: a name that is not borne any more is taken to the letter. */
function isSamePerson(one: ParsedPerson, other: ParsedPerson): boolean {
  const [a, b] = tellGenerations(one, other, customsOf([]));
  return (
    a.suffix?.means === b.suffix?.means &&
    isSame(compareWhole(a.given, b.given, customsOf([]))) &&
    isSame(compareWhole(a.family, b.family, customsOf([])))
  );
}

function namesIn(formerNames: unknown): PersonName[] {
  if (!Array.isArray(formerNames)) return [];
  return formerNames.slice(0, MOST_FORMER_NAMES).map((entry: unknown) => {
    const { givenName, familyName } = typeof entry === 'object' && entry !== null ? (entry as PersonName) : {};
    return {
      ...(typeof givenName === 'string' ? { givenName } : {}),
      ...(typeof familyName === 'string' ? { familyName } : {}),
    };
  });
}
