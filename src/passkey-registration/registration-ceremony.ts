import { verifyRegistrationResponse, type RegistrationResponseJSON } from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { withoutStatement } from './attestation-statement.js';
import { CeremonyRefusedError } from './client-data.js';
import { importCredentialPublicKey } from './credential-public-key.js';
import { OFFERED_ALGORITHMS, type RelyingParty } from './relying-party.js';
import type { RegistrationCredential } from './webauthn.schemas.js';

/** WebAuthn level 3, 7.1, step 25. */
export const MAX_CREDENTIAL_ID_BYTES = 1_023;

/** A new passkey that passed every check of the ceremony. */
export interface VerifiedPasskey {
  credentialId: Buffer;
  /** COSE_Key. */
  publicKey: Buffer;
  signCount: number;
  transports: string[];
  aaguid: string;
  deviceType: 'singleDevice' | 'multiDevice';
  backedUp: boolean;
}

/** Decodes base64url that is spelt the one canonical way (T27). @throws CeremonyRefusedError */
export function decodeCredentialId(id: string): Buffer {
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.toString('base64url') !== id) throw new CeremonyRefusedError('credential_id_encoding');
  if (bytes.length < 1 || bytes.length > MAX_CREDENTIAL_ID_BYTES)
    throw new CeremonyRefusedError('credential_id_length');
  return bytes;
}

/**
 * One CBOR item and nothing after it: the decoder behind the library stops at the first item and reads short strings as
 * they come (T104).
 */
function requireExactCbor(attestationObject: string): void {
  const bytes = new Uint8Array(Buffer.from(attestationObject, 'base64url'));
  const item = isoCBOR.decodeFirst<Parameters<typeof isoCBOR.encode>[0]>(bytes);
  if (isoCBOR.encode(item).byteLength !== bytes.byteLength) throw new CeremonyRefusedError('attestation_object_bytes');
}

/**
 * Checks a registration as WebAuthn level 3, 7.1 asks, with the challenge already found by its digest. The library does
 * type, origin, RP ID, flags, backup flags, algorithm and a self attestation; the rest is ours, and whatever the library
 * throws is a refusal, never a server error (T103). The account plays no part: it comes from the token (T106).
 * @throws CeremonyRefusedError
 */
export async function verifyRegistration(
  credential: RegistrationCredential,
  expected: { challenge: string; relyingParty: RelyingParty },
): Promise<VerifiedPasskey> {
  const credentialId = decodeCredentialId(credential.id);
  try {
    requireExactCbor(credential.response.attestationObject);
    const info = await verifiedByLibrary(credential, expected);
    if (info.credential.id !== credential.id) throw new CeremonyRefusedError('credential_id_mismatch');
    importCredentialPublicKey(info.credential.publicKey);
    return {
      credentialId,
      publicKey: Buffer.from(info.credential.publicKey),
      signCount: info.credential.counter,
      transports: knownTransports(credential.response.transports),
      aaguid: info.aaguid,
      deviceType: info.credentialDeviceType,
      backedUp: info.credentialBackedUp,
    };
  } catch (error) {
    throw error instanceof CeremonyRefusedError ? error : new CeremonyRefusedError('registration', error);
  }
}

async function verifiedByLibrary(
  credential: RegistrationCredential,
  expected: { challenge: string; relyingParty: RelyingParty },
) {
  const attestationObject = withoutStatement(credential.response.attestationObject);
  const response = { ...credential.response, attestationObject };
  const result = await verifyRegistrationResponse({
    response: { ...credential, response, clientExtensionResults: {} } satisfies RegistrationResponseJSON,
    expectedChallenge: expected.challenge,
    expectedOrigin: [...expected.relyingParty.origins],
    expectedRPID: expected.relyingParty.id,
    expectedType: 'webauthn.create',
    requireUserPresence: true,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...OFFERED_ALGORITHMS],
  });
  if (!result.verified) throw new CeremonyRefusedError('attestation_statement');
  return result.registrationInfo;
}

/** Hints for later ceremonies. Unknown ones are kept, as the standard asks; ones that are not words are dropped. */
function knownTransports(transports: readonly string[] | undefined): string[] {
  return [...new Set(transports ?? [])].filter((transport) => /^[a-z][a-z-]{0,31}$/.test(transport));
}
