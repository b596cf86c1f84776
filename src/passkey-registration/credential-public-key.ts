import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** COSE key parameters (RFC 9052, 7.1; RFC 9053, 7; RFC 8230, 4). */
const KTY = 1;
const ALG = 3;
const MIN_RSA_BITS = 2_048;

type CoseKey = ReadonlyMap<number, unknown>;

const text = (value: unknown): string => {
  if (!(value instanceof Uint8Array)) throw new Error('a coordinate is not a byte string');
  return Buffer.from(value).toString('base64url');
};

/** The one key type and curve each offered algorithm is used with (WebAuthn level 3, 5.8.5). */
function jsonWebKey(key: CoseKey): JsonWebKey {
  switch (`${String(key.get(ALG))}/${String(key.get(KTY))}`) {
    case '-7/2':
      if (key.get(-1) !== 1) throw new Error('ES256 is used with P-256 only');
      return { kty: 'EC', crv: 'P-256', x: text(key.get(-2)), y: text(key.get(-3)) };
    case '-8/1':
      if (key.get(-1) !== 6) throw new Error('EdDSA is used with Ed25519 only');
      return { kty: 'OKP', crv: 'Ed25519', x: text(key.get(-2)) };
    case '-257/3':
      return { kty: 'RSA', n: text(key.get(-1)), e: text(key.get(-2)) };
    default:
      throw new Error('the algorithm does not go with the key type');
  }
}

/**
 * Imports a COSE public key. With attestation `none` nothing is signed at registration, so an unusable key (a point that
 * is not on the curve, a short modulus, another curve) would only be noticed at the first sign-in – after the token is
 * spent and the old passkeys are gone. @throws Error when no signature could ever be checked with it
 */
export function importCredentialPublicKey(cose: Uint8Array): KeyObject {
  const decoded: unknown = isoCBOR.decodeFirst(new Uint8Array(cose));
  if (!(decoded instanceof Map)) throw new Error('the public key is not a map');
  const key = createPublicKey({ key: jsonWebKey(decoded as CoseKey), format: 'jwk' });
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < MIN_RSA_BITS) throw new Error('the modulus is too short');
  return key;
}
