import { ProviderError, trustedLink, type LinkPlace } from '../kit/index.js';

/**
 * The address that a person is sent to, if it is one of IDVerse's: on a known host or below one.
 * @throws ProviderError unintelligible
 */
export function checkedLink(link: string, known: { hosts: readonly string[]; apiUrl: string }): string {
  const places = known.hosts.flatMap((host): LinkPlace[] => [{ host }, { below: host }]);
  const url = trustedLink(link, { apiUrl: known.apiUrl, places });
  if (!url) throw new ProviderError('unintelligible', 'the link leads to no known host of the partner');
  return url.href;
}
