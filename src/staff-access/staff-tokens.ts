import { Injectable, Inject } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow } from '../platform/crypto/row-macs.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { CONFIG } from '../platform/platform.module.js';
import { isOfApplication } from './application-tokens.js';
import { scopesOfRoles, separated } from './scopes.js';

const API_KEY = /^rgk_[A-Za-z0-9_-]{32,250}$/;
/** Asymmetric only, fixed here: the token's own header decides nothing (ASVS 9.1.2, T25). */
export const STAFF_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** An address has 254 characters at most. */
const LONGEST_IDENTIFIER = 320;
const NO_ACCOUNT = 'This sign-in does not say which account is yours.';
const NO_PERSON = 'This token is an application’s. Applications use an API key.';
const JWKS_CACHE_MS = 300_000;

/** What a sign-in at the organisation says of a colleague, in what the service understands. */
export interface StaffClaims {
  sub: string;
  accounts: readonly string[];
  roles: readonly string[];
}

/** The one place that makes a colleague of what a sign-in said, for every door they come in by. */
export function personOf({ sub, accounts, roles }: StaffClaims): Principal {
  return { kind: 'person', id: sub, accounts, scopes: scopesOfRoles(roles) };
}

/** The issuer's keys could not be read: nobody knows whether a token is good, and nobody is told that it is not (rule 12). */
export class StaffKeysUnreadableError extends Error {
  override readonly name = 'StaffKeysUnreadableError';

  constructor(reason: string, options?: ErrorOptions) {
    super(`staff keys: ${reason}`, options);
  }
}

/** @throws StaffKeysUnreadableError */
function readableJson(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new StaffKeysUnreadableError('no JSON', { cause: error });
  }
}

/** The token's fault. A set of keys that is none is the issuer's, and so is one that does not come. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && !(error instanceof errors.JWKSInvalid);

/** Turns a bearer token into a principal: a JWT of the organisation's IdP, or an API key for machines. */
@Injectable()
export class StaffTokens {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly ring: KeyRing,
    outbound: OutboundHttp,
  ) {
    this.#keys = createRemoteJWKSet(new URL(config.STAFF_JWKS_URL), {
      cacheMaxAge: JWKS_CACHE_MS,
      [customFetch]: async (url: string) => {
        const answer = await outbound.send({ method: 'GET', url, timeoutMs: 5_000, maxResponseBytes: 262_144 });
        // The library takes such an answer for a fault of the token.
        if (answer.status !== 200) throw new StaffKeysUnreadableError(`status ${answer.status}`);
        return new Response(readableJson(answer.body));
      },
    });
  }

  /** @throws Problem unauthenticated, dependency_unavailable */
  async principal(bearer: string): Promise<Principal> {
    return bearer.startsWith('rgk_') ? this.fromApiKey(bearer) : personOf((await this.claimsOf(bearer)).claims);
  }

  /**
   * What a token of the organisation's IdP says, and until when it may be said. @throws Problem unauthenticated,
   * dependency_unavailable
   */
  async claimsOf(token: string): Promise<{ claims: StaffClaims; expiresAt: Date }> {
    const payload = await this.verify(token);
    if (typeof payload.sub !== 'string' || payload.sub === '' || payload.sub.length > 200)
      throw new Problem('unauthenticated');
    this.assertPerson(payload);
    const claim = payload[this.config.STAFF_ROLE_CLAIM];
    const roles = Array.isArray(claim) ? claim.filter((role): role is string => typeof role === 'string') : [];
    const claims = { sub: payload.sub, accounts: this.accountsOf(payload), roles };
    return { claims, expiresAt: new Date((payload.exp ?? 0) * 1_000) };
  }

  private async fromApiKey(key: string): Promise<Principal> {
    if (!API_KEY.test(key)) throw new Problem('unauthenticated');
    const row = await this.database.read(
      (tx) => tx.maybeOne<{ id: string; scopes: string[]; keyDigest: Buffer; mac: Buffer | null }>`
        SELECT id, scopes, key_digest, mac FROM api_keys
        WHERE key_digest = ANY(${this.ring.digests('token', key)}::bytea[]) AND revoked_at IS NULL
          AND (mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))`,
    );
    const values = row && ([row.id, row.keyDigest, row.scopes.join(',')] as const);
    if (!values || !isSignedRow(this.ring, { table: 'api_keys', values, mac: row.mac }))
      throw new Problem('unauthenticated');
    // The embedded profile's bootstrap key does everything; elsewhere provisioning stays apart (rule 10).
    const scopes = new Set(row.scopes);
    return { kind: 'api_key', id: row.id, scopes: this.config.embedded ? scopes : separated(scopes) };
  }

  /**
   * The identifiers by which the directory may know the staff member. Without any, it would be unknown whether a case
   * is about their own account (T49), so such a token is refused.
   *
   * @throws Problem unauthenticated
   */
  private accountsOf(payload: JWTPayload): string[] {
    const values = this.config.STAFF_ACCOUNT_CLAIMS.flatMap((claim) => payload[claim]);
    const accounts = values.filter(
      (value): value is string =>
        typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_IDENTIFIER,
    );
    if (accounts.length === 0) throw new Problem('unauthenticated', { detail: NO_ACCOUNT });
    return accounts;
  }

  /** Two people are two people only where each has signed in (rule 10, T49). @throws Problem unauthenticated */
  private assertPerson(payload: JWTPayload): void {
    const { STAFF_PERSON_CLAIM: claim } = this.config;
    const signedIn = claim === undefined || (payload[claim] !== undefined && payload[claim] !== null);
    if (isOfApplication(payload) || !signedIn) throw new Problem('unauthenticated', { detail: NO_PERSON });
  }

  private async verify(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer: this.config.STAFF_ISSUER,
        audience: this.config.STAFF_AUDIENCE,
        algorithms: STAFF_ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 30,
      });
      return payload;
    } catch (error) {
      throw isRefusal(error)
        ? new Problem('unauthenticated', { cause: error })
        : new Problem('dependency_unavailable', { cause: error, retryAfterSeconds: 5 });
    }
  }
}
