import type { CheckReason, CheckResult, IdentityAttributes } from '../../providers/kit/index.js';
import type { AdjudicationFacts, ComparedAttribute } from './facts.js';
import { compareIdentity, type IdentityMatch } from './matching/compare-identity.js';
import { agrees } from './matching/match-outcome.js';
import { isCaptureFault } from './reasons.js';
import { worse, type SettledCheck } from './settled-check.js';

/** The check and, when there was something to compare, how each attribute stood. */
export interface DataMatch {
  check: SettledCheck;
  attributes: readonly ComparedAttribute[];
}

/** What a provider must have compared itself before its word can stand for ours. */
const COMPARED_BY_PROVIDER: readonly (keyof IdentityAttributes)[] = ['givenName', 'familyName', 'birthDate'];

const notRun = (reason: CheckReason): DataMatch => ({
  check: { kind: 'data_match', result: 'not_run', reasonCodes: [reason], method: 'proofing_record' },
  attributes: [],
});

/** Any difference fails; anything that could not be compared leaves the check open. */
function resultOf(match: IdentityMatch): CheckResult {
  const all = [match.givenName, match.familyName, match.birthDate];
  if (all.some((attribute) => attribute.outcome === 'different')) return 'fail';
  return all.every(agrees) ? 'pass' : 'indeterminate';
}

function readsSomething(identity: IdentityAttributes): boolean {
  return COMPARED_BY_PROVIDER.some(
    (attribute) => typeof identity[attribute] === 'string' && identity[attribute] !== '',
  );
}

/**
 * Name and birth date of the evidence against the proofing record (rule 6). Without anything read it is `not_run`,
 * unless the provider compared all three itself against values we gave it.
 */
export function matchData(facts: AdjudicationFacts, reported: SettledCheck): DataMatch {
  if (!facts.proofing) return notRun('no_reference_on_record');
  const identity: unknown = facts.report.identity?.reveal();
  if (typeof identity !== 'object' || identity === null || !readsSomething(identity)) {
    return comparedByProvider(facts, reported);
  }
  const match = compareIdentity(facts.proofing.attributes.reveal(), identity);
  const attributes = [
    { about: 'given_name' as const, match: match.givenName },
    { about: 'family_name' as const, match: match.familyName },
    { about: 'birth_date' as const, match: match.birthDate },
  ];
  const own = resultOf(match);
  // `not_run` is no opinion: most providers leave this check to us.
  const result = reported.result === 'not_run' ? own : worse(own, reported.result);
  const reasons = attributes.flatMap((attribute) => attribute.match.reasonCodes).filter((code) => code !== 'ok');
  const theirs = result === own ? [] : reported.reasonCodes;
  const reasonCodes = result === 'pass' ? ['ok' as const] : [...new Set([...reasons, ...theirs])];
  return { check: { kind: 'data_match', result, reasonCodes, method: 'proofing_record' }, attributes };
}

function comparedByProvider(facts: AdjudicationFacts, reported: SettledCheck): DataMatch {
  const matched: unknown = facts.report.matchedOnly;
  const list: unknown[] = Array.isArray(matched) ? matched : [];
  const complete = COMPARED_BY_PROVIDER.every((attribute) => list.includes(attribute));
  // Anything short of a refusal counts only from a provider that says what it compared – or that a picture left nothing
  // to compare: that claims nothing, and another picture may help.
  const isUnread = reported.result === 'indeterminate' && isCaptureFault(reported.reasonCodes);
  const counts = complete || reported.result === 'fail' || isUnread;
  const result = counts ? reported.result : 'not_run';
  if (result === 'not_run') return notRun('data_missing');
  return { check: { ...reported, result, method: 'compared_by_provider' }, attributes: [] };
}
