import { createHash, randomBytes } from 'node:crypto';
import {
  HttpFault,
  misbehave,
  readForm,
  sendJson,
  type Call,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { tokenPayload, verifiedClaims, type IdvSession } from './idv-session.js';
import { readPushedRequest } from './pushed-request.js';
import type { TokenSigner } from './token-signer.js';

export const URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
const TOKEN_TTL_SECONDS = 3600;

export interface BackChannelOptions {
  clientId: string;
  clientSecret: string;
  issuer: string;
  signer: TokenSigner;
  sessionTtlSeconds: number;
  /** Life of a `request_uri`. */
  handoffTtlSeconds: number;
  now: () => Date;
}

const random = (): string => randomBytes(24).toString('base64url');

/** What the client calls itself: PAR, token, keys, UserInfo. */
export function backChannelRoutes(book: SessionBook<IdvSession>, options: BackChannelOptions): Route[] {
  return [
    { method: 'POST', path: /^\/oauth2\/par$/, handle: (call) => takePushed(book, options, call) },
    { method: 'POST', path: /^\/oauth2\/token$/, handle: (call) => exchange(book, options, call) },
    { method: 'GET', path: /^\/oauth2\/userinfo$/, handle: (call) => tellUserinfo(book, call) },
    {
      method: 'GET',
      path: /^\/\.well-known\/jwks$/,
      handle: async ({ response }) => sendJson(response, 200, options.signer.jwks),
    },
  ];
}

/** `client_secret_post`, the one way that Okta's standard knows. */
async function readAuthenticated({ request }: Call, options: BackChannelOptions): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded(;|$)/.test(request.headers['content-type'] ?? ''))
    throw new HttpFault(400, 'invalid_request');
  const form = await readForm(request);
  if (form.get('client_id') !== options.clientId || form.get('client_secret') !== options.clientSecret)
    throw new HttpFault(401, 'invalid_client');
  return form;
}

async function takePushed(book: SessionBook<IdvSession>, options: BackChannelOptions, call: Call): Promise<void> {
  const pushed = readPushedRequest(await readAuthenticated(call, options));
  const later = (seconds: number) => new Date(options.now().getTime() + seconds * 1000);
  const make = async (): Promise<IdvSession> => {
    const session: IdvSession = {
      ...pushed,
      id: random(),
      expiresAt: later(options.sessionTtlSeconds),
      uriExpiresAt: later(options.handoffTtlSeconds),
      code: random(),
      codeUsed: false,
      accessToken: random(),
      reads: 0,
    };
    await book.add(session);
    return session;
  };
  if (await misbehave(await book.scenarioOf(pushed.reference), call.response, make)) return;
  const { id } = await make();
  sendJson(call.response, 201, { request_uri: URI_PREFIX + id, expires_in: options.handoffTtlSeconds });
}

async function exchange(book: SessionBook<IdvSession>, options: BackChannelOptions, call: Call): Promise<void> {
  const form = await readAuthenticated(call, options);
  if (form.get('grant_type') !== 'authorization_code') throw new HttpFault(400, 'unsupported_grant_type');
  const session = book.all().find(({ code }) => code === form.get('code'));
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  const good =
    session?.decision &&
    !session.codeUsed &&
    session.redirectUri === form.get('redirect_uri') &&
    session.codeChallenge === challenge;
  if (!good) throw new HttpFault(400, 'invalid_grant');
  if (await misbehave(await book.scenarioOf(session.reference), call.response)) return;
  session.codeUsed = true;
  const iat = Math.floor(options.now().getTime() / 1000);
  const payload = {
    iss: options.issuer,
    aud: options.clientId,
    iat,
    exp: iat + TOKEN_TTL_SECONDS,
    ...tokenPayload(session),
  };
  sendJson(call.response, 200, {
    id_token: options.signer.signed(payload),
    token_type: 'Bearer',
    expires_in: TOKEN_TTL_SECONDS,
    // Okta's answer has none; whoever asked for UserInfo gets one.
    ...(session.delivery === 'userinfo' && { access_token: session.accessToken }),
  });
}

async function tellUserinfo(book: SessionBook<IdvSession>, { request, response }: Call): Promise<void> {
  const session = book
    .all()
    .find(({ accessToken, codeUsed }) => codeUsed && request.headers.authorization === `Bearer ${accessToken}`);
  if (!session) throw new HttpFault(401, 'invalid_token');
  sendJson(response, 200, { sub: tokenPayload(session).sub, verified_claims: verifiedClaims(session) });
}
