import { createHash, randomBytes, timingSafeEqual, X509Certificate } from 'node:crypto';
import { jwtVerify } from 'jose';
import { readForm, sendJson, type Call, type Route } from '../../kit/simulator/index.js';

const SCOPE = '3db474b9-6a0c-4840-96ac-1fceb342124f/.default';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const LIFE_SECONDS = 3599;

export interface RegisteredClient {
  tenantId: string;
  clientId: string;
  /** One of the two, as the application was registered. */
  clientSecret?: string;
  clientCertificate?: string;
}

/** Refused in the words of OAuth 2.0 (RFC 6749 section 5.2), as login.microsoftonline.com does. */
class OAuthFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** `POST /{tenant}/oauth2/v2.0/token` for the client credentials grant, and which tokens it has given out. */
export class TokenEndpoint {
  readonly #tokens = new Map<string, number>();
  readonly #assertionIds = new Set<string>();

  constructor(
    private readonly client: RegisteredClient,
    private readonly now: () => Date,
  ) {}

  readonly route: Route = {
    method: 'POST',
    path: /^\/([\w.-]+)\/oauth2\/v2\.0\/token$/,
    handle: (call) => this.#answer(call),
  };

  accepts(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    return (this.#tokens.get(token ?? '') ?? 0) > this.now().getTime();
  }

  /** Every token so far is refused from now on. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  async #answer(call: Call): Promise<void> {
    const { response } = call;
    try {
      await this.#check(call);
    } catch (error) {
      const { status, code } = error instanceof OAuthFault ? error : new OAuthFault(401, 'invalid_client');
      return sendJson(response, status, { error: code, error_description: `AADSTS simulated: ${code}` });
    }
    const token = randomBytes(48).toString('base64url');
    this.#tokens.set(token, this.now().getTime() + LIFE_SECONDS * 1000);
    sendJson(response, 200, {
      token_type: 'Bearer',
      expires_in: LIFE_SECONDS,
      ext_expires_in: LIFE_SECONDS,
      access_token: token,
    });
  }

  async #check({ request, parameters }: Call): Promise<void> {
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      throw new OAuthFault(400, 'invalid_request');
    const form = await readForm(request);
    if (parameters[0] !== this.client.tenantId) throw new OAuthFault(400, 'invalid_request');
    if (form.get('grant_type') !== 'client_credentials') throw new OAuthFault(400, 'unsupported_grant_type');
    if (form.get('client_id') !== this.client.clientId) throw new OAuthFault(400, 'unauthorized_client');
    if (form.get('scope') !== SCOPE) throw new OAuthFault(400, 'invalid_scope');
    const audience = `http://${request.headers.host ?? ''}${request.url ?? ''}`;
    if (this.client.clientCertificate) await this.#checkAssertion(form, audience, this.client.clientCertificate);
    else this.#checkSecret(form.get('client_secret') ?? '');
  }

  #checkSecret(secret: string): void {
    const [given, wanted] = [secret, this.client.clientSecret ?? ''].map((text) =>
      createHash('sha256').update(text).digest(),
    );
    if (!given || !wanted || !timingSafeEqual(given, wanted)) throw new OAuthFault(401, 'invalid_client');
  }

  async #checkAssertion(form: URLSearchParams, audience: string, pem: string): Promise<void> {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw new OAuthFault(401, 'invalid_client');
    const certificate = new X509Certificate(pem);
    const { clientId } = this.client;
    const { protectedHeader, payload } = await jwtVerify(form.get('client_assertion') ?? '', certificate.publicKey, {
      algorithms: ['PS256', 'RS256'],
      audience,
      issuer: clientId,
      subject: clientId,
      requiredClaims: ['exp', 'jti', 'nbf'],
      currentDate: this.now(),
    });
    const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
    if (protectedHeader['x5t#S256'] !== thumbprint) throw new OAuthFault(401, 'invalid_client');
    const id = payload.jti ?? '';
    if (this.#assertionIds.has(id)) throw new OAuthFault(401, 'invalid_client');
    this.#assertionIds.add(id);
  }
}
