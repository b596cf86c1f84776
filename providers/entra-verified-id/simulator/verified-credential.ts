import type { Decision } from '../../kit/simulator/index.js';
import type { HeldCredential, RequestedCredential } from './presentation.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;
const GOOD_SCORE = 86.314159;
/** Stands for the JPEG that real credentials carry, base64url. */
const PORTRAIT = Buffer.alloc(1500, 'not a face ').toString('base64url');

export interface Presented {
  requested: RequestedCredential;
  held: HeldCredential;
  now: Date;
}

/** One element of `verifiedCredentialsData`. */
export function verifiedCredential(
  { scenario, failing, identity, decidedAt }: Decision,
  { requested, held, now }: Presented,
): Record<string, unknown> & { claims: Record<string, string> } {
  const vague = scenario === 'unknown_result';
  const revocation = failing === 'document_authenticity' ? 'REVOKED' : 'VALID';
  const lapsed = failing === 'document_expiry';
  return {
    issuer: held.issuer,
    type: ['VerifiableCredential', held.type],
    claims: {
      firstName: identity.givenName,
      lastName: identity.familyName,
      birthDate: identity.birthDate,
      portrait: PORTRAIT,
    },
    credentialState: { revocationStatus: vague ? 'MOSTLY_VALID' : revocation },
    ...(requested.validateLinkedDomain && { domainValidation: { url: 'https://issuer.example/' } }),
    issuanceDate: instant(decidedAt.getTime() - YEAR_MS),
    expirationDate: instant(now.getTime() + (lapsed ? -1 : 1) * YEAR_MS),
    ...(requested.faceCheck && {
      faceCheck: {
        matchConfidenceScore: vague
          ? 'quite like it'
          : Math.max(GOOD_SCORE, requested.faceCheck.matchConfidenceThreshold),
        sourcePhotoQuality: 'HIGH',
      },
    }),
  };
}

/** `yyyy-MM-ddTHH:mm:ssZ`. */
const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
