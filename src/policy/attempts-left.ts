import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { PolicyDocument } from './policy.js';

/**
 * Attempts that the person still has, by the stricter of the case's first policy and today's. Nobody can add one, not
 * even reviewers: an attacker who needs a lucky match would only have to persuade a reviewer (T75). Code that has only
 * the case asks `Policies.attemptsLeft`.
 */
export const attemptsLeft = (
  { attempt, attemptsAllowed }: Pick<RecoveryCase, 'attempt' | 'attemptsAllowed'>,
  { limits }: { limits: Pick<PolicyDocument['limits'], 'attempts'> },
): number => Math.max(0, Math.min(attemptsAllowed, limits.attempts) - attempt);
