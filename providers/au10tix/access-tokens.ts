import { errorForStatus, joinUrl, parseJson, ProviderError, readJson, Sensitive } from '../kit/index.js';
import type { HttpPort } from '../kit/index.js';
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

interface Kept {
  access: Access;
  usableUntilMs: number;
}

/** Access tokens, one per scope: asked for once at a time, kept for an hour at most, dropped when one is refused. */
export class AccessTokens {
  readonly #kept = new Map<Scope, Kept>();
  readonly #asked = new Map<Scope, Promise<Access>>();

  constructor(private readonly options: AccessTokenOptions) {}

  /** @throws ProviderError of the token endpoint; `unintelligible` for a token that leads to a foreign host */
  async get(scope: Scope): Promise<Access> {
    const kept = this.#kept.get(scope);
    if (kept && kept.usableUntilMs > this.options.clock.now().getTime()) return kept.access;
    const underWay = this.#asked.get(scope);
    if (underWay) return underWay;
    const asked = this.#ask(scope).finally(() => this.#asked.delete(scope));
    this.#asked.set(scope, asked);
    return asked;
  }

  /** The next call asks for another one. */
  drop(scope: Scope, { token }: Access): void {
    if (this.#kept.get(scope)?.access.token === token) this.#kept.delete(scope);
  }

  async #ask(scope: Scope): Promise<Access> {
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
    return this.#keep(scope, readJson(response, tokenAnswer));
  }

  #keep(scope: Scope, answer: { access_token: string; expires_in?: number | null }): Access {
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
    this.#kept.set(scope, { access, usableUntilMs: (endsAtSeconds - SPARE_SECONDS) * 1000 });
    return access;
  }
}

/** What the token says about itself (RFC 7519). Its signature is for AU10TIX's APIs to check: we only carry it there. */
function claimsOf(token: string) {
  const [, payload = ''] = token.split('.');
  const claims = tokenClaims.safeParse(parseJson(Buffer.from(payload, 'base64url')));
  if (!claims.success) throw new ProviderError('unintelligible', 'the access token does not say where it leads');
  return claims.data;
}
