/** A host as the settings or a partner's documentation name it, or everything below one. */
export type LinkPlace = { host: string; ports?: readonly string[] } | { below: string };

export interface LinkTrust {
  /** The partner's API as the settings have it: a link may be unencrypted only where the API itself is. */
  apiUrl: string;
  /** `host` is that host, on `ports` where they are given; `below` is any of its subdomains, on the scheme's own port. */
  places: readonly LinkPlace[];
}

/** What the WHATWG parser drops or turns into something else; another parser may read another host out of it. */
const AMBIGUOUS = /[\s\\\p{Cc}]/u;

/**
 * An address that a partner named, if we may send a person or a request there (T109, T111): encrypted, without
 * credentials, in one of the places. Parsed once; what was compared is what is returned.
 */
export function trustedLink(text: unknown, { apiUrl, places }: LinkTrust): URL | undefined {
  const url = plainUrl(text);
  const isEncrypted = url?.protocol === 'https:' || (url?.protocol === 'http:' && new URL(apiUrl).protocol === 'http:');
  return url && isEncrypted && places.some((place) => isAt(url, place)) ? url : undefined;
}

/** The one reading of a text that every parser agrees on; undefined for any other text, and for one with credentials. */
export function plainUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || AMBIGUOUS.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url : undefined;
}

export const isBelow = (hostname: string, domain: string): boolean => hostname.endsWith(`.${domain}`);

function isAt({ hostname, port }: URL, place: LinkPlace): boolean {
  if ('below' in place) return port === '' && isBelow(hostname, place.below);
  return hostname === place.host && (place.ports?.includes(port) ?? true);
}
