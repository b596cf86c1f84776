import type { PolicyDocument } from '../policy/policy.js';
import { CODE_METHODS, type CodeMethod } from './code-text.js';

/** What a decision knows about codes of a case. */
export interface Ingredients {
  savedCode: boolean;
  issuedCode: boolean;
}

/** Codes the policy takes for such an account; empty when it asks for none. Pure. */
export function askedCodes(
  { matching }: Pick<PolicyDocument, 'matching'>,
  account: { proofed: boolean },
): readonly CodeMethod[] {
  return !account.proofed && matching.unproofed === 'codes' ? CODE_METHODS : [];
}

/** Whether what was given is enough besides document and face: one code of either kind (NIST SP 800-63B-4, 4.2.2.2). */
export function codesSuffice({ savedCode, issuedCode }: Ingredients): boolean {
  return savedCode || issuedCode;
}
