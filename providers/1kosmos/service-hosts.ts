/** The vendor's own zone: a tenant there finds its services there too. */
const VENDOR_ZONE = '.1kosmos.net';

export interface HostTrust {
  /** Address of the tenant, from the settings. */
  tenant: string;
  /** Host names, or `*.zone` for everything below one. From the settings. */
  allowedHosts: readonly string[];
}

/**
 * An address the partner named, if we may send somebody or something there: https (http only where the tenant itself is
 * on http, as simulators are), without credentials, on the tenant's host or below it, within the vendor's zone for a
 * tenant of that zone, or on a host that the settings name. Parsed once; what was compared is what is returned.
 */
export function trustedUrl(text: string, trust: HostTrust): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const [url, tenant] = [new URL(text), new URL(trust.tenant)];
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && tenant.protocol === 'http:');
  if (!secure || url.username !== '' || url.password !== '') return undefined;
  return isFamily(url, tenant) || trust.allowedHosts.some((entry) => isNamed(url.hostname, entry)) ? url : undefined;
}

function isFamily(url: URL, tenant: URL): boolean {
  if (url.hostname === tenant.hostname) return url.port === tenant.port || url.port === '';
  const zones = [`.${tenant.hostname}`, ...(tenant.hostname.endsWith(VENDOR_ZONE) ? [VENDOR_ZONE] : [])];
  return url.port === '' && zones.some((zone) => url.hostname.endsWith(zone));
}

function isNamed(hostname: string, entry: string): boolean {
  return entry.startsWith('*.') ? hostname.endsWith(entry.slice(1)) : hostname === entry;
}
