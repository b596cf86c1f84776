import { levelOf, type AccountStrength } from '../policy/account-strength.js';
import type { PolicyDocument } from '../policy/policy.js';
import { CODE_METHODS, type CodeMethod } from './code-text.js';

/** What a decision knows about codes of a case. */
export interface Ingredients {
  savedCode: boolean;
  issuedCode: boolean;
}

type CodeRules = Pick<PolicyDocument, 'matching' | 'ingredients'>;
/** An account whose level is not known has to show as much as the strongest. */
interface Account extends AccountStrength {
  proofed: boolean;
}

/** Codes that the policy demands of such an account, each of them. Pure. */
function demandedCodes({ ingredients }: CodeRules, { proofed }: Account): CodeMethod[] {
  const named = proofed ? ingredients.proofed : ingredients.unproofed;
  return CODE_METHODS.filter((method) => named.includes(`${method}_code`));
}

/** Where codes stand in for a proofing record. */
const standIn = ({ matching }: CodeRules, { proofed }: Account): boolean => !proofed && matching.unproofed === 'codes';

/**
 * How many different codes stand in for a proofing record: one for an account at AAL1 (NIST SP 800-63B-4, 4.2.2.1), two by
 * different methods for any other (4.2.2.2).
 */
const standInCodes = (account: Account): number => (levelOf(account) === 'AAL1' ? 1 : CODE_METHODS.length);

/** Codes the policy takes for such an account; empty when it asks for none. Pure. */
export function askedCodes(policy: CodeRules, account: Account): readonly CodeMethod[] {
  return standIn(policy, account) ? CODE_METHODS : demandedCodes(policy, account);
}

/** Whether what was given is all that the policy asks for besides document and face. Pure. */
export function codesSuffice(policy: CodeRules, account: Account, given: Ingredients): boolean {
  const has: Readonly<Record<CodeMethod, boolean>> = { saved: given.savedCode, issued: given.issuedCode };
  const wanted = standIn(policy, account) ? standInCodes(account) : 0;
  const came = CODE_METHODS.filter((method) => has[method]).length;
  return demandedCodes(policy, account).every((method) => has[method]) && came >= wanted;
}
