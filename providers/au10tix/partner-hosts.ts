import { ProviderError } from '../kit/index.js';

/** `sandbox` is what AU10TIX calls staging. */
export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The domain of each environment's hosts, e.g. `weu-api.au10tixservices.com`. */
const FAMILIES: Readonly<Record<Environment, string>> = {
  production: 'au10tixservices.com',
  sandbox: 'au10tixservicesstaging.com',
};
/** What the WHATWG parser drops or turns into something else; such an address was not meant for it. */
const NOT_AN_ADDRESS = /[\s\\\p{Cc}]/u;

export interface KnownHosts {
  environment: Environment;
  baseUrl: string;
  /** Hosts of the customer's contract that people may be sent to. */
  linkHosts: readonly string[];
}

/** The environment whose domain an address is in; undefined for a host of somebody else, such as one's own gateway. */
export function hostFamilyOf(address: string): Environment | undefined {
  const hostname = parse(address)?.hostname ?? '';
  return ENVIRONMENTS.find((environment) => isBelow(hostname, FAMILIES[environment]));
}

/**
 * The address of an API as an access token names it: of the configured environment's domain and encrypted, or at the
 * configured address itself. A token of staging does not lead production anywhere, nor the other way round (T109, T111:
 * parsed once, the parsed host compared, the parsed address used).
 * @throws ProviderError unintelligible
 */
export function checkedApiUrl(claim: unknown, { environment, baseUrl }: KnownHosts): string {
  const url = parse(claim);
  const isOurs = url !== undefined && url.origin === new URL(baseUrl).origin;
  const isTheirs = url?.protocol === 'https:' && url.port === '' && isBelow(url.hostname, FAMILIES[environment]);
  if (!url || !(isOurs || isTheirs) || url.search !== '' || url.hash !== '')
    throw new ProviderError('unintelligible', 'the access token leads to no known host of the partner');
  return url.href;
}

/**
 * The address a person is sent to, if it is AU10TIX's of this environment, or on a host that was configured; encrypted
 * unless the API itself is not.
 * @throws ProviderError unintelligible
 */
export function checkedLink(link: string, { environment, baseUrl, linkHosts }: KnownHosts): string {
  const url = parse(link);
  const encrypted = url?.protocol === 'https:' || (url?.protocol === 'http:' && baseUrl.startsWith('http:'));
  const isKnown = [FAMILIES[environment], ...linkHosts].some(
    (host) => url?.hostname === host || isBelow(url?.hostname ?? '', host),
  );
  if (!url || !encrypted || !isKnown)
    throw new ProviderError('unintelligible', 'the link leads to no known host of the partner');
  return url.href;
}

function parse(text: unknown): URL | undefined {
  if (typeof text !== 'string' || NOT_AN_ADDRESS.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url : undefined;
}

const isBelow = (hostname: string, domain: string): boolean => hostname.endsWith(`.${domain}`);
