import { assuranceOf } from '../../adjudication/assurance/assurance.js';
import type { DocumentType } from '../../../providers/kit/index.js';
import { checkDetails, evidenceRef } from './check-details.js';
import type { ReceiptFacts } from './receipt-facts.js';

/** Names of document types in OpenID Connect for Identity Assurance (predefined values). */
const DOCUMENT_NAMES: Readonly<Record<Exclude<DocumentType, 'other'>, string>> = {
  passport: 'passport',
  identity_card: 'idcard',
  driving_licence: 'driving_permit',
  residence_permit: 'residence_permit',
};

/**
 * What a recovery may claim, in the schema of OpenID Identity Assurance Schema Definition 1.0, clause "Verified claims". The
 * level is left out unless the evidence carries one; `claims` names the account and nothing of the person. By its
 * "Verification element", `assurance_details` say which part of the process is fulfilled and refer to the checks it stands
 * on; by "Evidence type document", each of these says how it was done, by whom and when. (Version 1.0 has no `verifier`
 * any more: `organization` and `check_id` stand in its place.) `not_claimed` is ours: a recipient that does not know it
 * ignores it ("Base elements").
 */
export function verifiedClaims(about: ReceiptFacts) {
  const { caseId, subjectId, decidedUnder, decidedAt, facts, settledBy, strength } = about;
  const { claimed, notClaimed } = assuranceOf(facts);
  const level = claimed.some(({ claim }) => claim === 'ial1_evidence') ? { assurance_level: 'ial1' } : {};
  const checks = checkDetails(about);
  return {
    verification: {
      trust_framework: 'nist_800_63A',
      ...level,
      assurance_process: {
        policy: decidedUnder,
        procedure: facts.provider.id,
        assurance_details: [
          ...claimed.map(({ claim, clause, checks }) => ({
            assurance_type: claim,
            assurance_classification: clause,
            ...(checks.length > 0 && { evidence_ref: evidenceRef(about, checks) }),
          })),
          { assurance_type: 'evidence_strength', assurance_classification: strength },
          { assurance_type: 'settled_by', assurance_classification: settledBy },
        ],
      },
      time: decidedAt.toISOString(),
      verification_process: caseId,
      evidence: [
        {
          type: 'document',
          ...(checks.length > 0 && { check_details: checks }),
          ...documentDetails(facts.report.documentType),
        },
      ],
    },
    claims: { sub: subjectId },
    not_claimed: notClaimed.map(({ claim, clause, because }) => ({ claim, clause, because })),
  };
}

/**
 * What a recovery without a document says of itself. No `verified_claims`: nobody's identity was verified, two codes by
 * different methods brought an account back (NIST SP 800-63B-4, 4.2.2.2).
 */
export function recoveryClaims({ caseId, subjectId, decidedUnder, decidedAt, settledBy, facts }: ReceiptFacts) {
  const { claimed, notClaimed } = assuranceOf(facts);
  return {
    method: 'two_recovery_codes',
    policy: decidedUnder,
    time: decidedAt.toISOString(),
    recovery_process: caseId,
    settled_by: settledBy,
    sub: subjectId,
    claimed: claimed.map(({ claim, clause }) => ({ claim, clause })),
    not_claimed: notClaimed.map(({ claim, clause, because }) => ({ claim, clause, because })),
  };
}

function documentDetails(type: DocumentType | undefined) {
  return type === undefined || type === 'other' ? {} : { document_details: { type: DOCUMENT_NAMES[type] } };
}
