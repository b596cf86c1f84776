import { assuranceOf } from '../../adjudication/assurance/assurance.js';
import type { SettledFacts } from '../../adjudication/facts.js';
import type { CheckKind } from '../../../providers/kit/index.js';
import type { DocumentType } from '../../recovery-case/document-types.js';

/** What a receipt is about. No member is personal beyond the account's id. */
export interface ReceiptFacts {
  caseId: string;
  subjectId: string;
  decidedUnder: string;
  decidedAt: Date;
  facts: SettledFacts;
}

/** Names of document types in OpenID Connect for Identity Assurance (predefined values). */
const DOCUMENT_NAMES: Readonly<Record<Exclude<DocumentType, 'other'>, string>> = {
  passport: 'passport',
  identity_card: 'idcard',
  driving_licence: 'driving_permit',
  residence_permit: 'residence_permit',
};

/** Check methods of the same list: remote visual inspection, remote biometric comparison, comparison of data. */
const CHECK_METHODS: Partial<Readonly<Record<CheckKind, string>>> = {
  document_authenticity: 'vri',
  face_match: 'bvr',
  data_match: 'data',
};

/**
 * What a recovery may claim, in the schema of OpenID Identity Assurance Schema Definition 1.0, section 5. The level is
 * left out unless the evidence carries one; `claims` names the account and nothing of the person.
 */
export function verifiedClaims({ caseId, subjectId, decidedUnder, decidedAt, facts }: ReceiptFacts) {
  const { claimed, notClaimed } = assuranceOf(facts);
  const level = claimed.some(({ claim }) => claim === 'ial1_evidence') ? { assurance_level: 'ial1' } : {};
  return {
    verification: {
      trust_framework: 'nist_800_63A',
      ...level,
      assurance_process: {
        policy: decidedUnder,
        procedure: facts.provider.id,
        assurance_details: claimed.map(({ claim, clause }) => ({
          assurance_type: claim,
          assurance_classification: clause,
        })),
      },
      time: decidedAt.toISOString(),
      verification_process: caseId,
      evidence: [
        {
          type: 'document',
          check_details: checkDetails(facts),
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
export function recoveryClaims({ caseId, subjectId, decidedUnder, decidedAt, facts }: ReceiptFacts) {
  const { claimed, notClaimed } = assuranceOf(facts);
  return {
    method: 'two_recovery_codes',
    policy: decidedUnder,
    time: decidedAt.toISOString(),
    recovery_process: caseId,
    sub: subjectId,
    claimed: claimed.map(({ claim, clause }) => ({ claim, clause })),
    not_claimed: notClaimed.map(({ claim, clause, because }) => ({ claim, clause, because })),
  };
}

function checkDetails({ checks, provider }: SettledFacts): { check_method: string; organization: string }[] {
  return Object.values(checks).flatMap(({ kind, result, method: how }) => {
    const method = CHECK_METHODS[kind];
    const organization = BY_PROVIDER.has(how) ? provider.id : 'regain';
    return method !== undefined && result === 'pass' ? [{ check_method: method, organization }] : [];
  });
}

/** How a check was settled when the provider did it; everything else was compared here. */
const BY_PROVIDER: ReadonlySet<string> = new Set(['report', 'compared_by_provider']);

function documentDetails(type: DocumentType | undefined) {
  return type === undefined || type === 'other' ? {} : { document_details: { type: DOCUMENT_NAMES[type] } };
}
