import type { IdentityAttributes } from '../../../providers/kit/index.js';
import { compareBirthDate } from './compare-birth-date.js';
import { compareRead, type NameMatch } from './compare-names.js';
import { compareNationality } from './compare-nationality.js';
import { byFormerName } from './former-names.js';
import { agreed, isSame, type AttributeMatch } from './match-outcome.js';
import { tellGenerations } from './names/generations.js';
import { parsePerson, type ParsedPerson, type PersonName } from './names/parsed-name.js';
import { customsOf } from './names/states.js';
import { slip, someSpelling } from './names/word-rules.js';
import { stateOf } from './nationality-codes.js';
import { nationalityOfEvidence, type ShownDocument } from './nationality-of-evidence.js';

export interface IdentityMatch extends NameMatch {
  birthDate: AttributeMatch;
  nationality: AttributeMatch;
  /** Whether it is the very document that was proofed; absent when nobody compared that. */
  document?: AttributeMatch;
}

type Attributes = Readonly<Partial<Record<keyof IdentityAttributes, unknown>>>;

/** Values of the record as they were stored: of any type, because nothing here relies on who stored them. */
export type RecordedIdentity = Attributes & { readonly formerNames?: unknown };

/** What else the evidence says. */
export interface BesideIdentity {
  /** Its number against the proofed one's, compared elsewhere. */
  document?: AttributeMatch;
  /** Says whose national its holder is where the provider read no nationality. */
  shown?: ShownDocument | undefined;
}

/**
 * What a provider read, attribute by attribute against what was proofed at enrolment. Pure and total: anything that is
 * not text, or not a date, is `not_comparable`. What the outcomes together are worth says weigh-identity.ts.
 */
export function compareIdentity(
  record: RecordedIdentity,
  claim: Attributes,
  { document, shown }: BesideIdentity = {},
): IdentityMatch {
  const nationality = nationalityOfEvidence(claim.nationality, shown);
  const nationalities = [stateOf(record.nationality), nationality.state];
  const birthDate = compareBirthDate(record.birthDate, claim.birthDate);
  // Reading a name is what costs: each is read once, whatever it is then compared with.
  const [recorded, claimed] = [parsePerson(nameOf(record)), parsePerson(nameOf(claim))];
  const asRecorded = compareRead(recorded, claimed, customsOf(nationalities));
  const former = byFormerName({ recorded, claimed, formerNames: record.formerNames }, asRecorded);
  const sameDocument = document?.outcome === 'exact' && birthDate.outcome === 'exact';
  return {
    ...(sameDocument ? withoutSlip({ recorded, claimed }, former) : former),
    birthDate,
    nationality: compareNationality(record.nationality, claim.nationality, nationality),
    ...(document && { document }),
  };
}

const nameOf = ({ givenName, familyName }: Attributes): PersonName => ({
  ...(typeof givenName === 'string' ? { givenName } : {}),
  ...(typeof familyName === 'string' ? { familyName } : {}),
});

/**
 * A slip of the pen in one of the two names, when the other is the same and the evidence is the very document that was
 * proofed: whoever typed the record had this document before them.
 */
function withoutSlip(
  { recorded, claimed }: { recorded: ParsedPerson; claimed: ParsedPerson },
  match: NameMatch,
): NameMatch {
  const [ours, theirs] = tellGenerations(recorded, claimed, customsOf([]));
  if (ours.suffix?.means !== theirs.suffix?.means) return match;
  const slipped = agreed('compatible', 'slip_on_same_document');
  const isSlip = (a = ours.given, b = theirs.given): boolean =>
    a !== undefined && b !== undefined && someSpelling(a, b, slip);
  if (match.givenName.outcome === 'different' && isSame(match.familyName) && isSlip(ours.given, theirs.given)) {
    return { ...match, givenName: slipped };
  }
  if (match.familyName.outcome === 'different' && isSame(match.givenName) && isSlip(ours.family, theirs.family)) {
    return { ...match, familyName: slipped };
  }
  return match;
}
