import {
  askForToken,
  joinUrl,
  KeptValue,
  parseJson,
  ProviderError,
  Sensitive,
  tokenUsableUntilMs,
} from '../kit/index.js';
import type { HttpPort, Kept } from '../kit/index.js';
import { signClientAssertion, type AssertionOptions } from './client-assertion.js';
import { checkedApiUrl, type KnownHosts } from './partner-hosts.js';
import { tokenAnswer, tokenClaims } from './types.js';

const TIMEOUT_MS = 1500;
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

/** Access tokens, one per scope. */
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
    const { hosts, sendsGrantFields } = this.options;
    const form = {
      client_assertion: await signClientAssertion(this.options),
      scope,
      ...(sendsGrantFields && { grant_type: 'client_credentials', client_assertion_type: JWT_BEARER }),
    };
    const request = { url: joinUrl(hosts.baseUrl, 'oauth2/v1/token'), form, timeoutMs: TIMEOUT_MS };
    return this.#accessBy(scope, await askForToken(this.options, request, tokenAnswer));
  }

  #accessBy(scope: Scope, answer: { access_token: string; expires_in?: number | null }): Kept<Access> {
    const { hosts, clock } = this.options;
    const claims = claimsOf(answer.access_token);
    const access: Access = {
      token: new Sensitive(answer.access_token),
      apiUrl: checkedApiUrl(claims.apiUrl, hosts),
      ...(scope === 'bos' && { bosUrl: new URL(checkedApiUrl(claims.bosUrl, hosts)).origin }),
    };
    const left = typeof claims.exp === 'number' ? claims.exp - clock.now().getTime() / 1000 : undefined;
    const said = [left, answer.expires_in].filter((seconds) => typeof seconds === 'number');
    // A token that says nothing about its end is used once.
    const lifeSeconds = said.length === 0 ? 0 : Math.min(...said);
    return { value: access, usableUntilMs: tokenUsableUntilMs(clock, lifeSeconds) };
  }
}

/** What the token says about itself (RFC 7519). Its signature is for AU10TIX's APIs to check: we only carry it there. */
function claimsOf(token: string) {
  const [, payload = ''] = token.split('.');
  const claims = tokenClaims.safeParse(parseJson(Buffer.from(payload, 'base64url')));
  if (!claims.success) throw new ProviderError('unintelligible', 'the access token does not say where it leads');
  return claims.data;
}
