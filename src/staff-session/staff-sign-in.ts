import { Inject, Injectable } from '@nestjs/common';
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretPost,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  type CustomFetch,
} from 'openid-client';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { Problem } from '../platform/errors/problem.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { CONFIG } from '../platform/platform.module.js';
import { STAFF_ALGORITHMS, StaffTokens, type StaffClaims } from '../staff-access/staff-tokens.js';
import { beginSignIn, proofsOf } from './begun-sign-in.js';
import { consoleClientOf, type ConsoleClient } from './console-client.js';

const CALL_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 262_144;
const REFUSED = 'This sign-in did not work. Start again.';

/** What the library calls an answer that is none, or none in time. */
const ON_THE_WAY = new Set([
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
]);

/** Who came back from the issuer, and until when that may be believed. */
export interface SignedIn {
  claims: StaffClaims;
  expiresAt: Date;
}

/**
 * Signs staff in with a browser: authorization code with PKCE, state and nonce (OpenID Connect Core, 3.1; RFC 9700,
 * 2.1). Who a person is and what they may do is read from the access token by the code that reads it as a bearer
 * ({@link StaffTokens}): the console can never be told more than the interface would be, and names people alike.
 */
@Injectable()
export class StaffSignIn {
  readonly #client: ConsoleClient | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbound: OutboundHttp,
    private readonly tokens: StaffTokens,
    private readonly clock: Clock,
  ) {
    this.#client = consoleClientOf(config);
  }

  get isOffered(): boolean {
    return this.#client !== undefined;
  }

  /** Where to send the browser, and what it has to keep until it is back. @throws Problem not_found where the console is off */
  async begin(): Promise<{ url: string; begun: string }> {
    const { redirectUri } = this.client();
    const begun = beginSignIn(this.clock);
    const proofs = proofsOf(begun, this.clock);
    if (!proofs) throw new Error('a sign-in that was begun just now is over');
    const url = buildAuthorizationUrl(this.configuration(), {
      redirect_uri: redirectUri,
      scope: this.config.STAFF_SCOPE,
      state: proofs.state,
      nonce: proofs.nonce,
      code_challenge: await calculatePKCECodeChallenge(proofs.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, begun };
  }

  /**
   * Somebody is back: with the state of a sign-in that this browser began, a code for its verifier, and an ID token with its
   * nonce that the issuer signed for this client. Anything else is one answer.
   * @param query of the address they came back to @throws Problem unauthenticated, dependency_unavailable, not_found
   */
  async complete(begun: string | undefined, query: string): Promise<SignedIn> {
    const { redirectUri } = this.client();
    const proofs = proofsOf(begun, this.clock);
    if (!proofs) throw new Problem('unauthenticated', { detail: REFUSED });
    const arrival = new URL(redirectUri);
    arrival.search = query;
    const { accessToken, idTokenEndsAt } = await this.exchange(arrival, proofs);
    const { claims, expiresAt } = await this.tokens.claimsOf(accessToken);
    return { claims, expiresAt: new Date(Math.min(expiresAt.getTime(), idTokenEndsAt.getTime())) };
  }

  private async exchange(
    arrival: URL,
    proofs: { state: string; nonce: string; codeVerifier: string },
  ): Promise<{ accessToken: string; idTokenEndsAt: Date }> {
    try {
      const answer = await authorizationCodeGrant(this.configuration(), arrival, {
        expectedState: proofs.state,
        expectedNonce: proofs.nonce,
        pkceCodeVerifier: proofs.codeVerifier,
        idTokenExpected: true,
      });
      return { accessToken: answer.access_token, idTokenEndsAt: new Date((answer.claims()?.exp ?? 0) * 1_000) };
    } catch (error) {
      throw isRefusal(error)
        ? new Problem('unauthenticated', { detail: REFUSED, cause: nameOf(error) })
        : new Problem('dependency_unavailable', { cause: nameOf(error), retryAfterSeconds: 5 });
    }
  }

  /** @throws Problem not_found */
  private client(): ConsoleClient {
    if (!this.#client) throw new Problem('not_found');
    return this.#client;
  }

  private configuration(): Configuration {
    const { id, secret, authorizationUrl, tokenUrl } = this.client();
    const config = new Configuration(
      {
        issuer: this.config.STAFF_ISSUER,
        authorization_endpoint: authorizationUrl,
        token_endpoint: tokenUrl,
        jwks_uri: this.config.STAFF_JWKS_URL,
        id_token_signing_alg_values_supported: STAFF_ALGORITHMS,
      },
      id,
      undefined,
      ClientSecretPost(secret),
    );
    config[customFetch] = this.fetch;
    // A token that came over TLS need not be looked at twice (OpenID Connect Core, 3.1.3.7); this one is, by the same
    // keys as a bearer.
    enableNonRepudiationChecks(config);
    // Which schemes may leave is decided where everything leaves (`platform/outbound-http`).
    allowInsecureRequests(config);
    return config;
  }

  /** The library's way to the network is ours: addresses, limits, no redirects. */
  private readonly fetch: CustomFetch = async (url, { method, headers, body }) => {
    const answer = await this.outbound.send({
      method: method === 'GET' ? 'GET' : 'POST',
      url,
      headers,
      ...(body instanceof URLSearchParams && { body: body.toString() }),
      timeoutMs: CALL_TIMEOUT_MS,
      maxResponseBytes: MAX_ANSWER_BYTES,
    });
    const type = answer.headers['content-type'];
    return new Response(Buffer.from(answer.body), {
      status: answer.status,
      headers: type ? { 'content-type': type } : {},
    });
  };
}

/** Said by the issuer, or found by the library in what it was given; anything else is the way to the issuer. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AuthorizationResponseError || error instanceof WWWAuthenticateChallengeError) return true;
  if (error instanceof ResponseBodyError) return error.status < 500;
  return error instanceof ClientError && error.code !== undefined && !ON_THE_WAY.has(error.code);
}

/** The library's errors hold bodies, tokens and claims: only what kind it was is kept. */
function nameOf(error: unknown): Error {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return new Error(`staff sign-in: ${String(name)} ${typeof code === 'string' ? code : ''}`.trim());
}
