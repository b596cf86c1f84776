import { agreed, differs, type AttributeMatch } from '../adjudication/matching/match-outcome.js';
import {
  compareIdentity,
  type IdentityMatch,
  type RecordedIdentity,
} from '../adjudication/matching/compare-identity.js';
import type { ShownDocument } from '../adjudication/matching/nationality-of-evidence.js';
import { weighIdentity } from '../adjudication/matching/weigh-identity.js';
import { spelledName, type Script } from '../adjudication/matching/transliteration/spelled-name.js';
import type { PolicyDocument } from '../policy/policy.js';
import type { RehearsalCode } from './rehearsal-codes.js';

/** A document that somebody might bring: in whose words, and whether it is the one that was proofed. */
export interface ExpectedDocument {
  /** What its provider says of the holder. */
  claim: RecordedIdentity;
  sameDocument: boolean;
  /** The document's kind and issuer, as far as its provider tells them. */
  shown?: ShownDocument;
}

/** How the matcher would take a document, by codes; `agrees` only when it would pass. */
export interface PredictedMatch {
  agrees: boolean;
  codes: RehearsalCode[];
}

const SAME_DOCUMENT = agreed('exact', 'issuer_and_number');
const OTHER_DOCUMENT = differs('issuer_and_number', 'document_replaced');

/** What the record says against what would be reported of such a document. Pure and total. */
export function predictMatch(
  record: RecordedIdentity,
  { claim, sameDocument, shown }: ExpectedDocument,
  names: PolicyDocument['matching']['names'],
): PredictedMatch {
  const match = compareIdentity(record, claim, { document: sameDocument ? SAME_DOCUMENT : OTHER_DOCUMENT, shown });
  const weighed = weighIdentity(match);
  const short = [match.givenName, match.familyName].some(({ outcome }) => outcome === 'compatible');
  const tooFar = short && names === 'equivalent';
  const codes = new Set<RehearsalCode>([
    ...nameCodes(match),
    ...birthDateCodes(match.birthDate),
    ...(weighed.reasonCodes.includes('name_only_similar') ? ['name_only_similar' as const] : []),
    ...(tooFar ? ['name_not_close_enough' as const] : []),
  ]);
  return { agrees: weighed.result === 'pass' && !tooFar, codes: [...codes] };
}

function nameCodes({ givenName, familyName }: IdentityMatch): RehearsalCode[] {
  const differing: RehearsalCode[] = [
    ...(givenName.outcome === 'different' ? (['given_name_differs'] as const) : []),
    ...(familyName.outcome === 'different' ? (['family_name_differs'] as const) : []),
  ];
  return [...differing, ...[givenName, familyName].flatMap(oneNameCodes)];
}

function oneNameCodes({ outcome, method }: AttributeMatch): RehearsalCode[] {
  if (outcome === 'not_comparable') return [method === 'other_script' ? 'script_without_table' : 'name_missing'];
  if (outcome !== 'compatible') return [];
  return [method === 'cut_in_zone' ? 'name_cut_in_zone' : 'name_in_short_form'];
}

function birthDateCodes({ outcome, method }: AttributeMatch): RehearsalCode[] {
  if (outcome === 'different') return ['birth_date_differs'];
  if (outcome !== 'not_comparable') return [];
  return [method === 'unknown_parts' ? 'birth_date_partial' : 'birth_date_missing'];
}

const HARDEST_FIRST: readonly Script[] = ['other', 'arabic', 'cyrillic', 'latin'];

/** The script of a name; the one with the least said about it when it mixes several. */
export function scriptOf({ givenName, familyName }: { givenName?: unknown; familyName?: unknown }): Script {
  const scripts = [givenName, familyName].map((name) =>
    typeof name === 'string' ? spelledName(name).script : 'latin',
  );
  return HARDEST_FIRST.find((script) => scripts.includes(script)) ?? 'latin';
}
