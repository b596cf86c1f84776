import { ifNobodyHadTheName } from './accounts/account-objections.js';
import type { SettledFacts } from './facts.js';

/**
 * The facts as they would be if what may still come had come: word that nobody else has the name (T65), and the second
 * person of an account that became privileged, or of which the rules ask more since (T49). Undefined where nothing is
 * awaited. For the question whether to wait, and for no approval.
 */
export function ifWhatIsAwaitedCame(facts: SettledFacts): SettledFacts | undefined {
  const named = ifNobodyHadTheName(facts);
  if (facts.recoveryCase.authorized) return named;
  const known = named ?? facts;
  return { ...known, recoveryCase: { ...known.recoveryCase, authorized: true } };
}
