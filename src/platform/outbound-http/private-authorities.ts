import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM file (RFC 7468, 5), in order; what stands between them is a remark.
 * @throws Error when one of them cannot be read, or there is none: TLS would take either for "trust nobody" and say so
 * only at the first call
 */
export function readAuthorities(pem: string): X509Certificate[] {
  const found = [...pem.matchAll(CERTIFICATE)].map(([certificate]) => new X509Certificate(certificate));
  if (found.length === 0) throw new Error('holds no certificate');
  return found;
}
