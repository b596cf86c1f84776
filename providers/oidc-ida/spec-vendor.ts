import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Sensitive, type HttpRequest, type ProviderAdapter, type SessionContext } from '../kit/index.js';
import { oidcIdaProvider } from './index.js';
import { externalIdOf } from './session-proofs.js';

/** For specs: a vendor whose every answer and token can be made as one likes. No network, no clock of its own. */
export const NOW = new Date('2026-11-22T10:00:00Z');
export const NOW_SECONDS = NOW.getTime() / 1000;
export const NONCE = 'n'.repeat(43);
export const STATE = 'one-time-state';
export const PERSON = { givenName: 'Ada', familyName: 'Byron', birthDate: '1990-12-10' };

export const VENDOR_ENVIRONMENT = {
  OIDC_IDA_ISSUER: 'https://idv-vendor.example',
  OIDC_IDA_PAR_URL: 'https://idv-vendor.example/oauth2/par',
  OIDC_IDA_AUTHORIZE_URL: 'https://idv-vendor.example/oauth2/authorize',
  OIDC_IDA_TOKEN_URL: 'https://idv-vendor.example/oauth2/token',
  OIDC_IDA_JWKS_URL: 'https://idv-vendor.example/.well-known/jwks',
  OIDC_IDA_CLIENT_ID: 'client-1',
  OIDC_IDA_CLIENT_SECRET: 'a-secret-of-some-length',
  OIDC_IDA_ENVIRONMENT: 'production',
};

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  jwk: Record<string, unknown>;
}

export function rsaKey(kid: string, modulusLength = 2048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' } };
}

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** An unsigned half of a JWS: header and payload as they are given, JSON or not. */
export const signingInput = (header: unknown, payload: unknown): string => `${encode(header)}.${encode(payload)}`;

export function rs256(key: SigningKey, payload: unknown, header: Record<string, unknown> = {}): string {
  const input = signingInput({ alg: 'RS256', kid: key.kid, ...header }, payload);
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

export const verified = (claims: unknown, verification: Record<string, unknown> = {}) => ({
  verification: { trust_framework: 'IDV-DELEGATED', assurance_level: 'VERIFIED', ...verification },
  claims,
});
export const ALL_MATCHED = {
  given_name: { value: 'MATCHED', fuzzy: true },
  family_name: { value: 'MATCHED', fuzzy: true },
  birthdate: { value: 'MATCHED', fuzzy: true },
};

export const payloadWith = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: VENDOR_ENVIRONMENT.OIDC_IDA_ISSUER,
  aud: VENDOR_ENVIRONMENT.OIDC_IDA_CLIENT_ID,
  sub: 'subject-1',
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 3600,
  nonce: NONCE,
  verified_claims: [verified(ALL_MATCHED)],
  ...changes,
});

export interface Answer {
  status?: number;
  contentType?: string;
  body: unknown;
}

/** An adapter whose network is `answer`, by the last part of the path, and everything it sent. */
export function vendorAdapter(
  answer: (endpoint: string, request: HttpRequest) => Answer,
  environment: Record<string, string> = {},
  now: () => Date = () => NOW,
): { adapter: ProviderAdapter; sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const settings = oidcIdaProvider.environment.parse({ ...VENDOR_ENVIRONMENT, ...environment });
  const adapter = oidcIdaProvider.create(settings, {
    clock: { now },
    logger: { info: () => undefined, warn: () => undefined },
    http: {
      async send(request) {
        sent.push(request);
        const { status = 200, contentType = 'application/json', body } = answer(endpointOf(request), request);
        return { status, headers: { 'content-type': contentType }, body: Buffer.from(JSON.stringify(body)) };
      },
    },
  });
  return { adapter, sent };
}

export const endpointOf = ({ url }: HttpRequest): string => new URL(url).pathname.split('/').at(-1) ?? '';

export const sessionWith = (changes: Partial<SessionContext> = {}): SessionContext => ({
  reference: 'vs_1',
  externalId: externalIdOf(NONCE),
  attempt: 1,
  nonce: NONCE,
  returnUrl: `https://recover.example/v1/providers/oidc-ida/return?state=${STATE}`,
  expectedIdentity: new Sensitive(PERSON),
  ...changes,
});

/** What the host would have kept of a return that brought this token. */
export const delivered = (idToken: string, more: Record<string, unknown> = {}): Sensitive<string> =>
  new Sensitive(JSON.stringify({ idToken, receivedAt: NOW.toISOString(), ...more }));
