import { codesSuffice } from '../../recovery-codes/asked-codes.js';
import type { Objection } from '../decision.js';
import type { SettledChecks, SettledFacts } from '../facts.js';
import { deny, refer, refuseBy } from '../objection.js';
import type { FindingReason } from '../reasons.js';

/**
 * A name that others have too is not enough: the face agrees with the record's, or it is the same document (T65), seen as
 * genuine: anybody can print a number.
 */
function nameTwin(facts: SettledFacts, checks: SettledChecks): Objection[] {
  if (facts.subject.nameUniqueInDirectory) return [];
  const face = facts.proofing !== undefined && checks.reference_portrait_match.result === 'pass';
  const number = facts.attributes.find(({ about }) => about === 'document_number')?.match;
  const sameDocument = number?.outcome === 'exact' && checks.document_authenticity.result === 'pass';
  return face || sameDocument ? [] : [refer('account', whyNotUnique(facts.subject))];
}

function whyNotUnique({ namesakeUnreadable, accountsNotIndexed }: SettledFacts['subject']): FindingReason {
  if (namesakeUnreadable) return 'namesake_unreadable';
  return accountsNotIndexed ? 'accounts_not_indexed' : 'name_not_unique';
}

/**
 * The facts as they would be if nobody had the name, where that is merely not known: the index of accounts has a gap.
 * Undefined where it is known, one way or the other. For the question whether to wait, and for no approval.
 */
export function ifNobodyHadTheName(facts: SettledFacts): SettledFacts | undefined {
  const { namesakeUnreadable = false, accountsNotIndexed = false } = facts.subject;
  if (facts.subject.nameUniqueInDirectory || !(namesakeUnreadable || accountsNotIndexed)) return undefined;
  return { ...facts, subject: { ...facts.subject, nameUniqueInDirectory: true } };
}

/** One document, one account, whatever else agrees (T64). Nobody settles it: a second account takes a second document. */
function otherAccount({ documentStanding, policy }: SettledFacts): Objection[] {
  return documentStanding === 'another_account' ? [refuseBy(policy, 'report', 'document_on_other_account')] : [];
}

/** Where codes stand in for a record, nothing but its number says whether the document is another account's (T64). */
function unreadDocument({ documentStanding, proofing, policy }: SettledFacts): Objection[] {
  const leansOnIt = !proofing && policy.matching.unproofed === 'codes';
  return documentStanding === 'unread' && leansOnIt ? [refer('report', 'data_missing')] : [];
}

/** An account that was never proofed, where no codes can make up for it. Known before anything is checked. */
export function neverProofed({ proofing, policy }: SettledFacts): Objection[] {
  if (proofing || policy.matching.unproofed === 'codes') return [];
  return [(policy.matching.unproofed === 'refuse' ? deny : refer)('proofing_record', 'account_unproofed')];
}

/**
 * A document alone does not recover an account that was never proofed (NIST SP 800-63B-4, 4.2.2.2). Where the policy says
 * `codes`, a genuine document of somebody with the account's name, the face on it, and recovery codes do together: as many
 * as the account's strength asks for.
 */
function codesMissing(facts: SettledFacts, checks: SettledChecks): Objection[] {
  if (facts.proofing || facts.policy.matching.unproofed !== 'codes') return [];
  const { document_authenticity: document, face_match: face, data_match: data } = checks;
  const seen = [document, face, data].every(({ result }) => result === 'pass') && data.method === 'directory_profile';
  const { assuranceLevel } = facts.subject;
  if (codesSuffice(facts.policy, { proofed: false, assuranceLevel }, facts.ingredients) && seen) return [];
  return [refer('proofing_record', 'account_unproofed')];
}

/**
 * Where nothing was proofed, name and birth date of the account are all there is to compare with. Changed this week they may
 * be somebody else's, as a changed record may (rule 10), and no reviewer can see whose.
 */
function changedLately({ proofing, subject }: SettledFacts): Objection[] {
  return !proofing && subject.identityCoolingOff ? [refer('account', 'identity_cooling_off')] : [];
}

/** What the accounts of the directory say against an approval, once there is an answer to weigh. */
export function accountObjections(facts: SettledFacts, checks: SettledChecks): Objection[] {
  return [
    ...nameTwin(facts, checks),
    ...otherAccount(facts),
    ...unreadDocument(facts),
    ...changedLately(facts),
    ...codesMissing(facts, checks),
  ];
}
