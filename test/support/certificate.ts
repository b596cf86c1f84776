import { randomBytes, sign, type KeyObject } from 'node:crypto';

const OID_COMMON_NAME = [0x55, 0x04, 0x03];
const OID_BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const OID_ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const DAY_MS = 86_400_000;

/** X.509 v3 by RFC 5280, 4.1, in DER, signed with a P-256 key, valid from yesterday until tomorrow. */
export function makeCertificate(
  about: { subject: Buffer; publicKey: KeyObject; extensions: readonly Buffer[] },
  issuer: { name: Buffer; privateKey: KeyObject },
): Buffer {
  const algorithm = sequence(oid(OID_ECDSA_SHA256));
  const body = sequence(
    der(0xa0, integer([2])),
    integer([0x01, ...randomBytes(15)]),
    algorithm,
    issuer.name,
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    about.subject,
    about.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...about.extensions)),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  return sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
}

/** A distinguished name (RFC 5280, 4.1.2.4) of the attributes given. */
export const distinguishedName = (...attributes: readonly [type: number[], value: Buffer][]): Buffer =>
  sequence(...attributes.map(([type, value]) => der(0x31, sequence(oid(type), value))));

export const utf8String = (text: string): Buffer => der(0x0c, Buffer.from(text));

export const commonName = (name: string): Buffer => distinguishedName([OID_COMMON_NAME, utf8String(name)]);

export function basicConstraints(isAuthority: boolean): Buffer {
  const content = isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence();
  return sequence(oid(OID_BASIC_CONSTRAINTS), der(0x01, Buffer.from([0xff])), octetString(content));
}

/** One that is not critical (RFC 5280, 4.2). */
export const extension = (type: number[], content: Buffer): Buffer => sequence(oid(type), octetString(content));

function utcTime(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replace(/[-:T]|\..*/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

export const octetString = (content: Buffer): Buffer => der(0x04, content);

export const integer = (bytes: number[]): Buffer => der(0x02, Buffer.from(bytes));

const oid = (bytes: number[]): Buffer => der(0x06, Buffer.from(bytes));

export const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));

/** Tag, length, content (ITU-T X.690, 8.1). */
export function der(tag: number, content: Buffer): Buffer {
  const length = content.length;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}
