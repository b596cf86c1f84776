import { agreed, agrees, differs, isSame, type AttributeMatch } from './match-outcome.js';
import { otherArrangement } from './names/arrangements.js';
import { compareFamilyName, compareGivenName } from './names/compare-name.js';
import { cutInZone, type ZoneCut } from './names/cut-in-zone.js';
import { compareOneName } from './names/one-name.js';
import { tellGenerations } from './names/generations.js';
import { parsePerson, type ParsedPerson, type PersonName } from './names/parsed-name.js';
import { customsOf, type NamingCustoms } from './names/states.js';
import type { Suffix } from './names/suffixes.js';

export interface NameMatch {
  givenName: AttributeMatch;
  familyName: AttributeMatch;
}

/**
 * Given and family name of the record against those of the evidence: field by field, then as a name that a zone has cut,
 * then as another arrangement of the same words. Suffixes of generation come last, because no rule may pass them over.
 *
 * @param nationalities alpha-3, as far as record and evidence tell; some rules hold for the names of some states only
 * @internal
 */
export function compareNames(
  record: PersonName,
  claim: PersonName,
  nationalities: readonly (string | undefined)[] = [],
): NameMatch {
  return compareRead(parsePerson(record), parsePerson(claim), customsOf(nationalities));
}

/** {@link compareNames} of names that were read before, for whoever compares one of them with many. */
export function compareRead(record: ParsedPerson, claim: ParsedPerson, customs: NamingCustoms): NameMatch {
  const [ours, theirs] = tellGenerations(record, claim, customs);
  return bySuffix([ours.suffix, theirs.suffix], comparePersons(ours, theirs, customs));
}

function comparePersons(record: ParsedPerson, claim: ParsedPerson, customs: NamingCustoms): NameMatch {
  const oneName = compareOneName(record, claim, customs);
  if (oneName) return both(oneName);
  const byField = {
    givenName: compareGivenName(record.given, claim.given, customs),
    familyName: compareFamilyName(record.family, claim.family, customs),
  };
  if (Object.values(byField).every(agrees)) return byField;
  const cut = cutInZone(record, claim);
  if (cut) return cutFields(byField, cut);
  const arrangement = otherArrangement(record, claim, customs);
  return arrangement ? both(arrangement) : byField;
}

const both = (match: AttributeMatch): NameMatch => ({ givenName: match, familyName: match });

function cutFields({ givenName, familyName }: NameMatch, kind: ZoneCut): NameMatch {
  const cut = agreed('compatible', kind === 'end' ? 'cut_in_zone' : 'shortened_in_zone');
  return { givenName: isSame(givenName) ? givenName : cut, familyName: isSame(familyName) ? familyName : cut };
}

/**
 * Two suffixes are two people, father and son (T63). One that only one side has says nothing against the other; where it
 * may be a name, a name is left out.
 */
function bySuffix([record, claim]: readonly (Suffix | undefined)[], match: NameMatch): NameMatch {
  if (record?.means === claim?.means) return match;
  if (record && claim) return { ...match, familyName: differs('suffix', 'name_differs') };
  const [suffix] = [record, claim].filter((one) => one !== undefined);
  if (suffix?.isName && agrees(match.familyName))
    return { ...match, familyName: agreed('compatible', 'suffix_or_name_left_out') };
  return isSame(match.familyName) ? { ...match, familyName: agreed('compatible', 'suffix_on_one_side') } : match;
}
