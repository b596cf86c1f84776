import { isDeepStrictEqual } from 'node:util';
import {
  CHECK_KINDS,
  type CheckKind,
  type CheckResult,
  type DocumentFacts,
  type IdentityAttributes,
  type ProviderReport,
} from '../../../providers/kit/index.js';

/** Nothing but these two stands against a check: a partner that has erased its data has merely nothing more to say. */
const AGAINST: Partial<Record<CheckResult, number>> = { indeterminate: 1, fail: 2 };

const IDENTITY: readonly (keyof IdentityAttributes)[] = ['givenName', 'familyName', 'birthDate', 'nationality'];
const DOCUMENT: readonly (keyof DocumentFacts)[] = ['issuingCountry', 'issuingRegion', 'number'];

/** What of a report another one is compared with. */
export type Said = Pick<ProviderReport, 'checks' | 'identity' | 'document' | 'matchedOnly'>;

/**
 * Whether a partner's later answer about a session is worse than its report (T43): it ended otherwise, a check now fails
 * or is open that was not, or it is about somebody else. Pure. Silence is not worse, and neither is a session that the
 * partner no longer keeps (`expired`) or still works on (`pending`).
 */
export function saysWorse(first: Said, later: ProviderReport): boolean {
  if (later.status === 'pending' || later.status === 'expired') return false;
  if (later.status !== 'completed') return true;
  if (CHECK_KINDS.some((kind) => against(later, kind) > against(first, kind))) return true;
  return (
    contradicts(IDENTITY, first.identity?.reveal(), later.identity?.reveal()) ||
    contradicts(DOCUMENT, first.document?.reveal(), later.document?.reveal()) ||
    matchesLess(first, later)
  );
}

/**
 * Of a later answer what is worse than the first, for an attempt that is over: what the first said was decided on in time. Pure.
 */
export function whatIsWorse(first: Said, later: ProviderReport): ProviderReport {
  const { identity, document, matchedOnly, compared: _compared, ...rest } = later;
  const checks = later.checks.filter(({ kind }) => against(later, kind) > against(first, kind));
  return {
    ...rest,
    checks,
    ...(contradicts(IDENTITY, first.identity?.reveal(), identity?.reveal()) && { identity }),
    ...(contradicts(DOCUMENT, first.document?.reveal(), document?.reveal()) && { document }),
    ...(matchesLess(first, later) && { matchedOnly }),
  };
}

/** Whether two answers of a partner say the same of everything a decision could hold against somebody. Pure. */
export const saysTheSame = (first: Said, later: Said): boolean => isDeepStrictEqual(contentOf(first), contentOf(later));

/** As it is stored: what is absent and what is `undefined` are one. */
function contentOf({ checks, identity, document, matchedOnly }: Said): unknown {
  const told = checks.map(({ kind, result, reasonCodes }) => ({ kind, result, reasonCodes }));
  const content = { told, identity: identity?.reveal(), document: document?.reveal(), matchedOnly };
  return JSON.parse(JSON.stringify(content));
}

/** How much a report has against a check, by the worst it says of it. */
function against({ checks }: Said, kind: CheckKind): number {
  return Math.max(0, ...checks.filter((check) => check.kind === kind).map(({ result }) => AGAINST[result] ?? 0));
}

/** Both say something of the same attribute, and not the same. */
function contradicts<Facts extends object>(
  attributes: readonly (keyof Facts)[],
  first: Facts | undefined,
  later: Facts | undefined,
): boolean {
  if (!first || !later) return false;
  return attributes.some(
    (attribute) =>
      first[attribute] !== undefined && later[attribute] !== undefined && first[attribute] !== later[attribute],
  );
}

/** For partners that compare attributes themselves: one that agreed before is not among them any more. */
function matchesLess(first: Said, later: ProviderReport): boolean {
  const { matchedOnly: agrees } = later;
  return agrees !== undefined && (first.matchedOnly ?? []).some((attribute) => !agrees.includes(attribute));
}
