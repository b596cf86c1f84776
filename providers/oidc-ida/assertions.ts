import { checkText, type Check } from '../kit/index.js';
import type { AssurancePolicy, AssuranceRow } from './assurance-policy.js';
import { verifiedClaims, type VerifiedClaims } from './types.js';

/** One `verified_claims` element as the organisation's policy sees it. */
export type Assertion =
  | { verdict: 'verified'; row: AssuranceRow; said: VerifiedClaims }
  | { verdict: 'failed'; said: VerifiedClaims }
  | { verdict: 'unknown' };

/** What all elements together amount to. */
export type Judgement = Assertion | { verdict: 'contradictory' };

const FAILED = 'FAILED';
export const MATCHED = 'MATCHED';

/**
 * Every element of every place that `verified_claims` came in: an array or a single object each. What has not the
 * shape stays in the list as unknown, so that it is not overlooked.
 */
export function readAssertions(places: readonly unknown[], policy: AssurancePolicy): Assertion[] {
  return places
    .filter((place) => place !== undefined)
    .flatMap((place: unknown) => (Array.isArray(place) ? (place as unknown[]) : [place]))
    .map((element) => readAssertion(element, policy));
}

/**
 * Okta's guide: anything but the pair that was asked for is unsuccessful, `FAILED` or null in words. Identity Assurance
 * leaves the level out where a framework has none, so silence counts only where a row of the policy says so.
 */
function readAssertion(element: unknown, { rows }: AssurancePolicy): Assertion {
  const { data: said } = verifiedClaims.safeParse(element);
  if (!said) return { verdict: 'unknown' };
  const { trust_framework: framework, assurance_level: level } = said.verification;
  if (level === FAILED) return { verdict: 'failed', said };
  const ours = rows.filter((row) => row.framework === framework);
  const row = ours.find((candidate) => candidate.level === (level ?? undefined));
  if (row) return { verdict: 'verified', row, said };
  const silent = level === null || level === undefined;
  return silent && ours.length > 0 ? { verdict: 'failed', said } : { verdict: 'unknown' };
}

/**
 * One that satisfies the policy is enough, and of several the one that shows most. A failure beside it, or two that say
 * different things about the person, contradict each other: a person has to look (T40).
 */
export function judge(assertions: readonly Assertion[]): Judgement {
  const verified = assertions.filter((assertion) => assertion.verdict === 'verified');
  const failed = assertions.find((assertion) => assertion.verdict === 'failed');
  const [best] = verified.toSorted((one, other) => other.row.kinds.length - one.row.kinds.length);
  if (!best) return failed ?? { verdict: 'unknown' };
  return failed || disagree(verified.map(({ said }) => said.claims)) ? { verdict: 'contradictory' } : best;
}

/** Whether two of them give different values for one claim. `MATCHED` is no value. */
function disagree(all: readonly VerifiedClaims['claims'][]): boolean {
  const values = new Map<string, string>();
  for (const [name, value] of all.flatMap((claims) => Object.entries(claims))) {
    const text = JSON.stringify(value);
    if (text.includes(`"${MATCHED}"`)) continue;
    const known = values.get(name);
    if (known !== undefined && known !== text) return true;
    values.set(name, text);
  }
  return false;
}

/** `framework/level` in the vendor's words, for a check's `level`. */
export function levelOf({ verification }: VerifiedClaims): NonNullable<Check['level']> {
  return checkText(`${verification.trust_framework}/${verification.assurance_level ?? '-'}`);
}
