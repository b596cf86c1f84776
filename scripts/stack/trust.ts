import { createHash, X509Certificate } from 'node:crypto';
import { lookup, type LookupOptions } from 'node:dns';
import { rootCertificates } from 'node:tls';
import { Agent, setGlobalDispatcher } from 'undici';

export interface TrustedPlace {
  /** A name in no DNS, which leads to this machine. */
  host: string;
  authorityPem: string;
  /** PEM of the certificate that is shown there. */
  certificatePem: string;
}

type Found = (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void;

/** From now on this process knows the name and trusts the authority, as an administrator would have arranged it. */
export function trustInThisProcess({ host, authorityPem }: TrustedPlace): void {
  const find = (name: string, options: LookupOptions, found: Found): void =>
    lookup(name === host ? '127.0.0.1' : name, options, found as never);
  setGlobalDispatcher(new Agent({ connect: { ca: [...rootCertificates, authorityPem], lookup: find } }));
}

/**
 * The same for a Chromium: the certificate is accepted by its key (SHA-256 of its SubjectPublicKeyInfo), because its store
 * of authorities cannot be added to from outside.
 */
export function trustInChromium({ host, certificatePem }: TrustedPlace): string[] {
  const key = new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(key).digest('base64');
  return [`--host-resolver-rules=MAP ${host} 127.0.0.1`, `--ignore-certificate-errors-spki-list=${pin}`];
}
