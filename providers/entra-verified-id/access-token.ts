import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { errorForStatus, joinUrl, KeptValue, ProviderError, readJson, Sensitive } from '../kit/index.js';
import type { ClockPort, HttpPort, Kept } from '../kit/index.js';
import type { ClientProof } from './settings.js';
import { accessTokenAnswer } from './types.js';

/** The Request Service, as every tenant knows it (presentation-request-api.md). */
const SCOPE = '3db474b9-6a0c-4840-96ac-1fceb342124f/.default';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_LIFE_SECONDS = 300;
const TIMEOUT_MS = 2000;
const MAX_RESPONSE_BYTES = 64 * 1024;
/** Taken off a token's life, so that it does not end on its way. */
const MARGIN_SECONDS = 60;

export interface AccessTokenOptions {
  loginUrl: string;
  tenantId: string;
  clientId: string;
  proof: ClientProof;
  http: HttpPort;
  clock: ClockPort;
}

/**
 * The token of the OAuth 2.0 client credentials grant, kept in memory until a minute before it ends and fetched by one
 * call however many wait for it.
 */
export class AccessTokens {
  readonly #token: KeptValue<Sensitive<string>>;

  constructor(private readonly options: AccessTokenOptions) {
    this.#token = new KeptValue(options.clock, () => this.#fetch());
  }

  /** @throws ProviderError unauthorized when Microsoft does not know the application or its proof */
  current(): Promise<Sensitive<string>> {
    return this.#token.get();
  }

  /** After a refusal of this token: the next call gets a new one. */
  drop(token: Sensitive<string>): void {
    this.#token.drop(token);
  }

  async #fetch(): Promise<Kept<Sensitive<string>>> {
    const { loginUrl, tenantId, http, clock } = this.options;
    const url = joinUrl(loginUrl, `${tenantId}/oauth2/v2.0/token`);
    const response = await http.send({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(await this.#grant(url)).toString(),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    const { status } = response;
    if (status >= 400 && status < 500 && status !== 429)
      throw new ProviderError('unauthorized', 'the token endpoint refused the application', { httpStatus: status });
    if (status !== 200) throw errorForStatus(response, { clock, namesSession: false });
    const answer = readJson(response, accessTokenAnswer);
    const lifeSeconds = Math.max(0, answer.expires_in - MARGIN_SECONDS);
    return { value: new Sensitive(answer.access_token), usableUntilMs: clock.now().getTime() + lifeSeconds * 1000 };
  }

  async #grant(tokenUrl: string): Promise<Record<string, string>> {
    const { clientId, proof } = this.options;
    const grant = { grant_type: 'client_credentials', client_id: clientId, scope: SCOPE };
    if (proof.kind === 'secret') return { ...grant, client_secret: proof.secret.reveal() };
    const assertion = await this.#assertion(tokenUrl, proof);
    return { ...grant, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
  }

  /** learn.microsoft.com/entra/identity-platform/certificate-credentials: PS256, the certificate by its thumbprint. */
  #assertion(audience: string, proof: ClientProof & { kind: 'certificate' }): Promise<string> {
    const { clientId, clock } = this.options;
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
}
