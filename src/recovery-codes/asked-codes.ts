import type { PolicyDocument } from '../policy/policy.js';
import { CODE_METHODS, type CodeMethod } from './code-text.js';

/** What a decision knows about codes of a case. */
export interface Ingredients {
  savedCode: boolean;
  issuedCode: boolean;
}

type CodeRules = Pick<PolicyDocument, 'matching' | 'ingredients'>;
interface Account {
  proofed: boolean;
}

/** Codes that the policy demands of such an account, each of them. Pure. */
function demandedCodes({ ingredients }: CodeRules, { proofed }: Account): CodeMethod[] {
  const named = proofed ? ingredients.proofed : ingredients.unproofed;
  return CODE_METHODS.filter((method) => named.includes(`${method}_code`));
}

/** Where codes stand in for a proofing record, one of either kind has to come (NIST SP 800-63B-4, 4.2.2.2). */
const standIn = ({ matching }: CodeRules, { proofed }: Account): boolean => !proofed && matching.unproofed === 'codes';

/** Codes the policy takes for such an account; empty when it asks for none. Pure. */
export function askedCodes(policy: CodeRules, account: Account): readonly CodeMethod[] {
  return standIn(policy, account) ? CODE_METHODS : demandedCodes(policy, account);
}

/** Whether what was given is all that the policy asks for besides document and face. Pure. */
export function codesSuffice(policy: CodeRules, account: Account, given: Ingredients): boolean {
  const has: Readonly<Record<CodeMethod, boolean>> = { saved: given.savedCode, issued: given.issuedCode };
  const any = CODE_METHODS.some((method) => has[method]);
  return demandedCodes(policy, account).every((method) => has[method]) && (any || !standIn(policy, account));
}
