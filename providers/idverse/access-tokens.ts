import { errorForStatus, joinUrl, KeptValue, readJson, Sensitive } from '../kit/index.js';
import type { ClockPort, HttpPort, Kept } from '../kit/index.js';
import { accessToken } from './types.js';

/** A token comes before a call that a person may wait for. */
const TIMEOUT_MS = 1500;
const MAX_RESPONSE_BYTES = 32 * 1024;
/** A token is left alone for its last minute, so that none ends on its way. */
const SPARE_SECONDS = 60;
const LONGEST_SECONDS = 3600;

export interface AccessTokenOptions {
  oauthUrl: string;
  apiKey: Sensitive<string>;
  scope: string;
  http: HttpPort;
  clock: ClockPort;
}

/** The access token of this adapter: asked for once at a time, kept for an hour at most, dropped when it is refused. */
export class AccessTokens {
  readonly #token: KeptValue<Sensitive<string>>;

  constructor(private readonly options: AccessTokenOptions) {
    this.#token = new KeptValue(options.clock, () => this.#ask());
  }

  /** @throws ProviderError of the token endpoint */
  get(): Promise<Sensitive<string>> {
    return this.#token.get();
  }

  /** The next call asks for another one. */
  drop(token: Sensitive<string>): void {
    this.#token.drop(token);
  }

  /** OAuth 2.0 client credentials as IDVerse has them: parameters in the query, the API key as it is after `Basic`. */
  async #ask(): Promise<Kept<Sensitive<string>>> {
    const { oauthUrl, apiKey, scope, http, clock } = this.options;
    const query = new URLSearchParams({ grant_type: 'client_credentials', scope });
    const response = await http.send({
      method: 'POST',
      url: joinUrl(oauthUrl, `oauth2/token?${query}`),
      headers: {
        accept: 'application/json',
        authorization: `Basic ${apiKey.reveal()}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (response.status !== 200) throw errorForStatus(response, { clock, namesSession: false });
    const { access_token: text, expires_in: lifeSeconds } = readJson(response, accessToken);
    const usableSeconds = Math.min(lifeSeconds, LONGEST_SECONDS) - SPARE_SECONDS;
    return { value: new Sensitive(text), usableUntilMs: clock.now().getTime() + usableSeconds * 1000 };
  }
}
