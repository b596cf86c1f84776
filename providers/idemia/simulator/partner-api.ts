import { HttpFault, misbehave, sendJson, type Call, type Route, type SessionBook } from '../../kit/simulator/index.js';
import type { GipsIdentity } from './gips-identity.js';
import { statusRecord } from './gips-record.js';
import {
  giveProof,
  openIdentity,
  showEvidence,
  showIdentity,
  standing,
  SUPPORTED,
  takeConsents,
  takeDocument,
  takePortrait,
  type CallOptions,
} from './identity-calls.js';

const BASE = String.raw`^\/gips\/v1`;
const IDENTITY = String.raw`${BASE}\/identities\/([\w-]+)`;

export interface PartnerApiOptions extends CallOptions {
  apiKey: string;
  tenantRole: string | undefined;
}

type Handle = (call: Call, identity: GipsIdentity) => void | Promise<void>;

/** GIPS v1 as a relying service calls it with its key. */
export function partnerRoutes(book: SessionBook<GipsIdentity>, options: PartnerApiOptions): Route[] {
  const { authorized, reading, writing } = guards(book, options);
  const show: Handle = async (call, identity) =>
    sendJson(call.response, 200, statusRecord(identity, await standing(book, identity)));
  const document = (call: Call, identity: GipsIdentity) => takeDocument(options, call, identity);
  const portrait = (call: Call, identity: GipsIdentity) => takePortrait(options, call, identity);
  const countries = async ({ response }: Call) => sendJson(response, 200, SUPPORTED);
  return [
    route(
      'POST',
      String.raw`${BASE}\/identities`,
      authorized((call) => openIdentity(book, options, call)),
    ),
    route('POST', String.raw`${IDENTITY}\/consents`, writing(200, takeConsents)),
    route('POST', String.raw`${IDENTITY}\/id-documents\/capture`, writing(201, document)),
    route('POST', String.raw`${IDENTITY}\/attributes\/portrait\/capture`, writing(201, portrait)),
    route('GET', String.raw`${IDENTITY}\/status`, reading(show)),
    route('GET', String.raw`${IDENTITY}\/status\/([\w-]+)`, reading(showEvidence)),
    route(
      'GET',
      IDENTITY,
      reading((call, identity) => showIdentity(book, call, identity)),
    ),
    route(
      'GET',
      String.raw`${IDENTITY}\/proof`,
      reading((call, identity) => giveProof(book, call, identity)),
    ),
    route('GET', String.raw`${BASE}\/supported-evidence\/countries`, authorized(countries)),
  ];
}

const route = (method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({
  method,
  path: new RegExp(`${path}$`),
  handle,
});

/** What comes before every call: the key, the identity, and the scenario's weather. */
function guards(book: SessionBook<GipsIdentity>, options: PartnerApiOptions) {
  const authorized =
    (handle: (call: Call) => Promise<void>): Route['handle'] =>
    async (call) => {
      const { headers } = call.request;
      if (headers.apikey !== options.apiKey) throw new HttpFault(401, 'apikey');
      if (options.tenantRole !== undefined && headers['tenant-role'] !== options.tenantRole)
        throw new HttpFault(403, 'tenant_role');
      await handle(call);
    };
  const known = (handle: Handle) =>
    authorized(async (call) => {
      const identity = book.find(call.parameters[0] ?? '');
      if (!identity) throw new HttpFault(404, 'identity');
      await handle(call, identity);
    });
  const reading = (handle: Handle) =>
    known(async (call, identity) => {
      if (await misbehave(await book.scenarioOf(identity.reference), call.response)) return;
      await book.arm(identity);
      await handle(call, identity);
    });
  const writing = (status: number, act: (call: Call, identity: GipsIdentity) => Promise<unknown>) =>
    known(async (call, identity) => {
      const work = async () => act(call, identity);
      if (await misbehave(await book.scenarioOf(identity.reference), call.response, work)) return;
      sendJson(call.response, status, await work());
    });
  return { authorized, reading, writing };
}
