import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A throw-away certificate for one DNS name, made on the spot so that no private key lies in the repository. */
export interface SelfSignedCertificate {
  certificatePem: string;
  privateKeyPem: string;
}

const OID_COMMON_NAME = [0x55, 0x04, 0x03];
const OID_SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const OID_BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const OID_ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const DAY_MS = 86_400_000;

/** X.509 v3 by RFC 5280, 4.1, with an ECDSA P-256 key, valid from yesterday until tomorrow. */
export function makeSelfSignedCertificate(dnsName: string): SelfSignedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID_ECDSA_SHA256));
  const name = sequence(der(0x31, sequence(oid(OID_COMMON_NAME), der(0x0c, Buffer.from(dnsName)))));
  const body = sequence(
    der(0xa0, integer([2])),
    integer([0x01, ...randomBytes(15)]),
    algorithm,
    name,
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(subjectAltName(dnsName), basicConstraints())),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function subjectAltName(dnsName: string): Buffer {
  return sequence(oid(OID_SUBJECT_ALT_NAME), der(0x04, sequence(der(0x82, Buffer.from(dnsName)))));
}

/** The certificate is its own authority. */
function basicConstraints(): Buffer {
  const isAuthority = der(0x01, Buffer.from([0xff]));
  return sequence(oid(OID_BASIC_CONSTRAINTS), isAuthority, der(0x04, sequence(isAuthority)));
}

function utcTime(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replace(/[-:T]|\..*/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

function integer(bytes: number[]): Buffer {
  return der(0x02, Buffer.from(bytes));
}

function oid(bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Tag, length, content (ITU-T X.690, 8.1). */
function der(tag: number, content: Buffer): Buffer {
  const length = content.length;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}
