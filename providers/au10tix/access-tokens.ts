import { errorForStatus, joinUrl, KeptValue, parseJson, ProviderError, readJson, Sensitive } from '../kit/index.js';
import type { HttpPort, Kept } from '../kit/index.js';
import { signClientAssertion, type AssertionOptions } from './client-assertion.js';
import { checkedApiUrl, type KnownHosts } from './partner-hosts.js';
import { tokenAnswer, tokenClaims } from './types.js';

/** A token comes before a call that a person may wait for. */
const TIMEOUT_MS = 1500;
const MAX_RESPONSE_BYTES = 64 * 1024;
/** A token is left alone for its last minute, so that none ends on its way. */
const SPARE_SECONDS = 60;
const LONGEST_SECONDS = 3600;
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export type Scope = 'workflow:api' | 'secure.me:request' | 'bos';

export interface Access {
  token: Sensitive<string>;
  apiUrl: string;
  /** Only for scope `bos`: the origin of the document engine. */
  bosUrl?: string;
}

export interface AccessTokenOptions extends AssertionOptions {
  hosts: KnownHosts;
  sendsGrantFields: boolean;
  http: HttpPort;
}

/** Access tokens, one per scope: asked for once at a time, kept for an hour at most, dropped when one is refused. */
export class AccessTokens {
  readonly #tokens = new Map<Scope, KeptValue<Access>>();

  constructor(private readonly options: AccessTokenOptions) {}

  /** @throws ProviderError of the token endpoint; `unintelligible` for a token that leads to a foreign host */
  get(scope: Scope): Promise<Access> {
    const known = this.#tokens.get(scope) ?? new KeptValue(this.options.clock, () => this.#ask(scope));
    this.#tokens.set(scope, known);
    return known.get();
  }

  /** The next call asks for another one. */
  drop(scope: Scope, access: Access): void {
    this.#tokens.get(scope)?.drop(access);
  }

  async #ask(scope: Scope): Promise<Kept<Access>> {
    const { hosts, http, clock, sendsGrantFields } = this.options;
    const form = new URLSearchParams({
      client_assertion: await signClientAssertion(this.options),
      scope,
      ...(sendsGrantFields && { grant_type: 'client_credentials', client_assertion_type: JWT_BEARER }),
    });
    const response = await http.send({
      method: 'POST',
      url: joinUrl(hosts.baseUrl, 'oauth2/v1/token'),
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (response.status !== 200) throw errorForStatus(response, { clock, namesSession: false });
    return this.#accessBy(scope, readJson(response, tokenAnswer));
  }

  #accessBy(scope: Scope, answer: { access_token: string; expires_in?: number | null }): Kept<Access> {
    const { hosts, clock } = this.options;
    const claims = claimsOf(answer.access_token);
    const access: Access = {
      token: new Sensitive(answer.access_token),
      apiUrl: checkedApiUrl(claims.apiUrl, hosts),
      ...(scope === 'bos' && { bosUrl: new URL(checkedApiUrl(claims.bosUrl, hosts)).origin }),
    };
    const nowMs = clock.now().getTime();
    const ends = [claims.exp, typeof answer.expires_in === 'number' ? nowMs / 1000 + answer.expires_in : undefined];
    // A token that says nothing about its end is used once.
    const said = ends.filter((end) => end !== null && end !== undefined);
    const endsAtSeconds = said.length === 0 ? 0 : Math.min(...said, nowMs / 1000 + LONGEST_SECONDS);
    return { value: access, usableUntilMs: (endsAtSeconds - SPARE_SECONDS) * 1000 };
  }
}

/** What the token says about itself (RFC 7519). Its signature is for AU10TIX's APIs to check: we only carry it there. */
function claimsOf(token: string) {
  const [, payload = ''] = token.split('.');
  const claims = tokenClaims.safeParse(parseJson(Buffer.from(payload, 'base64url')));
  if (!claims.success) throw new ProviderError('unintelligible', 'the access token does not say where it leads');
  return claims.data;
}
