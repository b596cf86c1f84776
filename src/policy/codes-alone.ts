import { levelOf, type AccountStrength } from './account-strength.js';
import type { PolicyDocument } from './policy.js';

/** What decides whether codes alone may recover an account. What is not known counts against it. */
export interface CodesAloneAccount extends AccountStrength {
  privileged: boolean;
  /** `IAL1` to `IAL3`; absent for an account that was never proofed. */
  proofingLevel?: string | undefined;
}

/** Why codes alone do not recover an account; of several the first. */
export type CodesAloneRefusal = 'codes_alone_not_allowed' | 'codes_alone_not_enough' | 'codes_alone_relayed';

/** Levels that were proofed from afar. Another one, known or not, takes the person on site or a document. */
const PROOFED_AFAR = ['IAL1', 'IAL2'];

/**
 * Why two codes by different methods may not recover this account without a document (NIST SP 800-63B-4, 4.2.2.2);
 * undefined if they may. The policy must allow it, and the account may need at most AAL2 and IAL2. An account that was
 * never proofed also needs `unproofed` to allow it. Pure.
 */
export function codesAloneRefusal(
  { matching }: Pick<PolicyDocument, 'matching'>,
  account: CodesAloneAccount,
  way: { relayed: boolean },
): CodesAloneRefusal | undefined {
  if (matching.withoutDocument !== 'codes') return 'codes_alone_not_allowed';
  // A person who passes a link on could pass on what it leads to.
  if (way.relayed) return 'codes_alone_relayed';
  const { proofingLevel, privileged } = account;
  const proofedAfar =
    proofingLevel === undefined ? matching.unproofed === 'codes' : PROOFED_AFAR.includes(proofingLevel);
  return privileged || levelOf(account) === 'AAL3' || !proofedAfar ? 'codes_alone_not_enough' : undefined;
}
