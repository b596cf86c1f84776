import { isBelow, trustedLink, type LinkPlace } from '../kit/index.js';

/** The vendor's own zone: a tenant there finds its services there too. */
const VENDOR_ZONE = '1kosmos.net';

export interface HostTrust {
  /** Address of the tenant, from the settings. */
  tenant: string;
  /** Host names, or `*.zone` for everything below one. From the settings. */
  allowedHosts: readonly string[];
}

/**
 * An address the partner named, if we may send somebody or something there: on the tenant's host or below it, within
 * the vendor's zone for a tenant of that zone, or on a host that the settings name.
 */
export function trustedUrl(text: string, { tenant, allowedHosts }: HostTrust): URL | undefined {
  return trustedLink(text, { apiUrl: tenant, places: [...family(new URL(tenant)), ...allowedHosts.map(named)] });
}

function family({ hostname, port }: URL): LinkPlace[] {
  const own: LinkPlace[] = [{ host: hostname, ports: ['', port] }, { below: hostname }];
  return isBelow(hostname, VENDOR_ZONE) ? [...own, { below: VENDOR_ZONE }] : own;
}

const named = (entry: string): LinkPlace => (entry.startsWith('*.') ? { below: entry.slice(2) } : { host: entry });
