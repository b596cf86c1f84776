import { verifyAuthenticationResponse, type AuthenticationResponseJSON } from '@simplewebauthn/server';
import { CeremonyRefusedError } from './client-data.js';
import type { RelyingParty } from './relying-party.js';
import type { AssertionCredential } from './webauthn.schemas.js';

/** What is stored of a passkey and needed to check an assertion. */
export interface StoredPasskey {
  id: string;
  subjectId: string;
  publicKey: Buffer;
  userHandle: Buffer;
  /** 64-bit in the database, so it arrives as text; authenticators count in 32 bits. */
  signCount: string;
  deviceType: 'singleDevice' | 'multiDevice';
}

export interface VerifiedAssertion {
  signCount: number;
  backedUp: boolean;
}

/**
 * Checks an assertion as WebAuthn level 3, 7.2 asks. Sign-in names no account beforehand, so the user handle must be
 * there and be the passkey's own (step 6), and a passkey never changes between single-device and multi-device (step 20).
 * @throws CeremonyRefusedError
 */
export async function verifyAssertion(
  credential: AssertionCredential,
  expected: { challenge: string; relyingParty: RelyingParty; passkey: StoredPasskey },
): Promise<VerifiedAssertion> {
  const { passkey } = expected;
  const { userHandle } = credential.response;
  if (!userHandle || !Buffer.from(userHandle, 'base64url').equals(passkey.userHandle))
    throw new CeremonyRefusedError('user_handle');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...credential,
        response: { ...credential.response, userHandle },
        clientExtensionResults: {},
      } satisfies AuthenticationResponseJSON,
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.relyingParty.origins],
      expectedRPID: expected.relyingParty.id,
      expectedType: 'webauthn.get',
      requireUserVerification: true,
      // The counter is compared where it is stored, in one guarded UPDATE (`Passkeys.recordUse`): a comparison here could race.
      credential: { id: credential.id, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
    });
    if (!verified) throw new CeremonyRefusedError('signature');
    if (authenticationInfo.credentialDeviceType !== passkey.deviceType)
      throw new CeremonyRefusedError('backup_eligibility_changed');
    return { signCount: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp };
  } catch (error) {
    throw error instanceof CeremonyRefusedError ? error : new CeremonyRefusedError('assertion', error);
  }
}
