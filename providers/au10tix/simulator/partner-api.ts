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
import { hasEndedWithResult, resultDocument, type Au10tixSession, type ResultShape } from './au10tix-session.js';
import type { Au10tixCredentials } from './au10tix-credentials.js';
import type { TokenEndpoint } from './token-endpoint.js';
import { readWorkflowRequest } from './workflow-request.js';

export interface PartnerApiOptions {
  tokens: TokenEndpoint;
  credentials: Pick<Au10tixCredentials, 'workflow' | 'referenceField' | 'referenceResultPath' | 'externalIdPath'>;
  publicUrl: string;
  sessionTtlSeconds: number;
  now: () => Date;
}

const RESULTS: readonly { path: RegExp; scope: string; shape: ResultShape }[] = [
  { path: /^\/result\/v2\/results\/person\/([\w-]+)$/, scope: 'workflow:api', shape: 'workflow' },
  { path: /^\/cm\/v2\/documentprocessingrequests\/([\w-]+)$/, scope: 'secure.me:request', shape: 'secureme' },
  { path: /^\/Au10tixBos4\/IdentityDocuments\/Results\/([\w-]+)$/, scope: 'bos', shape: 'bos' },
];

/** The APIs that a customer calls with an access token. */
export function partnerRoutes(book: SessionBook<Au10tixSession>, options: PartnerApiOptions): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/workflow\/v1\/workflows\/person\/([\w-]+)$/,
      handle: (call) => startWorkflow(book, options, call),
    },
    ...RESULTS.map(({ path, scope, shape }): Route => ({
      method: 'GET',
      path,
      handle: async (call) => {
        options.tokens.require(scope, call);
        if (shape === 'workflow' && call.query.get('includeDetailed') !== 'true') throw new HttpFault(400, 'query');
        await tellResult(book, { ...options.credentials, shape }, call);
      },
    })),
  ];
}

async function startWorkflow(book: SessionBook<Au10tixSession>, options: PartnerApiOptions, call: Call): Promise<void> {
  const { tokens, credentials, publicUrl, sessionTtlSeconds, now } = options;
  tokens.require('workflow:api', call);
  if (call.parameters[0] !== credentials.workflow) throw new HttpFault(404, 'workflow_not_found');
  const given = readWorkflowRequest(await readObject(call.request), credentials.referenceField);
  const id = randomUUID();
  const reference = given === '' ? id : given;
  const start = () =>
    book.add({ id, reference, expiresAt: new Date(now().getTime() + sessionTtlSeconds * 1000), reads: 0 });
  if (await misbehave(await book.scenarioOf(reference), call.response, start)) return;
  await start();
  sendJson(call.response, 200, { id, response: { securemeLink: `${publicUrl}/s/${id}` } });
}

/** 404 for everything that has no result: not there yet, never to be, or not known. */
async function tellResult(
  book: SessionBook<Au10tixSession>,
  told: { shape: ResultShape; referenceResultPath?: string; externalIdPath?: string },
  { response, parameters }: Call,
): Promise<void> {
  const session = book.find(parameters[0] ?? '');
  if (!session) throw new HttpFault(404, 'not_found');
  if (await misbehave(await book.scenarioOf(session.reference), response)) return;
  await book.arm(session);
  if (!hasEndedWithResult(session)) throw new HttpFault(404, 'not_found');
  sendJson(response, 200, resultDocument(session, told));
}
