import { isBelow, plainUrl, ProviderError, trustedLink, type LinkPlace } from '../kit/index.js';

/** `sandbox` is what AU10TIX calls staging. */
export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The domain of each environment's hosts, e.g. `weu-api.au10tixservices.com`. */
const FAMILIES: Readonly<Record<Environment, string>> = {
  production: 'au10tixservices.com',
  sandbox: 'au10tixservicesstaging.com',
};

export interface KnownHosts {
  environment: Environment;
  baseUrl: string;
  /** Hosts of the customer's contract that people may be sent to. */
  linkHosts: readonly string[];
}

/** The environment whose domain an address is in; undefined for a host of somebody else, such as one's own gateway. */
export function hostFamilyOf(address: string): Environment | undefined {
  const hostname = plainUrl(address)?.hostname ?? '';
  return ENVIRONMENTS.find((environment) => isBelow(hostname, FAMILIES[environment]));
}

/**
 * The address of an API as an access token names it: of the configured environment's domain and encrypted, or at the
 * configured address itself. A token of staging does not lead production anywhere, nor the other way round (T109, T111).
 * @throws ProviderError unintelligible
 */
export function checkedApiUrl(claim: unknown, { environment, baseUrl }: KnownHosts): string {
  const url = plainUrl(claim);
  const isOurs = url !== undefined && url.origin === new URL(baseUrl).origin;
  const isTheirs = url?.protocol === 'https:' && url.port === '' && isBelow(url.hostname, FAMILIES[environment]);
  if (!url || !(isOurs || isTheirs) || url.search !== '' || url.hash !== '')
    throw new ProviderError('unintelligible', 'the access token leads to no known host of the partner');
  return url.href;
}

/**
 * The address a person is sent to, if it is AU10TIX's of this environment, or on a host that was configured.
 * @throws ProviderError unintelligible
 */
export function checkedLink(link: string, { environment, baseUrl, linkHosts }: KnownHosts): string {
  const places = [FAMILIES[environment], ...linkHosts].flatMap((host): LinkPlace[] => [{ host }, { below: host }]);
  const url = trustedLink(link, { apiUrl: baseUrl, places });
  if (!url) throw new ProviderError('unintelligible', 'the link leads to no known host of the partner');
  return url.href;
}
