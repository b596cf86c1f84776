import { agreed, differs, isSame, type AttributeMatch } from '../match-outcome.js';
import { compareWhole } from './compare-name.js';
import type { ParsedName, ParsedPerson } from './parsed-name.js';
import type { NamingCustoms } from './states.js';

/**
 * People with a single name, whichever field it stands in; documents also print it twice. Only where a side says that
 * there is no other name (XXX), or a state of the person knows such names: a name that merely was not read is missing.
 */
export function compareOneName(
  record: ParsedPerson,
  claim: ParsedPerson,
  customs: NamingCustoms,
): AttributeMatch | undefined {
  if ([record, claim].every(({ given, family }) => given && family)) return undefined;
  const [ours, theirs] = [singleName(record, customs), singleName(claim, customs)];
  if (!ours || !theirs) return undefined;
  const match = compareWhole(ours, theirs, customs);
  if (match.outcome === 'not_comparable') return match;
  return isSame(match) ? agreed('equivalent', 'one_name') : differs('one_name', 'name_differs');
}

function singleName({ given, family, saysNoName }: ParsedPerson, customs: NamingCustoms): ParsedName | undefined {
  if (given && family) return isSame(compareWhole(given, family, customs)) ? family : undefined;
  return saysNoName || customs.oneName ? (family ?? given) : undefined;
}
