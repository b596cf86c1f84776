import { randomBytes, verify, type KeyObject } from 'node:crypto';
import { HttpFault, readForm, sendJson, type Call, type Route } from '../../kit/simulator/index.js';

const SCOPES = ['workflow:api', 'secure.me:request', 'bos'];
const LIFE_SECONDS = 3600;
const LONGEST_ASSERTION_SECONDS = 3500;
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const MEMBERS = ['client_assertion', 'scope', 'grant_type', 'client_assertion_type'];

export interface TokenEndpointOptions {
  clientId: string;
  keyId: string;
  publicKey: KeyObject;
  audience: string;
  now: () => Date;
}

/** Gives access tokens for client assertions, and knows them again. */
export class TokenEndpoint {
  readonly #issued = new Map<string, { scope: string; endsAtSeconds: number }>();

  constructor(private readonly options: TokenEndpointOptions) {}

  readonly route: Route = {
    method: 'POST',
    path: /^\/oauth2\/v1\/token$/,
    handle: (call) => this.#issue(call),
  };

  /** Throws the refusal of a call whose token is missing, over, or for something else. */
  require(scope: string, { request }: Call): void {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const issued = this.#issued.get(token);
    if (!issued || issued.endsAtSeconds <= this.#nowSeconds()) throw new HttpFault(401, 'invalid_token');
    if (issued.scope !== scope) throw new HttpFault(403, 'insufficient_scope');
  }

  async #issue({ request, response }: Call): Promise<void> {
    if (request.headers['content-type']?.split(';')[0] !== 'application/x-www-form-urlencoded')
      throw new HttpFault(400, 'invalid_request');
    const form = await readForm(request);
    if ([...form.keys()].some((name) => !MEMBERS.includes(name))) throw new HttpFault(400, 'invalid_request');
    for (const [name, value] of [
      ['grant_type', 'client_credentials'],
      ['client_assertion_type', JWT_BEARER],
    ] as const)
      if (form.has(name) && form.get(name) !== value) throw new HttpFault(400, 'invalid_request');
    const scope = form.get('scope') ?? '';
    if (!SCOPES.includes(scope)) throw new HttpFault(400, 'invalid_scope');
    if (!this.#isGenuine(form.get('client_assertion') ?? '')) throw new HttpFault(401, 'invalid_client');
    const token = this.#tokenFor(scope, `http://${request.headers.host}`);
    sendJson(response, 200, { access_token: token, token_type: 'Bearer', expires_in: LIFE_SECONDS, scope });
  }

  #isGenuine(assertion: string): boolean {
    const { clientId, keyId, publicKey, audience } = this.options;
    const [header = '', payload = '', signature = '', ...more] = assertion.split('.');
    if (more.length > 0) return false;
    const signed = Buffer.from(`${header}.${payload}`, 'ascii');
    if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) return false;
    const { alg, kid } = decoded(header);
    const { iss, sub, aud, exp } = decoded(payload);
    const secondsLeft = typeof exp === 'number' ? exp - this.#nowSeconds() : 0;
    return (
      alg === 'RS256' &&
      kid === keyId &&
      iss === clientId &&
      sub === clientId &&
      aud === audience &&
      secondsLeft > 0 &&
      secondsLeft <= LONGEST_ASSERTION_SECONDS
    );
  }

  /** It names the hosts to go to: this one, as it was called. */
  #tokenFor(scope: string, origin: string): string {
    const endsAtSeconds = this.#nowSeconds() + LIFE_SECONDS;
    const claims = {
      apiUrl: origin,
      bosUrl: origin,
      securemeUrl: origin,
      clientOrganizationId: 1,
      clientOrganizationName: 'simulated',
      scp: [scope],
      exp: endsAtSeconds,
    };
    const token = [
      encoded({ alg: 'RS256', kid: 'simulated' }),
      encoded(claims),
      randomBytes(32).toString('base64url'),
    ].join('.');
    this.#issued.set(token, { scope, endsAtSeconds });
    return token;
  }

  #nowSeconds(): number {
    return Math.floor(this.options.now().getTime() / 1000);
  }
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decoded(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
