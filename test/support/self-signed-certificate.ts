import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A throw-away certificate with its key, made on the spot so that no private key lies in the repository. */
export interface SelfSignedCertificate {
  certificatePem: string;
  privateKeyPem: string;
}

export interface Authority {
  certificatePem: string;
  /** A certificate for these DNS names and addresses. */
  issue(...names: readonly string[]): SelfSignedCertificate;
}

const OID_COMMON_NAME = [0x55, 0x04, 0x03];
const OID_SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const OID_BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const OID_ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const DAY_MS = 86_400_000;
const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A certificate for one DNS name or address, which is its own authority. */
export function makeSelfSignedCertificate(name: string): SelfSignedCertificate {
  const { privateKey, publicKey } = newKeys();
  const certificatePem = certify({ subject: name, names: [name], publicKey }, { name, privateKey });
  return { certificatePem, privateKeyPem: pemOf(privateKey) };
}

/** An authority as an organisation has one for its own network. */
export function makeAuthority(name: string): Authority {
  const { privateKey, publicKey } = newKeys();
  const issuer = { name, privateKey };
  return {
    certificatePem: certify({ subject: name, names: [], publicKey }, issuer),
    issue(...names) {
      const own = newKeys();
      const subject = names[0] ?? 'nobody';
      const certificatePem = certify({ subject, names, publicKey: own.publicKey }, issuer);
      return { certificatePem, privateKeyPem: pemOf(own.privateKey) };
    },
  };
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** X.509 v3 by RFC 5280, 4.1, with an ECDSA P-256 key, valid from yesterday until tomorrow. */
function certify(
  about: { subject: string; names: readonly string[]; publicKey: KeyObject },
  issuer: { name: string; privateKey: KeyObject },
): string {
  const { subject, names, publicKey } = about;
  const algorithm = sequence(oid(OID_ECDSA_SHA256));
  const isAuthority = subject === issuer.name;
  const body = sequence(
    der(0xa0, integer([2])),
    integer([0x01, ...randomBytes(15)]),
    algorithm,
    commonName(issuer.name),
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...(names.length > 0 ? [subjectAltName(names)] : []), basicConstraints(isAuthority))),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(OID_COMMON_NAME), der(0x0c, Buffer.from(name)))));
}

/** RFC 5280, 4.2.1.6: a dNSName, or an iPAddress by its bytes. */
function subjectAltName(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) ? der(0x87, Buffer.from(ipaddr.parse(name).toByteArray())) : der(0x82, Buffer.from(name)),
  );
  return sequence(oid(OID_SUBJECT_ALT_NAME), der(0x04, sequence(...entries)));
}

function basicConstraints(isAuthority: boolean): Buffer {
  const content = isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence();
  return sequence(oid(OID_BASIC_CONSTRAINTS), der(0x01, Buffer.from([0xff])), der(0x04, content));
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
