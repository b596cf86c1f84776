import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { CborEntry } from './cbor.js';
import {
  basicConstraints,
  commonName,
  der,
  distinguishedName,
  extension,
  integer,
  makeCertificate,
  octetString,
  sequence,
  utf8String,
} from './certificate.js';
import type { MadeCredential } from './software-authenticator.js';

const OID = {
  country: [0x55, 0x04, 0x06],
  organisation: [0x55, 0x04, 0x0a],
  unit: [0x55, 0x04, 0x0b],
  commonName: [0x55, 0x04, 0x03],
  revocationLists: [0x55, 0x1d, 0x1f],
  /** 1.3.6.1.4.1.11129.2.1.17 */
  keyDescription: [0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11],
  /** 1.2.840.113635.100.8.2 */
  appleNonce: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x08, 0x02],
} as const;

/** Subject of an attestation certificate as WebAuthn level 3, 8.2.1 wants it. */
const SUBJECT = distinguishedName(
  [[...OID.country], der(0x13, Buffer.from('SE'))],
  [[...OID.organisation], utf8String('Test')],
  [[...OID.unit], utf8String('Authenticator Attestation')],
  [[...OID.commonName], utf8String('Test')],
);

/** Statements whose certificates name a place to fetch a revocation list from, all of them signed by a root of our own. */
export interface AttestationChain {
  rootPem: string;
  /** Right in every member that `packed`, `android-key` and `apple` look at; Android alone sends the root along. */
  statement(format: string): (made: MadeCredential) => CborEntry[];
}

export function makeAttestationChain(revocationList: string): AttestationChain {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: commonName('Test Root'), privateKey: root.privateKey };
  const rootCertificate = makeCertificate(
    { subject: issuer.name, publicKey: root.publicKey, extensions: [basicConstraints(true)] },
    issuer,
  );
  return {
    rootPem: `-----BEGIN CERTIFICATE-----\n${rootCertificate.toString('base64')}\n-----END CERTIFICATE-----`,
    statement:
      (format) =>
      ({ publicKey, privateKey, authData, clientDataHash }) => {
        const signed = Buffer.concat([authData, clientDataHash]);
        const extensions = [
          basicConstraints(false),
          revocationListsAt(revocationList),
          keyDescription(clientDataHash),
          appleNonce(createHash('sha256').update(signed).digest()),
        ];
        const leaf = makeCertificate({ subject: SUBJECT, publicKey, extensions }, issuer);
        return [
          ['alg', -7],
          ['sig', sign('sha256', signed, createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })))],
          ['x5c', { items: format === 'android-key' ? [leaf, rootCertificate] : [leaf] }],
        ];
      },
  };
}

/** RFC 5280, 4.2.1.13: one distribution point, named by its address. */
const revocationListsAt = (address: string): Buffer =>
  extension([...OID.revocationLists], sequence(sequence(der(0xa0, der(0xa0, der(0x86, Buffer.from(address)))))));

/** The key description of Android's attestation: versions and levels, the challenge, no limits on the key. */
function keyDescription(challenge: Buffer): Buffer {
  const level = der(0x0a, Buffer.from([1]));
  const content = sequence(
    integer([3]),
    level,
    integer([4]),
    level,
    octetString(challenge),
    octetString(Buffer.alloc(0)),
    sequence(),
    sequence(),
  );
  return extension([...OID.keyDescription], content);
}

const appleNonce = (nonce: Buffer): Buffer => extension([...OID.appleNonce], sequence(der(0xa1, octetString(nonce))));
