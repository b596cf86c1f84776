import { ProviderError, trustedLink } from '../kit/index.js';

/** Nothing that two parsers could read differently: no user part, backslash, fragment, second parameter or space. */
const DEEP_LINK = /^openid-vc:\/\/\?request_uri=([A-Za-z0-9._~:/?=%-]{1,2048})$/;
/** Stricter than any other link is read, because the wallet parses it again. */
const PLAIN_ADDRESS = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?\/[A-Za-z0-9._~/?=-]*$/;

/**
 * The link that opens the wallet, as Microsoft gave it. It sends the person's wallet to an address, so the address must
 * be one we know: https, or http where the request service itself is reached so, and a host of the settings.
 * @throws ProviderError unintelligible
 */
export function trustedDeepLink(text: string, trust: { hosts: readonly string[]; apiUrl: string }): string {
  const encoded = DEEP_LINK.exec(text)?.[1];
  const requestUri = encoded === undefined ? undefined : decoded(encoded);
  const places = trust.hosts.map((host) => ({ host }));
  const isPlain = requestUri !== undefined && PLAIN_ADDRESS.test(requestUri);
  if (!isPlain || !trustedLink(requestUri, { apiUrl: trust.apiUrl, places })) throw refused();
  return text;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const refused = () => new ProviderError('unintelligible', 'the deep link leads somewhere else than to the service');
