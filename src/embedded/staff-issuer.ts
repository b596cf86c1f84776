import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Config } from '../platform/config/config.js';
import type { StaffIdentities } from './staff-identities.js';
import { staffSignInPage } from './staff-sign-in-page.js';

const CODE_MS = 60_000;

/** What a client asks for (OpenID Connect Core, 3.1.2.1; RFC 7636, 4.3). */
const Request = z.object({
  response_type: z.literal('code'),
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().regex(/\bopenid\b/),
  state: z.string().min(1),
  nonce: z.string().min(1),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
});
const Person = z.object({
  sub: z.string().trim().min(1).max(200),
  roles: z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  password: z.string(),
});
const Exchange = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.literal('authorization_code'),
  code: z.string(),
  redirect_uri: z.string(),
  code_verifier: z.string(),
});

interface Granted {
  request: z.infer<typeof Request>;
  person: { sub: string; roles: string[] };
  until: number;
}

/**
 * Stands in for the organisation's identity provider, in the embedded profile only. It speaks the authorization code
 * flow with PKCE, for one client and one redirect URI. The holder of the operators' token may sign in as anybody, as
 * with `/dev/identities`.
 */
export class StaffIssuer {
  readonly #granted = new Map<string, Granted>();

  constructor(
    private readonly config: Config,
    private readonly identities: StaffIdentities,
  ) {}

  routes(server: FastifyInstance): void {
    server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    server.get('/dev/authorize', async (request, reply) => this.page(reply, request.url));
    server.post('/dev/authorize', async (request, reply) => this.signIn(reply, request));
    server.post('/dev/token', async (request, reply) => this.token(reply, request));
  }

  private page(reply: FastifyReply, url: string, wrong = false): FastifyReply {
    if (!this.asked(url)) return reply.status(400).type('text/plain').send('This request is not one of the console’s.');
    const query = url.slice(url.indexOf('?') + 1);
    return reply
      .status(wrong ? 400 : 200)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
      .send(staffSignInPage(query, wrong));
  }

  private signIn(reply: FastifyReply, { url, body }: { url: string; body: unknown }): FastifyReply {
    const request = this.asked(url);
    const person = Person.safeParse(body);
    if (!request || !person.success || !isSame(person.data.password, this.config.ADMIN_TOKEN))
      return this.page(reply, url, true);
    const code = randomBytes(32).toString('base64url');
    const { sub, roles } = person.data;
    this.#granted.set(code, { request, person: { sub, roles }, until: Date.now() + CODE_MS });
    const back = new URL(request.redirect_uri);
    back.search = new URLSearchParams({ code, state: request.state, iss: this.config.STAFF_ISSUER }).toString();
    return reply.redirect(back.href, 303);
  }

  /** A code is good once, for the verifier and the address it was asked with. */
  private async token(reply: FastifyReply, { body }: { body: unknown }): Promise<FastifyReply> {
    const { STAFF_CLIENT_ID: client = '', STAFF_CLIENT_SECRET: secret = '' } = this.config;
    const exchange = Exchange.safeParse(body);
    if (exchange.success && !isClient(exchange.data, { client, secret }))
      return reply.status(401).send({ error: 'invalid_client' });
    const granted = exchange.success ? this.taken(exchange.data) : undefined;
    if (!granted) return reply.status(400).send({ error: 'invalid_grant' });
    const { STAFF_ISSUER: issuer, STAFF_AUDIENCE: audience } = this.config;
    const { person, request } = granted;
    return reply.header('cache-control', 'no-store').send({
      token_type: 'Bearer',
      access_token: await this.identities.issue({ ...person, issuer, audience }),
      id_token: await this.identities.issue({ sub: person.sub, issuer, audience: client, nonce: request.nonce }),
    });
  }

  private taken({ code, code_verifier, redirect_uri }: z.infer<typeof Exchange>): Granted | undefined {
    const granted = this.#granted.get(code);
    this.#granted.delete(code);
    if (!granted || granted.until < Date.now() || granted.request.redirect_uri !== redirect_uri) return undefined;
    const challenge = createHash('sha256').update(code_verifier).digest('base64url');
    return isSame(challenge, granted.request.code_challenge) ? granted : undefined;
  }

  private asked(url: string): z.infer<typeof Request> | undefined {
    const parsed = Request.safeParse(Object.fromEntries(new URL(url, 'http://localhost').searchParams));
    if (!parsed.success || parsed.data.client_id !== this.config.STAFF_CLIENT_ID) return undefined;
    return parsed.data.redirect_uri === `${this.config.PUBLIC_URL}/console/sign-in/return` ? parsed.data : undefined;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));
const isClient = (given: z.infer<typeof Exchange>, { client, secret }: { client: string; secret: string }): boolean =>
  isSame(given.client_id, client) && isSame(given.client_secret, secret);
