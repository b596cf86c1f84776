import { askForToken, joinUrl, KeptValue, Sensitive, tokenUsableUntilMs } from '../kit/index.js';
import type { ClockPort, HttpPort } from '../kit/index.js';
import { accessToken } from './types.js';

const TIMEOUT_MS = 1500;

export interface AccessTokenOptions {
  oauthUrl: string;
  apiKey: Sensitive<string>;
  scope: string;
  http: HttpPort;
  clock: ClockPort;
}

export type AccessTokens = KeptValue<Sensitive<string>>;

/** OAuth 2.0 client credentials as IDVerse has them: parameters in the query, the API key as it is after `Basic`. */
export function accessTokens(options: AccessTokenOptions): AccessTokens {
  const { oauthUrl, apiKey, scope, clock } = options;
  const query = new URLSearchParams({ grant_type: 'client_credentials', scope });
  return new KeptValue(clock, async () => {
    const headers = { authorization: `Basic ${apiKey.reveal()}` };
    const request = { url: joinUrl(oauthUrl, `oauth2/token?${query}`), headers, timeoutMs: TIMEOUT_MS };
    const { access_token: text, expires_in: lifeSeconds } = await askForToken(options, request, accessToken);
    return { value: new Sensitive(text), usableUntilMs: tokenUsableUntilMs(clock, lifeSeconds) };
  });
}
