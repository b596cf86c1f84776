import { randomUUID } from 'node:crypto';
import {
  HttpFault,
  misbehave,
  readObject,
  sendJson,
  type Call,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import {
  currentResult,
  DOCUMENT_OBJECTS,
  unversionedResult,
  type DocumentObject,
  type DocumentSession,
} from './document-session.js';
import { SealedChannel, ServiceKey } from './sealed-exchange.js';

export interface PartnerApiOptions {
  licenseKey: string;
  tenantDns: string;
  communityName: string;
  workflowKey: string;
  publicUrl: string;
  sessionTtlSeconds: number;
  now: () => Date;
}

/** Milliseconds in place of seconds are far outside of it. The vendor's own window is not published. */
const TS_TOLERANCE_SECONDS = 300;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Opened extends Call {
  channel: SealedChannel;
  message: Record<string, unknown>;
}

/** The tenant's bootstrap calls, which are open to all, and the docuverify service, whose calls are sealed. */
export function partnerRoutes(book: SessionBook<DocumentSession>, options: PartnerApiOptions): Route[] {
  const key = new ServiceKey();
  const sealed =
    (handle: (opened: Opened) => Promise<void>): Route['handle'] =>
    async (call) =>
      handle(await openCall(call, key, options));
  const result = (tell: typeof currentResult) =>
    sealed((opened) => tellResult(book, { opened, publicKey: key.publicKey, tell }));
  return [
    {
      method: 'POST',
      path: /^\/api\/r1\/system\/community_info\/fetch$/,
      handle: (call) => tellCommunity(call, { ...options, publicKey: key.publicKey }),
    },
    { method: 'GET', path: /^\/caas\/sd$/, handle: tellServices },
    {
      method: 'GET',
      path: /^\/docuverify\/publickeys$/,
      handle: async ({ response }) => sendJson(response, 200, { publicKey: key.publicKey }),
    },
    {
      method: 'POST',
      path: /^\/docuverify\/document_share_session\/create$/,
      handle: sealed((opened) => openSession(book, options, opened)),
    },
    { method: 'POST', path: /^\/docuverify\/v3\/document_share_session\/result$/, handle: result(currentResult) },
    { method: 'POST', path: /^\/docuverify\/document_share_session\/result$/, handle: result(unversionedResult) },
  ];
}

async function tellCommunity(
  { request, response }: Call,
  options: Pick<PartnerApiOptions, 'tenantDns' | 'communityName'> & { publicKey: string },
): Promise<void> {
  const { dns, communityName } = await readObject(request);
  if (dns !== options.tenantDns || communityName !== options.communityName)
    throw new HttpFault(404, 'Community not found');
  sendJson(response, 200, {
    tenant: { id: 'simulated-tenant', dns, tenanttag: 'simulated' },
    community: { id: 'simulated-community', name: communityName, publicKey: options.publicKey },
  });
}

/** Addresses on the host the caller used, so that whoever stands in between stays there. */
async function tellServices({ request, response }: Call): Promise<void> {
  const base = `http://${request.headers.host ?? 'localhost'}`;
  const names = ['docuverify', 'idproofing', 'oauth2', 'sessions', 'vcs', 'reports', 'licenses'];
  sendJson(response, 200, Object.fromEntries(names.map((name) => [name, `${base}/${name}`])));
}

/** Reads the four sealed parts of a call and refuses it as documented. */
async function openCall(call: Call, key: ServiceKey, options: PartnerApiOptions): Promise<Opened> {
  const header = (name: string) => call.request.headers[name];
  const channel = key.agreeWith(String(header('publickey') ?? ''));
  const license = channel.unlock(header('licensekey'));
  if (license === undefined) throw new HttpFault(401, 'header licensekey');
  if (license !== options.licenseKey) throw new HttpFault(401, 'Invalid or Unauthorized License');
  checkRequestId(channel.unlock(header('requestid')), options.now());
  const message = parseObject(channel.unlock((await readObject(call.request)).data));
  if (!message) throw new HttpFault(400, 'data is required');
  if (message.dvcID === undefined) throw new HttpFault(400, 'dvcID is required');
  if (message.dvcID === '') throw new HttpFault(400, 'dvcID is not allowed to be empty');
  if (message.dvcID !== options.workflowKey) throw new HttpFault(404, 'dvcID not found');
  return { ...call, channel, message };
}

function checkRequestId(text: string | undefined, now: Date): void {
  const { ts, appid, uuid } = parseObject(text) ?? {};
  const isRecent = Number.isInteger(ts) && Math.abs(Number(ts) - now.getTime() / 1000) <= TS_TOLERANCE_SECONDS;
  if (!isRecent || typeof appid !== 'string' || appid === '' || typeof uuid !== 'string' || !UUID.test(uuid))
    throw new HttpFault(401, 'header requestid');
}

async function openSession(
  book: SessionBook<DocumentSession>,
  options: PartnerApiOptions,
  { message, response }: Opened,
): Promise<void> {
  const { reference, documentType } = readSessionRequest(message.sessionRequest, options);
  const make = async (): Promise<DocumentSession> => {
    const expiresAt = new Date(options.now().getTime() + options.sessionTtlSeconds * 1000);
    const session = { id: randomUUID(), reference, documentType, expiresAt, reads: 0 };
    await book.add(session);
    return session;
  };
  if (await misbehave(await book.scenarioOf(reference), response, make)) return;
  const { id: sessionId } = await make();
  sendJson(response, 200, { sessionId, url: `${options.publicUrl}/idproofing/session/${sessionId}` });
}

function readSessionRequest(
  value: unknown,
  options: PartnerApiOptions,
): { reference: string; documentType: DocumentObject } {
  const wanted = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  for (const name of ['tenantDNS', 'communityName', 'documentType'])
    if (typeof wanted[name] !== 'string' || wanted[name] === '') throw new HttpFault(400, `${name} is required`);
  if (wanted.tenantDNS !== options.tenantDns) throw new HttpFault(400, 'tenantDNS is not known');
  if (wanted.communityName !== options.communityName) throw new HttpFault(400, 'communityName is not known');
  const documentType = DOCUMENT_OBJECTS.find((known) => known === wanted.documentType);
  if (!documentType) throw new HttpFault(400, 'documentType is not supported');
  const { userUID = randomUUID() } = wanted;
  if (typeof userUID !== 'string' || userUID === '') throw new HttpFault(400, 'userUID must be a string');
  return { reference: userUID, documentType };
}

async function tellResult(
  book: SessionBook<DocumentSession>,
  asked: { opened: Opened; publicKey: string; tell: typeof currentResult },
): Promise<void> {
  const { message, channel, response } = asked.opened;
  const { sessionId } = message;
  if (typeof sessionId !== 'string') throw new HttpFault(400, 'sessionId is required');
  const session = book.find(sessionId);
  if (!session) throw new HttpFault(404, 'Session not found');
  if (await misbehave(await book.scenarioOf(session.reference), response)) return;
  await book.arm(session);
  const body = asked.tell(session, await book.standing(session));
  sendJson(response, 200, { data: channel.lock(JSON.stringify(body)), publicKey: asked.publicKey });
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Errors in the two forms that are published. */
export function errorBody({ status, code }: HttpFault): unknown {
  const [, param] = /^header (\w+)$/.exec(code) ?? [];
  return param ? { errors: [{ param, message: "This header can't be decrypted" }] } : { code: status, message: code };
}
