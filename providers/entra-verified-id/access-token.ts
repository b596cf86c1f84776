import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { askForToken, joinUrl, KeptValue, ProviderError, Sensitive, tokenUsableUntilMs } from '../kit/index.js';
import type { ClockPort, HttpPort, Kept } from '../kit/index.js';
import type { ClientProof } from './settings.js';
import { accessTokenAnswer } from './types.js';

/** The Request Service, as every tenant knows it (presentation-request-api.md). */
const SCOPE = '3db474b9-6a0c-4840-96ac-1fceb342124f/.default';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_LIFE_SECONDS = 300;
const TIMEOUT_MS = 2000;

export interface AccessTokenOptions {
  loginUrl: string;
  tenantId: string;
  clientId: string;
  proof: ClientProof;
  http: HttpPort;
  clock: ClockPort;
}

export type AccessTokens = KeptValue<Sensitive<string>>;

/** The token of the OAuth 2.0 client credentials grant. */
export function accessTokens(options: AccessTokenOptions): AccessTokens {
  return new KeptValue(options.clock, () => fetchToken(options));
}

/** @throws ProviderError unauthorized when Microsoft does not know the application or its proof */
async function fetchToken(options: AccessTokenOptions): Promise<Kept<Sensitive<string>>> {
  const url = joinUrl(options.loginUrl, `${options.tenantId}/oauth2/v2.0/token`);
  const request = { url, form: await grantOf(options, url), timeoutMs: TIMEOUT_MS };
  const answer = await askForToken(options, request, accessTokenAnswer).catch(refusedAsUnauthorized);
  return {
    value: new Sensitive(answer.access_token),
    usableUntilMs: tokenUsableUntilMs(options.clock, answer.expires_in),
  };
}

/** Whatever a token endpoint finds fault with is the application or its proof: nothing else is in the request. */
function refusedAsUnauthorized(error: unknown): never {
  if (!(error instanceof ProviderError) || error.code !== 'rejected') throw error;
  throw new ProviderError('unauthorized', 'the token endpoint refused the application', error.details);
}

async function grantOf(options: AccessTokenOptions, tokenUrl: string): Promise<Record<string, string>> {
  const { clientId, proof } = options;
  const grant = { grant_type: 'client_credentials', client_id: clientId, scope: SCOPE };
  if (proof.kind === 'secret') return { ...grant, client_secret: proof.secret.reveal() };
  const assertion = await signAssertion({ ...options, proof }, tokenUrl);
  return { ...grant, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
}

/** learn.microsoft.com/entra/identity-platform/certificate-credentials: PS256, the certificate by its thumbprint. */
function signAssertion(
  { clientId, clock, proof }: AccessTokenOptions & { proof: ClientProof & { kind: 'certificate' } },
  audience: string,
): Promise<string> {
  const nowSeconds = Math.floor(clock.now().getTime() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': proof.thumbprint })
    .setAudience(audience)
    .setIssuer(clientId)
    .setSubject(clientId)
    .setJti(randomUUID())
    .setIssuedAt(nowSeconds)
    .setNotBefore(nowSeconds)
    .setExpirationTime(nowSeconds + ASSERTION_LIFE_SECONDS)
    .sign(proof.privateKey.reveal());
}
