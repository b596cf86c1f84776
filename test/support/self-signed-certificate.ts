import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { basicConstraints, commonName, der, extension, makeCertificate, sequence } from './certificate.js';

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

const OID_SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
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

function certify(
  about: { subject: string; names: readonly string[]; publicKey: KeyObject },
  issuer: { name: string; privateKey: KeyObject },
): string {
  const { subject, names, publicKey } = about;
  const certificate = makeCertificate(
    {
      subject: commonName(subject),
      publicKey,
      extensions: [...(names.length > 0 ? [subjectAltName(names)] : []), basicConstraints(subject === issuer.name)],
    },
    { name: commonName(issuer.name), privateKey: issuer.privateKey },
  );
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

/** RFC 5280, 4.2.1.6: a dNSName, or an iPAddress by its bytes. */
function subjectAltName(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) ? der(0x87, Buffer.from(ipaddr.parse(name).toByteArray())) : der(0x82, Buffer.from(name)),
  );
  return extension(OID_SUBJECT_ALT_NAME, sequence(...entries));
}
