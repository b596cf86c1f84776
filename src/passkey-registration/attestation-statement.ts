import { isoCBOR } from '@simplewebauthn/server/helpers';

/** Statement formats of the IANA registry that RFC 8809 began, `none` aside: what an honest client can send. */
const REGISTERED = new Set(['packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple', 'compound']);

type CborItem = Parameters<typeof isoCBOR.encode>[0];

/**
 * The attestation object as a client has to leave it where attestation is not asked for (WebAuthn level 3, 5.1.3 and
 * 5.4.7): every statement but a self attestation becomes `none`. Some clients leave it in (Firefox on Windows,
 * w3c/webauthn#1485), and a dishonest one sends what it likes: to judge a statement the library reads certificates and
 * fetches what they name, from wherever that is (T109). Trust in a statement is never needed, so none is read. What is no
 * map, and a format that nobody registered, go on as they are, to be refused.
 */
export function withoutStatement(attestationObject: string): string {
  const object = isoCBOR.decodeFirst<CborItem>(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  if (!(object instanceof Map) || !isToBeLeftOut(object)) return attestationObject;
  const bytes = isoCBOR.encode(new Map(object).set('fmt', 'none').set('attStmt', new Map()));
  return Buffer.from(bytes).toString('base64url');
}

function isToBeLeftOut(object: ReadonlyMap<unknown, unknown>): boolean {
  const [format, statement] = [object.get('fmt'), object.get('attStmt')];
  if (typeof format !== 'string' || !REGISTERED.has(format)) return false;
  // Signed with the new key itself: there is no certificate in it, and the signature is worth checking.
  const isSelf = format === 'packed' && statement instanceof Map && !statement.has('x5c');
  return !isSelf;
}
