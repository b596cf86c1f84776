import { randomBytes } from 'node:crypto';
import {
  HttpFault,
  misbehave,
  readObject,
  sendJson,
  type Call,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { sessionDocument, withoutSensitiveData, type ClearSession, type Standing } from './clear-session.js';
import { readSessionRequest } from './session-request.js';

export interface PartnerApiOptions {
  apiKey: string;
  projectId: string;
  sessionTtlSeconds: number;
  now: () => Date;
}

const SEARCH_PARAMETERS = ['pageSize', 'searchAfter', 'sortField', 'sortDirection', 'status', 'projectId', 'email'];
SEARCH_PARAMETERS.push('phone', 'name', 'flowId', 'flowToken', 'userId', 'startTime', 'endTime');

/** CLEAR's API under `/v1`, for the customer who holds the key. */
export function partnerRoutes(book: SessionBook<ClearSession>, options: PartnerApiOptions): Route[] {
  const authorized =
    (handle: (call: Call) => Promise<void>): Route['handle'] =>
    async (call) => {
      if (call.request.headers.authorization !== `Bearer ${options.apiKey}`)
        throw new HttpFault(401, 'unauthenticated');
      await handle(call);
    };
  return [
    {
      method: 'POST',
      path: /^\/v1\/verification_sessions$/,
      handle: authorized((call) => createSession(book, options, call)),
    },
    {
      method: 'GET',
      path: /^\/v1\/verification_sessions\/search$/,
      handle: authorized((call) => searchSessions(book, call)),
    },
    {
      method: 'GET',
      path: /^\/v1\/verification_sessions\/([\w-]+)$/,
      handle: authorized((call) => readSession(book, call)),
    },
  ];
}

/** CLEAR has no idempotency key: asked twice, it makes two. */
async function createSession(
  book: SessionBook<ClearSession>,
  options: PartnerApiOptions,
  { request, response }: Call,
): Promise<void> {
  if (request.headers['content-type'] !== 'application/json') throw new HttpFault(400, 'invalid_content_type');
  const wanted = readSessionRequest(await readObject(request), options.projectId);
  const reference = wanted.custom_fields.regain_reference ?? '';
  const make = async (): Promise<ClearSession> => {
    const createdAt = options.now();
    const session: ClearSession = {
      id: `verify_${randomBytes(16).toString('hex')}`,
      token: randomBytes(24).toString('base64url'),
      reference,
      request: wanted,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + options.sessionTtlSeconds * 1000),
      reads: 0,
    };
    await book.add(session);
    return session;
  };
  if (await misbehave(await book.scenarioOf(reference), response, make)) return;
  sendJson(response, 200, sessionDocument(await make(), 'waiting'));
}

async function searchSessions(book: SessionBook<ClearSession>, { query, response }: Call): Promise<void> {
  const custom = [...query].filter(([name]) => name.startsWith('custom_'));
  const known = [...query.keys()].every((name) => name.startsWith('custom_') || SEARCH_PARAMETERS.includes(name));
  if (!known) throw new HttpFault(400, 'invalid_input');
  const found = book
    .all()
    .filter(({ request }) => custom.every(([name, value]) => request.custom_fields[name.slice(7)] === value));
  const verifications = await Promise.all(
    found.map(async (session) => withoutSensitiveData(sessionDocument(session, await standingOf(book, session)))),
  );
  sendJson(response, 200, { verifications, links: { total_results: verifications.length }, searchAfter: null });
}

async function readSession(book: SessionBook<ClearSession>, { parameters, query, response }: Call): Promise<void> {
  const session = book.find(parameters[0] ?? '');
  if (!session) throw new HttpFault(404, 'not_found');
  if (await misbehave(await book.scenarioOf(session.reference), response)) return;
  await book.arm(session);
  const document = sessionDocument(session, await standingOf(book, session));
  const reveals = query.get('reveal_sensitive_data') === 'true';
  sendJson(response, 200, reveals ? document : withoutSensitiveData(document));
}

/** What takes long without the person is CLEAR's own manual review. */
async function standingOf(book: SessionBook<ClearSession>, session: ClearSession): Promise<Standing> {
  const standing = await book.standing(session);
  if (standing !== 'processing') return standing;
  const scenario = await book.scenarioOf(session.reference);
  return scenario?.scenario === 'late' ? 'in_manual_review' : 'processing';
}
