import type { Objection } from './decision.js';
import type { SettledFacts } from './facts.js';
import type { FindingReason } from './reasons.js';
import { attackSuspected, type SettledCheck } from './settled-check.js';

/**
 * Whether reviewers may settle this check (rule 5, ADR 20): it is open, the policy names it, and no attack was suspected. A
 * suspected attacker must never be better off than a person about whom nothing is known, and a reviewer who looks at one
 * picture does not see an attack that a model suspected. For privileged accounts, what the own machine's passive look leaves
 * open waits for a partner (rule 7).
 */
export function maySettle(
  check: SettledCheck,
  facts: Pick<SettledFacts, 'policy' | 'provider' | 'subject' | 'attributes'>,
): boolean {
  if (check.result !== 'indeterminate' || attackSuspected(check)) return false;
  if (check.kind === 'data_match' && !hasTwoBirthDates(facts)) return false;
  if (check.kind === 'presentation_attack' && facts.provider.local && facts.subject.privileged) return false;
  return facts.policy.review.reviewable.includes(check.kind);
}

/** People settle how a name is written. Whose it is they could only guess without a birth date on both sides (rule 6). */
function hasTwoBirthDates({ attributes }: Pick<SettledFacts, 'attributes'>): boolean {
  const match = attributes.find(({ about }) => about === 'birth_date')?.match;
  return match !== undefined && (match.outcome !== 'not_comparable' || match.method === 'unknown_parts');
}

/** Whose document it is, whose face, and whether anybody stood before the camera: no single pair of eyes stands in for that. */
const TAKES_TWO: ReadonlySet<Objection['about']> = new Set<Objection['about']>([
  'data_match',
  'binding',
  'presentation_attack',
  'injection_attack',
]);

const PROVIDERS_DISAGREE: readonly FindingReason[] = ['shown_evidence_contradicts', 'account_refused_lately'];

/** Whether people would settle what one of them alone may not. */
export const takesTwo = (objections: readonly Objection[]): boolean =>
  objections.some(
    ({ about, reasonCodes, settleable }) =>
      settleable && (TAKES_TWO.has(about) || reasonCodes.some((reason) => PROVIDERS_DISAGREE.includes(reason))),
  );
