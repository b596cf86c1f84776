import { createPublicKey, ECDH, type JsonWebKey } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** COSE key parameters (RFC 9052, 7.1; RFC 9053, 7; RFC 8230, 4). */
const KTY = 1;
const ALG = 3;
const MIN_RSA_BITS = 2_048;
const P256_BYTES = 32;
/** What a point begins with that is written with both coordinates (SEC 1, 2.3.3). */
const UNCOMPRESSED = 4;

type CoseKey = ReadonlyMap<number, unknown>;

const bytes = (value: unknown): Buffer => {
  if (!(value instanceof Uint8Array)) throw new Error('a coordinate is not a byte string');
  return Buffer.from(value);
};
const text = (value: unknown): string => bytes(value).toString('base64url');

/**
 * On a curve without a cofactor every point but the neutral one, which has no coordinates, is a key (SEC 1, 3.2.2.1).
 * Importing one multiplies it by the curve's order as well, which takes five times as long.
 */
function requirePointOfP256(x: Buffer, y: Buffer): void {
  // With its leading zeros (RFC 9053, 7.1.1): the two are one text below.
  if (x.length !== P256_BYTES || y.length !== P256_BYTES) throw new Error('a coordinate has another length');
  ECDH.convertKey(Buffer.concat([Buffer.from([UNCOMPRESSED]), x, y]), 'prime256v1');
}

function requireImportable(key: JsonWebKey): void {
  const bits = createPublicKey({ key, format: 'jwk' }).asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < MIN_RSA_BITS) throw new Error('the modulus is too short');
}

/**
 * Looks whether a COSE public key can check signatures, as the one key type and curve that each offered algorithm is used with
 * (WebAuthn level 3, 5.8.5). With attestation `none` nothing is signed at registration, so an unusable key (a point that
 * is not on the curve, a short modulus, another curve) would only be noticed at the first sign-in – after the token is
 * spent and the old passkeys are gone. @throws Error when no signature could ever be checked with it
 */
export function requireUsableKey(cose: Uint8Array): void {
  const key: unknown = isoCBOR.decodeFirst(new Uint8Array(cose));
  if (!(key instanceof Map)) throw new Error('the public key is not a map');
  const of = (parameter: number): unknown => (key as CoseKey).get(parameter);
  switch (`${String(of(ALG))}/${String(of(KTY))}`) {
    case '-7/2':
      if (of(-1) !== 1) throw new Error('ES256 is used with P-256 only');
      return requirePointOfP256(bytes(of(-2)), bytes(of(-3)));
    case '-8/1':
      if (of(-1) !== 6) throw new Error('EdDSA is used with Ed25519 only');
      return requireImportable({ kty: 'OKP', crv: 'Ed25519', x: text(of(-2)) });
    case '-257/3':
      return requireImportable({ kty: 'RSA', n: text(of(-1)), e: text(of(-2)) });
    default:
      throw new Error('the algorithm does not go with the key type');
  }
}
