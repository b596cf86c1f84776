import type { CheckReason, IdentityAttributes } from '../../providers/kit/index.js';
import type { PolicyDocument } from '../policy/policy.js';
import { documentNumberOf, reportedDocument } from './accounts/document-number.js';
import type { AdjudicationFacts, ComparedAttribute } from './facts.js';
import { compareIdentity, type IdentityMatch } from './matching/compare-identity.js';
import { weighIdentity } from './matching/weigh-identity.js';
import { isCaptureFault, type FindingReason } from './reasons.js';
import { worse, type SettledCheck } from './settled-check.js';

/** The check, and how each attribute stood: the document's number, and where there was something to compare, the others. */
export interface DataMatch {
  check: SettledCheck;
  attributes: readonly ComparedAttribute[];
}

/** What a provider must have compared itself before its word can stand for ours. */
const COMPARED_BY_PROVIDER: readonly (keyof IdentityAttributes)[] = ['givenName', 'familyName', 'birthDate'];

const notRun = (reason: CheckReason): SettledCheck => ({
  kind: 'data_match',
  result: 'not_run',
  reasonCodes: [reason],
  method: 'proofing_record',
});

/** Why a name or birth date did not agree. Nationality refuses nobody by itself, so it gives no reason either. */
const reasonsOf = ({ givenName, familyName, birthDate }: IdentityMatch): FindingReason[] =>
  [givenName, familyName, birthDate].flatMap(({ reasonCodes }) => reasonCodes).filter((code) => code !== 'ok');

/** Whether only a short form or a nickname agrees where the policy wants the name itself. */
const isTooFar = ({ givenName, familyName }: IdentityMatch, { matching }: PolicyDocument): boolean =>
  matching.names === 'equivalent' && [givenName, familyName].some(({ outcome }) => outcome === 'compatible');

function readsSomething(identity: IdentityAttributes): boolean {
  return COMPARED_BY_PROVIDER.some(
    (attribute) => typeof identity[attribute] === 'string' && identity[attribute] !== '',
  );
}

/**
 * Name and birth date of the evidence against the proofing record (rule 6), or against the account where codes make up for
 * one. Without anything read it is `not_run`, unless the provider compared all three itself against values we gave it.
 */
export function matchData(facts: AdjudicationFacts, reported: SettledCheck): DataMatch {
  const number = documentNumberOf(facts);
  const reference = facts.proofing?.attributes ?? withCodes(facts);
  if (!reference) return { check: notRun('no_reference_on_record'), attributes: [number] };
  const identity: unknown = facts.report.identity?.reveal();
  if (typeof identity !== 'object' || identity === null || !readsSomething(identity)) {
    return { check: comparedByProvider(facts, reported), attributes: [number] };
  }
  const shown = reportedDocument(facts.report);
  const match = compareIdentity(reference.reveal(), identity, { document: number.match, shown });
  const attributes: ComparedAttribute[] = [
    { about: 'given_name', match: match.givenName },
    { about: 'family_name', match: match.familyName },
    { about: 'birth_date', match: match.birthDate },
    { about: 'nationality', match: match.nationality },
    number,
  ];
  return { check: checkOf(match, facts, reported), attributes };
}

function checkOf(match: IdentityMatch, facts: AdjudicationFacts, reported: SettledCheck): SettledCheck {
  const weighed = weighIdentity(match);
  const tooFar = isTooFar(match, facts.policy);
  const own = tooFar ? worse(weighed.result, 'indeterminate') : weighed.result;
  // `not_run` is no opinion: most providers leave this check to us.
  const result = reported.result === 'not_run' ? own : worse(own, reported.result);
  const reasons: FindingReason[] = [
    ...weighed.reasonCodes,
    ...reasonsOf(match),
    ...(tooFar ? ['name_not_close_enough' as const] : []),
    ...(result === own ? [] : reported.reasonCodes),
  ];
  return {
    kind: 'data_match',
    result,
    reasonCodes: result === 'pass' ? ['ok'] : [...new Set(reasons)],
    method: facts.proofing ? 'proofing_record' : 'directory_profile',
  };
}

/** What stands in for a proofing record where codes do; elsewhere an unproofed account has nothing to compare with. */
const withCodes = ({ policy, directoryIdentity }: AdjudicationFacts): AdjudicationFacts['directoryIdentity'] =>
  policy.matching.unproofed === 'codes' ? directoryIdentity : undefined;

function comparedByProvider(facts: AdjudicationFacts, reported: SettledCheck): SettledCheck {
  const matched: unknown = facts.report.matchedOnly;
  const list: unknown[] = Array.isArray(matched) ? matched : [];
  const complete = COMPARED_BY_PROVIDER.every((attribute) => list.includes(attribute));
  // Anything short of a refusal counts only from a provider that says what it compared – or that a picture left nothing
  // to compare: that claims nothing, and another picture may help.
  const isUnread = reported.result === 'indeterminate' && isCaptureFault(reported.reasonCodes);
  const counts = complete || reported.result === 'fail' || isUnread;
  const result = counts ? reported.result : 'not_run';
  if (result === 'not_run') return notRun('data_missing');
  return { ...reported, result, method: 'compared_by_provider' };
}
