import { ProviderError } from '../kit/index.js';

/**
 * The address that a person is sent to, if it is one of IDVerse's: on a known host or below one, and encrypted unless
 * the API itself is not (T111: parsed once, the parsed host compared).
 * @throws ProviderError unintelligible
 */
export function checkedLink(link: string, known: { hosts: readonly string[]; apiUrl: string }): string {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const encrypted = url?.protocol === 'https:' || (url?.protocol === 'http:' && known.apiUrl.startsWith('http:'));
  const isKnown = known.hosts.some((host) => url?.hostname === host || url?.hostname.endsWith(`.${host}`));
  if (!url || !encrypted || !isKnown || url.username !== '' || url.password !== '')
    throw new ProviderError('unintelligible', 'the link leads to no known host of the partner');
  return url.href;
}
