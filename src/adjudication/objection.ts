import type { PolicyDocument } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { Objection } from './decision.js';
import type { SettledFacts } from './facts.js';
import type { FindingReason } from './reasons.js';

/** People decide; whether they may set it aside is said where it may be. */
export const refer = (
  about: Objection['about'],
  reason: FindingReason,
  { settleable }: Pick<Objection, 'settleable'> = { settleable: false },
): Objection => ({ about, reasonCodes: [reason], remedy: 'refer', settleable });

/** Nobody sets it aside. */
export const deny = (about: Objection['about'], reason: FindingReason): Objection => ({
  about,
  reasonCodes: [reason],
  remedy: 'deny',
  settleable: false,
});

/** What the policy wants of a thing that speaks against the person: people, or an end. */
export const refuseBy = (
  { review }: SettledFacts['policy'],
  about: Objection['about'],
  reason: FindingReason,
): Objection => (review.onFail === 'deny' ? deny : refer)(about, reason);

/**
 * Tries that the person still has: by the stricter of what the case began with and what its policy allows now. Nobody adds
 * one, reviewers neither: whoever is after a lucky match would only have to persuade somebody (T75).
 */
export const attemptsLeft = (
  { attempt, attemptsAllowed }: Pick<RecoveryCase, 'attempt' | 'attemptsAllowed'>,
  { limits }: { limits: Pick<PolicyDocument['limits'], 'attempts'> },
): number => Math.max(0, Math.min(attemptsAllowed, limits.attempts) - attempt);

/** Whether the person may try again. */
export const attemptsRemain = ({ recoveryCase, policy }: SettledFacts): boolean =>
  attemptsLeft(recoveryCase, policy) > 0;
