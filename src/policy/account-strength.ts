import type { CheckKind } from '../../providers/kit/index.js';
import { ASSURANCE_LEVELS, type AssuranceLevel } from '../directory/subject.js';
import type { PolicyDocument } from './policy.js';

/** What is known of an account's strength; what is not known counts as the strongest (T61). */
export interface AccountStrength {
  assuranceLevel?: string | undefined;
}

const isLevel = (value: unknown): value is AssuranceLevel => ASSURANCE_LEVELS.some((level) => level === value);

/** The level that is recorded; AAL3 when none is, or a word nobody knows. */
export function levelOf({ assuranceLevel }: AccountStrength): AssuranceLevel {
  return isLevel(assuranceLevel) ? assuranceLevel : 'AAL3';
}

/**
 * Check kinds that must pass for an account of this strength: those for everybody, and on top of them those of its own
 * level and of every level below. So a stronger account is never asked for less (OWASP ASVS 6.4.4).
 */
export function checksForStrength(
  { requiredChecks, strength }: Pick<PolicyDocument, 'requiredChecks' | 'strength'>,
  account: AccountStrength,
): CheckKind[] {
  const level = levelOf(account);
  return [
    ...new Set([
      ...requiredChecks,
      ...(level === 'AAL1' ? [] : strength.aal2Checks),
      ...(level === 'AAL3' ? strength.aal3Checks : []),
    ]),
  ];
}

/**
 * An account with AAL3 that was proofed at IAL3 comes back only by an attended comparison with the face taken on site
 * (NIST SP 800-63B-4, 4.2.2.3): nothing done from afar recovers it. A proofing level nobody knows counts as IAL3.
 */
export function needsOnSiteProofing(account: AccountStrength & { proofingLevel: string | undefined }): boolean {
  const { proofingLevel } = account;
  if (proofingLevel === undefined) return false;
  return levelOf(account) === 'AAL3' && proofingLevel !== 'IAL1' && proofingLevel !== 'IAL2';
}
