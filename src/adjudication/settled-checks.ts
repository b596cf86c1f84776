import {
  CHECK_KINDS,
  CHECK_REASONS,
  CHECK_RESULTS,
  type CheckKind,
  type CheckReason,
} from '../../providers/kit/index.js';
import type { AdjudicationFacts, SettledChecks } from './facts.js';
import { matchData, type DataMatch } from './data-match.js';
import type { FindingReason } from './reasons.js';
import { worse, type SettledCheck } from './settled-check.js';

const isMember = <Value>(list: readonly Value[], value: unknown): value is Value => list.includes(value as Value);

interface Entry {
  result?: unknown;
  reasonCodes?: unknown;
}

/** What one entry of a report is worth. A word we do not know, or a pass that gives a reason against itself, is open. */
function judge(entry: Entry): Pick<SettledCheck, 'result' | 'reasonCodes'> {
  const given: unknown[] = Array.isArray(entry.reasonCodes) ? entry.reasonCodes : [];
  const reasons = given.map((code): CheckReason => (isMember(CHECK_REASONS, code) ? code : 'partner_answer_unknown'));
  if (!isMember(CHECK_RESULTS, entry.result)) {
    return { result: 'indeterminate', reasonCodes: ['check_result_unknown', ...reasons] };
  }
  const contradicts = (entry.result === 'pass') !== reasons.every((code) => code === 'ok') && reasons.length > 0;
  if (!contradicts) return { result: entry.result, reasonCodes: reasons };
  const result = entry.result === 'pass' ? 'indeterminate' : entry.result;
  return { result, reasonCodes: ['check_contradicts_itself', ...reasons.filter((code) => code !== 'ok')] };
}

/** All a report says about one kind. Saying it twice is open at best: one of the two may be about something else. */
function settle(kind: CheckKind, entries: readonly Entry[]): SettledCheck {
  const judged = entries.map(judge);
  const [only] = judged;
  if (!only) return { kind, result: 'not_run', reasonCodes: ['check_missing'], method: 'report' };
  if (judged.length === 1) return { kind, ...only, method: 'report' };
  const result = judged.map((entry) => entry.result).reduce(worse, 'indeterminate');
  const reasons = judged.flatMap((entry) => entry.reasonCodes).filter((code) => code !== 'ok');
  return {
    kind,
    result,
    reasonCodes: [...new Set<FindingReason>(['check_reported_twice', ...reasons])],
    method: 'report',
  };
}

/** A document whose own date has passed is expired, whatever the provider concluded. */
function againstDate(check: SettledCheck, facts: AdjudicationFacts): SettledCheck {
  const expiry: unknown = facts.report.document?.reveal()?.expiryDate;
  const passed = typeof expiry === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(expiry) && expiry < facts.today;
  if (!passed || check.result === 'fail') return check;
  return { ...check, result: 'fail', reasonCodes: ['date_passed'], method: 'date_on_document' };
}

/**
 * A specimen is never genuine. Where the policy allows specimens, the check stays open instead of failing: a policy that
 * demands a genuine document still does not get one.
 */
function forSpecimens(check: SettledCheck, { policy }: AdjudicationFacts): SettledCheck {
  const specimen = check.result === 'fail' && check.reasonCodes.every((reason) => reason === 'document_specimen');
  return specimen && check.reasonCodes.length > 0 && policy.allowSpecimens
    ? { ...check, result: 'indeterminate' }
    : check;
}

/**
 * One entry per check kind, whatever the report holds: kinds it misses are `not_run`, and nothing but one clean `pass`
 * passes. `data_match` is our own comparison; a provider's opinion can only make it worse.
 */
export function settleChecks(facts: AdjudicationFacts): { checks: SettledChecks; data: DataMatch } {
  const raw: unknown = facts.report.checks;
  const entries = (Array.isArray(raw) ? raw : []).filter(
    (entry): entry is Entry & { kind?: unknown } => typeof entry === 'object' && entry !== null,
  );
  const reported = Object.fromEntries(
    CHECK_KINDS.map((kind) => [
      kind,
      settle(
        kind,
        entries.filter((entry) => entry.kind === kind),
      ),
    ]),
  ) as Record<CheckKind, SettledCheck>;
  const data = matchData(facts, reported.data_match);
  return {
    checks: {
      ...reported,
      document_authenticity: forSpecimens(reported.document_authenticity, facts),
      document_expiry: againstDate(reported.document_expiry, facts),
      data_match: data.check,
    },
    data,
  };
}
