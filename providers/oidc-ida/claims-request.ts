import type { IdentityAttributes } from '../kit/index.js';
import type { AssurancePolicy, AssuranceRow } from './assurance-policy.js';

/** Our attribute → the claim's name (OpenID Connect Core section 5.1). Nothing else is asked for. */
export const CLAIM_NAMES = {
  givenName: 'given_name',
  familyName: 'family_name',
  birthDate: 'birthdate',
} as const satisfies Partial<Record<keyof IdentityAttributes, string>>;

export type ClaimedAttribute = keyof typeof CLAIM_NAMES;
export const CLAIMED_ATTRIBUTES = Object.keys(CLAIM_NAMES) as ClaimedAttribute[];

/**
 * What the vendor is to compare with; undefined for what the protocol has no word for. A birth date of which only the year is
 * known is `YYYY` there (OpenID Connect Core, 5.1), and one without its day cannot be said.
 */
export function valueSent(expected: IdentityAttributes, attribute: ClaimedAttribute): string | undefined {
  const value = expected[attribute];
  if (attribute !== 'birthDate' || !value?.endsWith('-00')) return value;
  return value.endsWith('-00-00') ? value.slice(0, 4) : undefined;
}

const DOCUMENT_EVIDENCE = [
  { type: { value: 'document' }, document_details: null, check_details: [{ check_method: null }] },
];

/**
 * The `claims` parameter (OpenID Connect Core section 5.5) asking for one `verified_claims` element per row of the
 * policy. A value we expect goes along with Okta's `fuzzy`, for the vendor to compare; a claim we have no value for is
 * asked for as it is.
 * @param delivery where the vendor is to answer
 */
export function claimsRequest(
  policy: AssurancePolicy,
  asked: { expected: IdentityAttributes; delivery: 'id_token' | 'userinfo' },
): string {
  const wanted = CLAIMED_ATTRIBUTES.map((attribute) => {
    const value = valueSent(asked.expected, attribute);
    return [CLAIM_NAMES[attribute], value === undefined ? null : { value, fuzzy: true }] as const;
  });
  const claims = Object.fromEntries(wanted);
  const elements = policy.rows.map((row) => ({ verification: verificationRequest(row, policy), claims }));
  return JSON.stringify({ [asked.delivery]: { verified_claims: elements } });
}

function verificationRequest({ framework, level }: AssuranceRow, { evidenceKinds }: AssurancePolicy) {
  return {
    trust_framework: { value: framework, essential: true },
    ...(level !== undefined && { assurance_level: { value: level, essential: true } }),
    ...(evidenceKinds.length > 0 && { evidence: DOCUMENT_EVIDENCE }),
  };
}
