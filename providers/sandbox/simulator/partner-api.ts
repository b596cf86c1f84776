import { randomBytes } from 'node:crypto';
import {
  HttpFault,
  misbehave,
  readObject,
  send,
  sendJson,
  type Call,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { sessionDocument, type SandboxSession, type SessionRequest } from './sandbox-session.js';

export interface PartnerApiOptions {
  apiKey: string;
  publicUrl: string;
  environment: 'live' | 'test';
  sessionTtlSeconds: number;
  now: () => Date;
}

/** The API that a customer of the partner calls with its bearer key. */
export function partnerRoutes(book: SessionBook<SandboxSession>, options: PartnerApiOptions): Route[] {
  const authorized =
    (handle: (call: Call) => Promise<void>): Route['handle'] =>
    async (call) => {
      if (call.request.headers.authorization !== `Bearer ${options.apiKey}`) throw new HttpFault(401, 'unauthorized');
      await handle(call);
    };
  const session = (handle: (call: Call, session: SandboxSession) => Promise<void>) =>
    authorized(async (call) => {
      const found = book.find(call.parameters[0] ?? '');
      if (!found) throw new HttpFault(404, 'session_not_found');
      if (await misbehave(await book.scenarioOf(found.reference), call.response)) return;
      await handle(call, found);
    });

  return [
    { method: 'GET', path: /^\/v1\/health$/, handle: authorized(async (call) => sendJson(call.response, 200, {})) },
    { method: 'POST', path: /^\/v1\/sessions$/, handle: authorized((call) => openSession(book, options, call)) },
    {
      method: 'GET',
      path: /^\/v1\/sessions\/([\w-]+)$/,
      handle: session(async ({ response }, found) => {
        await book.arm(found);
        const state = { standing: await book.standing(found), environment: options.environment };
        sendJson(response, 200, sessionDocument(found, state));
      }),
    },
    {
      method: 'POST',
      path: /^\/v1\/sessions\/([\w-]+)\/cancel$/,
      handle: session(async ({ response }, found) => {
        await book.decide(found, { scenario: 'cancelled' });
        send(response, { status: 204 });
      }),
    },
    {
      method: 'DELETE',
      path: /^\/v1\/sessions\/([\w-]+)$/,
      handle: session(async ({ response }, found) => {
        book.forget(found);
        send(response, { status: 204 });
      }),
    },
  ];
}

async function openSession(
  book: SessionBook<SandboxSession>,
  options: PartnerApiOptions,
  { request, response }: Call,
): Promise<void> {
  const wanted = readSessionRequest(await readObject(request));
  const scenario = await book.scenarioOf(wanted.reference);
  const known = book.findByReference(wanted.reference);
  if (known && known.nonce !== wanted.nonce) throw new HttpFault(409, 'reference_reused');
  const make = async (): Promise<SandboxSession> => {
    const again = book.findByReference(wanted.reference);
    if (again) return again;
    const expiresAt = new Date(options.now().getTime() + options.sessionTtlSeconds * 1000);
    const session = { ...wanted, id: `sbx_${randomBytes(16).toString('base64url')}`, expiresAt, reads: 0 };
    await book.add(session);
    return session;
  };
  if (await misbehave(scenario, response, make)) return;
  const session = await make();
  const url = `${options.publicUrl}/verify/${session.id}`;
  sendJson(response, known ? 200 : 201, { sessionId: session.id, url, expiresAt: session.expiresAt.toISOString() });
}

function readSessionRequest(body: Record<string, unknown>): SessionRequest {
  const text = (name: string): string => {
    const value = body[name];
    if (typeof value !== 'string' || value === '' || value.length > 2048) throw new HttpFault(400, `${name}_invalid`);
    return value;
  };
  const url = (name: string): string => {
    const value = text(name);
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) throw new HttpFault(400, `${name}_invalid`);
    return value;
  };
  return {
    reference: text('reference'),
    nonce: text('nonce'),
    returnUrl: url('returnUrl'),
    webhookUrl: url('webhookUrl'),
    language: text('language'),
  };
}
