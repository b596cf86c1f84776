import { compareIdentity } from '../../src/adjudication/matching/compare-identity.js';
import { agreed, type AttributeMatch } from '../../src/adjudication/matching/match-outcome.js';
import type { ShownDocument } from '../../src/adjudication/matching/nationality-of-evidence.js';
import { isNickname } from '../../src/adjudication/matching/names/nicknames.js';
import { weighIdentity } from '../../src/adjudication/matching/weigh-identity.js';

/** One side of a pair: what a record or a document says of a person. Every rule gets all of it. */
export interface Claims {
  givenName?: string;
  familyName?: string;
  birthDate: string;
  nationality?: string;
  documentNumber: string;
  /** What the document is, where that says whose national its holder is. */
  shown?: ShownDocument;
  formerNames?: { givenName?: string; familyName?: string }[];
}

export interface Pair {
  record: Claims;
  document: Claims;
  /** Somebody else in the directory has a name that a person would call the same. */
  nameIsShared: boolean;
}

export type MatchingRule = (pair: Pair) => boolean;

/** The product's: an approval by data, without a portrait. A name that is not unique is never enough (T65). */
const ours: MatchingRule = ({ record, document, nameIsShared }) => {
  const number = compareNumbers(record, document);
  const match = compareIdentity(record, document, { document: number, shown: document.shown });
  return weighIdentity(match).result === 'pass' && (!nameIsShared || match.document?.outcome === 'exact');
};

function compareNumbers(record: Claims, document: Claims): AttributeMatch {
  const same = record.documentNumber === document.documentNumber;
  if (same) return agreed('exact', 'same_number');
  return { outcome: 'not_comparable', method: 'another_document', reasonCodes: ['no_reference_on_record'] };
}

/** Case, marks and surrounding space are forgiven to everybody: the peers’ pages do not say, so they get the best of it. */
const plain = (text = ''): string => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().trim();

/** Microsoft Entra, exact: first and last name equal. */
const entraExact: MatchingRule = ({ record, document }) =>
  hasBothNames(record) &&
  plain(record.givenName) === plain(document.givenName) &&
  plain(record.familyName) === plain(document.familyName);

/** Microsoft Entra, relaxed: the directory's first and its last name each equal any word of either claim; or exact. */
const entraRelaxed: MatchingRule = (pair) => {
  const { record, document } = pair;
  const words = `${plain(document.givenName)} ${plain(document.familyName)}`.split(/\s+/);
  const isThere = (name: string | undefined): boolean => words.includes(plain(name));
  return hasBothNames(record) && (entraExact(pair) || (isThere(record.givenName) && isThere(record.familyName)));
};

/** Blank directory names cannot match there. */
const hasBothNames = ({ givenName, familyName }: Claims): boolean =>
  plain(givenName) !== '' && plain(familyName) !== '';

const DUO_EDITS = 2;

/** Duo: first name within two characters or a known nickname, last name and birth date exact. */
const duo: MatchingRule = ({ record, document }) => {
  const [ours, theirs] = [plain(record.givenName), plain(document.givenName)];
  return (
    (editsBetween(ours, theirs) <= DUO_EDITS || isNickname(ours, theirs)) &&
    plain(record.familyName) === plain(document.familyName) &&
    record.birthDate === document.birthDate
  );
};

export const MATCHING_RULES = { ours, entraExact, entraRelaxed, duo } as const satisfies Record<string, MatchingRule>;
export type RuleName = keyof typeof MATCHING_RULES;

/** Levenshtein distance. */
export function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_none, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}
