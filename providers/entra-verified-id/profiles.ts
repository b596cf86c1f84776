/**
 * The credentials that Microsoft lists for identity verification partners: learn.microsoft.com/entra/verified-id/idv-partners
 * (MicrosoftDocs/entra-docs, page of 2026-10-08). The page names a manifest for each; the issuer's DID stands in the
 * manifest alone, so that one is a setting.
 */
export interface CredentialProfile {
  /** The issuing partner's tenant. */
  tenantId: string;
  contractId: string;
  credentialType: string;
  /** The claim that Face Check compares the face with. */
  photoClaim: string;
}

const issuedBy = (tenantId: string, contractId: string): CredentialProfile => ({
  tenantId,
  contractId,
  credentialType: 'VerifiedIdentity',
  photoClaim: 'portrait',
});

export const PROFILES = {
  '1kosmos': issuedBy('8108e610-606c-4dc3-ae95-d3ad8be3b24c', '1197e066-a9a2-2dc5-f245-4c31d1f4b456'),
  au10tix: issuedBy('7e3c5dae-db64-4f71-8eed-e9608f62da12', '370f04a8-c259-5ef7-b61a-a4302ddb2a78'),
  clear1: issuedBy('ff8690d2-858e-4cc1-927e-a9d79dfe86df', 'cbbfeb49-aae3-faab-7f8d-13ac0c2d23a4'),
  idemia: issuedBy('927eef35-435d-482f-be37-477c1a5164d4', 'e5d08171-4b52-63ae-a586-d8490f7d1d3d'),
  truecredential: issuedBy('1dd3b364-3147-4083-96ac-e66b1e1f7b5f', 'ac0bf718-61fe-2d72-f7ef-3131699bc9ed'),
} as const satisfies Record<string, CredentialProfile>;

export type ProfileName = keyof typeof PROFILES;

export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];

/**
 * Where the issuer's DID (`input.issuer`) is to be read before it becomes an accepted issuer.
 *
 * @internal
 */
export const manifestUrl = ({ tenantId, contractId }: CredentialProfile): string =>
  `https://verifiedid.did.msidentity.com/v1.0/tenants/${tenantId}/verifiableCredentials/contracts/${contractId}/manifest`;
