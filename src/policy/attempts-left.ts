import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { PolicyDocument } from './policy.js';

/**
 * Tries that the person still has: by the stricter of what the case began with and what its policy allows now. Nobody adds
 * one, reviewers neither: whoever is after a lucky match would only have to persuade somebody (T75). Whoever has the case
 * alone asks `Policies.attemptsLeft`.
 */
export const attemptsLeft = (
  { attempt, attemptsAllowed }: Pick<RecoveryCase, 'attempt' | 'attemptsAllowed'>,
  { limits }: { limits: Pick<PolicyDocument['limits'], 'attempts'> },
): number => Math.max(0, Math.min(attemptsAllowed, limits.attempts) - attempt);
