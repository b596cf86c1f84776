import type { CheckKind } from '../../../providers/kit/index.js';
import type { SettledFacts } from '../facts.js';

/** What an organisation may say of a recovery, by the names of the clauses that say what it takes. */
export const ASSURANCE_CLAIMS = [
  'document_validated',
  'face_compared_with_document',
  'living_person_checked',
  'camera_checked',
  'matches_proofing_record',
  'device_bound',
  'two_codes',
  'ial1_evidence',
  'ial2_evidence',
  'ial3_attended',
  'repeated_proofing',
] as const;
export type AssuranceClaim = (typeof ASSURANCE_CLAIMS)[number];

export interface AssessedClaim {
  claim: AssuranceClaim;
  /** Where what it takes is written. */
  clause: string;
  /** The checks it stands on, of those that passed. */
  checks: readonly CheckKind[];
  /** Why it may not be said; absent when it may. */
  because?: string;
}

/** Computed from what was looked at, never from a badge. */
export interface Assurance {
  claimed: AssessedClaim[];
  notClaimed: AssessedClaim[];
}

const NEVER_PROOFED = 'nobody was proofed for this account';
const NO_DOCUMENT = 'no document was shown: two recovery codes stood in for it, and nobody was proofed anew';
const NOT_LIVE = 'the provider did not say that this was its live environment';

interface ClaimRule {
  clause: string;
  /** What it looks at; a claim about something else looks at none. */
  checks?: readonly CheckKind[];
  /** Why the claim may not be made; undefined when it may. */
  missing: (facts: SettledFacts) => string | undefined;
}

const passed = ({ checks }: SettledFacts, kind: CheckKind): boolean => checks[kind].result === 'pass';
const needs =
  (...kinds: CheckKind[]) =>
  (facts: SettledFacts): string | undefined => {
    const open = kinds.filter((kind) => !passed(facts, kind));
    return open.length > 0 ? `not passed: ${open.join(', ')}` : undefined;
  };

const VALIDATION: readonly CheckKind[] = ['document_authenticity', 'document_expiry'];
const VERIFICATION: readonly CheckKind[] = ['face_match', 'presentation_attack', 'data_match'];
const documentValidated = needs(...VALIDATION);

/** A known kind of document that was validated; the kinds people carry are STRONG, digital evidence is looked at by none. */
function strongEvidence(facts: SettledFacts): string | undefined {
  const { documentType } = facts.report;
  if (documentType === undefined || documentType === 'other') return 'the kind of document is not known';
  return documentValidated(facts);
}

/** How strong the document is as evidence (NIST SP 800-63A-4, 2.4.1): STRONG when validated, and not said of any other. */
export const documentStrength = (facts: SettledFacts): 'strong' | undefined =>
  strongEvidence(facts) === undefined ? 'strong' : undefined;

const verified = needs(...VERIFICATION);

/**
 * One rule per claim. Sources: NIST SP 800-63A-4 (August 2025) 2.4.1 and 4.2 for how much evidence, 3.11 for biometrics,
 * 3.13 for validation, 3.14 for forged media; NIST SP 800-63B-4 4.2.1 and 4.2.2 for recovery.
 */
const RULES: Readonly<Record<AssuranceClaim, ClaimRule>> = {
  document_validated: { clause: 'SP 800-63A-4, 3.13', checks: VALIDATION, missing: documentValidated },
  face_compared_with_document: { clause: 'SP 800-63A-4, 3.11', checks: ['face_match'], missing: needs('face_match') },
  living_person_checked: {
    clause: 'SP 800-63A-4, 3.11',
    checks: ['presentation_attack'],
    missing: needs('presentation_attack'),
  },
  camera_checked: { clause: 'SP 800-63A-4, 3.14', checks: ['injection_attack'], missing: needs('injection_attack') },
  matches_proofing_record: {
    clause: 'SP 800-63B-4, 4.2.1.4',
    checks: ['data_match', 'reference_portrait_match'],
    missing: matchesRecord,
  },
  device_bound: {
    clause: 'SP 800-63B-4, 4.1.2.2',
    missing: ({ device: { sameDevice, returned, strayed } }) =>
      !strayed && (sameDevice === 'capture' || (sameDevice !== 'none' && returned))
        ? undefined
        : 'nothing shows that the check was done at the browser that got the passkey',
  },
  two_codes: {
    clause: 'SP 800-63B-4, 4.2.2.2',
    missing: ({ ingredients }) =>
      ingredients.savedCode && ingredients.issuedCode ? undefined : 'no two codes by different methods were given',
  },
  ial1_evidence: {
    clause: 'SP 800-63A-4, 2.4.1',
    checks: [...VALIDATION, ...VERIFICATION],
    missing: (facts) => strongEvidence(facts) ?? verified(facts),
  },
  ial2_evidence: {
    clause: 'SP 800-63A-4, 2.4.1 and 4.2',
    missing: () => 'one document alone: it takes one SUPERIOR, two STRONG, or a STRONG and a FAIR piece of evidence',
  },
  ial3_attended: { clause: 'SP 800-63A-4, 4.3', missing: () => 'nobody attended on site' },
  repeated_proofing: {
    clause: 'SP 800-63B-4, 4.2.1.4',
    checks: [...VALIDATION, ...VERIFICATION],
    missing: repeatedProofing,
  },
};

function matchesRecord(facts: SettledFacts): string | undefined {
  if (!facts.proofing) return NEVER_PROOFED;
  const same = passed(facts, 'data_match') || passed(facts, 'reference_portrait_match');
  return same ? undefined : 'neither data nor portrait was found to be those of the record';
}

/** Recovery repeats proofing only at the level at which it was done, and for the person it was done for. */
function repeatedProofing(facts: SettledFacts): string | undefined {
  if (!facts.proofing) return NEVER_PROOFED;
  if (facts.proofing.level !== 'IAL1') return `one document alone does not repeat ${facts.proofing.level}`;
  return strongEvidence(facts) ?? verified(facts);
}

/** What two codes by themselves can show (NIST SP 800-63B-4, 4.2.2.2): an account is recovered, nobody is proofed anew. */
const BY_CODES: readonly AssuranceClaim[] = ['two_codes', 'device_bound'];

function reasonAgainst(facts: SettledFacts, claim: AssuranceClaim): string | undefined {
  const { missing } = RULES[claim];
  if (facts.route === 'codes') return BY_CODES.includes(claim) ? missing(facts) : NO_DOCUMENT;
  return facts.report.live ? missing(facts) : NOT_LIVE;
}

/** What may be claimed of an attempt with these facts, and what may not and why. Pure and total. */
export function assuranceOf(facts: SettledFacts): Assurance {
  const assessed = ASSURANCE_CLAIMS.map((claim): AssessedClaim => {
    const { clause, checks = [] } = RULES[claim];
    const because = reasonAgainst(facts, claim);
    return {
      claim,
      clause,
      checks: checks.filter((kind) => passed(facts, kind)),
      ...(because !== undefined && { because }),
    };
  });
  return {
    claimed: assessed.filter(({ because }) => because === undefined),
    notClaimed: assessed.filter(({ because }) => because !== undefined),
  };
}
