import { randomUUID } from 'node:crypto';
import {
  misbehave,
  readObject,
  send,
  sendJson,
  type Call,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import type { Callbacks } from './callbacks.js';
import type { Presentation } from './presentation.js';
import { readPresentationRequest } from './request-body.js';
import { RequestFault } from './request-fault.js';
import type { TokenEndpoint } from './token-endpoint.js';

export interface RequestServiceOptions {
  tenantId: string;
  authorityDid: string;
  publicUrl: string;
  sessionTtlSeconds: number;
  now: () => Date;
  tokens: TokenEndpoint;
  callbacks: Callbacks;
}

/** Where a wallet finds a request. */
export const requestUri = (publicUrl: string, tenantId: string, id: string): string =>
  `${publicUrl}/v1.0/${tenantId}/verifiableCredentials/presentationRequests/${id}`;

export const REQUEST_PATH = /^\/v1\.0\/[\w.-]+\/verifiableCredentials\/presentationRequests\/([\w-]+)$/;

/** The Request Service as a verifier calls it, and the address at which a wallet fetches what is asked. */
export function serviceRoutes(book: SessionBook<Presentation>, options: RequestServiceOptions): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/v1\.0\/verifiableCredentials\/createPresentationRequest$/,
      handle: (call) => create(book, options, call),
    },
    { method: 'GET', path: REQUEST_PATH, handle: (call) => giveRequest(book, options, call) },
  ];
}

async function create(
  book: SessionBook<Presentation>,
  options: RequestServiceOptions,
  { request, response }: Call,
): Promise<void> {
  if (!options.tokens.accepts(request.headers.authorization)) throw new RequestFault(401, 'tokenError', 'access_token');
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new RequestFault(415, 'badOrMissingField', 'content-type');
  const body = await readObject(request);
  const wanted = readPresentationRequest(body, options.authorityDid);
  const { state } = wanted.callback;
  // Verifiers that use this simulator put their reference before the last dot of the state.
  const reference = state.slice(0, state.includes('.') ? state.lastIndexOf('.') : undefined);
  const make = async (): Promise<Presentation> => {
    const expiresAt = new Date(options.now().getTime() + options.sessionTtlSeconds * 1000);
    const presentation = { ...wanted, id: randomUUID(), reference, expiresAt, reads: 0, retrieved: false };
    await book.add(presentation);
    return presentation;
  };
  if (await misbehave(await book.scenarioOf(reference), response, make)) return;
  const { id, expiresAt } = await make();
  sendJson(response, 201, {
    requestId: id,
    url: `openid-vc://?request_uri=${requestUri(options.publicUrl, options.tenantId, id)}`,
    expiry: Math.floor(expiresAt.getTime() / 1000),
    ...(body.includeQRCode === true && { qrCode: 'data:image/png;base64,iVBORw0KGgo=' }),
  });
}

/** Authenticator's own call. The real answer is signed by the authority's DID; no wallet here would check it. */
async function giveRequest(
  book: SessionBook<Presentation>,
  { callbacks, authorityDid }: RequestServiceOptions,
  { response, parameters }: Call,
): Promise<void> {
  const presentation = book.find(parameters[0] ?? '');
  if (!presentation || (await book.standing(presentation)) === 'expired')
    throw new RequestFault(404, 'notFound', 'presentationRequest');
  const { callback, clientName, purpose, requested } = presentation;
  const claims = { client_id: authorityDid, state: callback.state, registration: { client_name: clientName, purpose } };
  const parts = [
    { alg: 'none', typ: 'JWT' },
    { ...claims, presentation_definition: { type: requested.type } },
  ];
  const body = `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
  await callbacks.retrieved(presentation);
  send(response, { status: 200, contentType: 'application/jwt', body });
}
