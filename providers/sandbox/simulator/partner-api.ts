import { HttpFault, readObject, send, sendJson, type Call, type Route } from './http.js';
import type { Partner } from './partner.js';
import type { Session, SessionRequest } from './types.js';

const GARBAGE = [
  { contentType: 'text/html; charset=utf-8', body: '<!doctype html><title>Welcome</title><p>It works!</p>' },
  { contentType: 'application/json', body: '{"sessionId": "sbx_' },
];

/** The API that a customer of the partner calls with its bearer key. */
export function partnerRoutes(partner: Partner, options: { apiKey: string; publicUrl: () => string }): Route[] {
  const authorized =
    (handle: (call: Call) => Promise<void>): Route['handle'] =>
    async (call) => {
      if (call.request.headers.authorization !== `Bearer ${options.apiKey}`) throw new HttpFault(401, 'unauthorized');
      await handle(call);
    };
  const session = (handle: (call: Call, session: Session) => Promise<void>) =>
    authorized(async (call) => {
      const found = partner.find(call.parameters[0] ?? '');
      if (!found) throw new HttpFault(404, 'session_not_found');
      await partner.refuseDuringOutage(found.reference);
      await handle(call, found);
    });

  return [
    { method: 'GET', path: /^\/v1\/health$/, handle: authorized(async (call) => sendJson(call.response, 200, {})) },
    {
      method: 'POST',
      path: /^\/v1\/sessions$/,
      handle: authorized((call) => openSession(partner, options.publicUrl(), call)),
    },
    {
      method: 'GET',
      path: /^\/v1\/sessions\/([\w-]+)$/,
      handle: session(async ({ response }, found) => answerStatus(partner, found, response)),
    },
    {
      method: 'POST',
      path: /^\/v1\/sessions\/([\w-]+)\/cancel$/,
      handle: session(async ({ response }, found) => {
        await partner.cancel(found);
        send(response, { status: 204 });
      }),
    },
    {
      method: 'DELETE',
      path: /^\/v1\/sessions\/([\w-]+)$/,
      handle: session(async ({ response }, found) => {
        partner.forget(found);
        send(response, { status: 204 });
      }),
    },
  ];
}

async function openSession(partner: Partner, publicUrl: string, { request, response }: Call): Promise<void> {
  const wanted = readSessionRequest(await readObject(request));
  await partner.refuseDuringOutage(wanted.reference);
  const opened = await partner.open(wanted);
  if (!opened) throw new HttpFault(409, 'reference_reused');
  const { id, expiresAt } = opened.session;
  const url = `${publicUrl}/verify/${id}`;
  sendJson(response, opened.created ? 201 : 200, { sessionId: id, url, expiresAt: expiresAt.toISOString() });
}

async function answerStatus(partner: Partner, session: Session, response: Call['response']): Promise<void> {
  await partner.arm(session);
  const name = (await partner.scenarioOf(session.reference))?.scenario;
  session.reads += 1;
  const garbage = name === 'garbage' ? GARBAGE[session.reads % GARBAGE.length] : undefined;
  if (garbage) return send(response, { status: 200, ...garbage });

  const { verdict } = session;
  const read = verdict?.identity;
  sendJson(response, 200, {
    sessionId: session.id,
    reference: session.reference,
    nonce: verdict?.dress === 'wrong_nonce' ? [...session.nonce].reverse().join('') : session.nonce,
    environment: verdict?.dress === 'test_mode' ? 'test' : partner.environment,
    status: await partner.statusOf(session),
    procedure: 'sandbox-procedure-1',
    decidedAt: verdict?.decidedAt.toISOString(),
    checks: verdict?.checks ?? [],
    identity: read && {
      givenName: read.givenName,
      familyName: read.familyName,
      birthDate: read.birthDate,
      nationality: read.nationality,
    },
    document: read && {
      issuingCountry: read.issuingCountry,
      documentType: read.documentType,
      number: read.documentNumber,
      expiryDate: read.expiryDate,
    },
  });
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
