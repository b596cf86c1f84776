import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PROVIDER_CATALOGUE } from '../../providers/index.js';
import { Sensitive, type EvidencePort, type ProviderAdapter } from '../../providers/kit/index.js';
import { createNodeHttpPort } from '../../providers/kit/conformance/node-http-port.js';
import type { RunningSimulator } from '../../providers/kit/simulator/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { simulatorOf } from '../../src/embedded/simulator-host.js';
import type { Config } from '../../src/platform/config/config.js';
import { configureServer, createFastifyAdapter } from '../../src/platform/http/server.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { PushReception } from '../../src/verification/inbox/push-reception.js';
import { WebhooksController } from '../../src/verification/inbox/webhooks.controller.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createVerificationWorld } from '../support/verification/verification-world.js';

/** Those who push, and the type of body that each one's documentation shows. */
const BODY_TYPES = {
  sandbox: 'application/json',
  clear1: 'application/json',
  idemia: 'application/json',
  idverse: 'application/x-www-form-urlencoded',
  'entra-verified-id': 'application/json',
  truecredential: 'application/json',
} as const;

const PICTURE = readFileSync(new URL('../../providers/idemia/fixtures/picture.jpg', import.meta.url));
const evidence: EvidencePort = {
  read: async () => new Sensitive(new Uint8Array(PICTURE)),
  isSaidToBeLive: async () => true,
  readReferencePortrait: async () => undefined,
};
const logger = { info: () => undefined, warn: () => undefined };

interface Seen {
  type: string | undefined;
  status: number;
}

let db: TestDatabase;
let app: NestFastifyApplication;
let url: string;
const partners = new Map<string, { simulator: RunningSimulator; adapter: ProviderAdapter }>();
const seen = new Map<string, Seen[]>();

beforeAll(async () => {
  db = await openTestDatabase();
  // The partners are told where to push before anything listens there; the server's world needs their adapters.
  const port = 20_000 + randomBytes(2).readUInt16BE() / 4;
  url = `http://127.0.0.1:${Math.floor(port)}`;
  for (const id of Object.keys(BODY_TYPES)) partners.set(id, await startPartner(id));
  const adapters = [...partners.values()].map(({ adapter }) => adapter);
  const { reception } = createVerificationWorld({ database: db.database, providers: adapters });
  const config = { PUBLIC_URL: url, TRUST_PROXY_HOPS: 0, REQUEST_TIMEOUT_SECONDS: 30 } as Config;
  const parts = [
    { provide: PushReception, useValue: reception },
    { provide: Logger, useValue: Logger.create('silent') },
    Metrics,
  ];
  app = await NestFactory.create<NestFastifyApplication>(
    { module: class Pushes {}, controllers: [WebhooksController], providers: parts },
    createFastifyAdapter(config),
    { logger: false, abortOnError: false, bodyParser: false },
  );
  await configureServer(app, config);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', async (request, { statusCode }) => {
    const provider = request.url.split('/').at(-1) ?? '';
    const one = { type: request.headers['content-type'], status: statusCode };
    seen.set(provider, [...(seen.get(provider) ?? []), one]);
  });
  await app.listen(Math.floor(port), '127.0.0.1');
});

afterAll(async () => {
  await Promise.all([...partners.values()].map(({ simulator }) => simulator.close()));
  await app?.close();
  await db?.close();
});

async function startPartner(id: string) {
  const definition = PROVIDER_CATALOGUE.find((one) => one.id === id);
  if (!definition) throw new Error(`there is no provider ${id}`);
  const simulated = await simulatorOf(id);
  const credentials = simulated.credentials();
  const simulator = await simulated.start({ credentials, pushUrl: `${url}/v1/webhooks/${id}` });
  const settings = definition.environment.parse(simulated.environment(simulator.baseUrl, credentials));
  const adapter = definition.create(settings, {
    http: createNodeHttpPort(),
    clock: { now: () => new Date() },
    logger,
  });
  return { simulator, adapter };
}

/** A session that the partner settled; its id there. */
async function settleSession(id: string): Promise<string> {
  const { simulator, adapter } = partners.get(id) ?? {};
  if (!simulator || !adapter) throw new Error(`${id} was not started`);
  const context = {
    reference: `vs_${randomBytes(13).toString('hex')}`,
    attempt: 1,
    nonce: randomBytes(32).toString('base64url'),
    returnUrl: 'http://localhost:3000/v1/providers/return?state=one-time',
    webhookUrl: `${url}/v1/webhooks/${id}`,
    language: 'en',
  };
  const identity = { givenName: 'Ana', familyName: 'Demo', birthDate: '1990-01-01' };
  const expectedIdentity = new Sensitive(identity);
  const created = await adapter.createSession({ ...context, expectedIdentity });
  const { externalId, secretState } = created;
  await adapter.submitEvidence?.({ ...context, externalId, ...(secretState && { secretState }), evidence });
  await simulator.decide(context.reference, { scenario: 'pass', identity });
  return externalId;
}

const deliveriesOf = (provider: string, externalId: string) =>
  db.database.read(
    (tx) =>
      tx.many`SELECT id FROM webhook_inbox WHERE provider = ${provider} AND external_id = ${externalId} AND state = 'received'`,
  );

describe('pushes of partners through the server', () => {
  it('are tried for every adapter that takes any', () => {
    const takers = [...partners.values()].filter(({ adapter }) => adapter.verifyPush).map(({ adapter }) => adapter.id);
    expect(takers.sort()).toEqual(Object.keys(BODY_TYPES).sort());
  });

  it.each(Object.entries(BODY_TYPES))('of %s get into the inbox as %s', async (id, type) => {
    const externalId = await settleSession(id);
    const isThere = async () => (await deliveriesOf(id, externalId)).length > 0;
    const arrived = await eventually('the delivery', isThere).catch(() => false);
    expect({ arrived, seen: new Set(seen.get(id)?.map((one) => `${one.status} ${one.type}`)) }).toEqual({
      arrived: true,
      seen: new Set([`200 ${type}`]),
    });
  });
});

describe('the body of a delivery', () => {
  const deliver = async (path: string, type: string | undefined, body: Uint8Array) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    return (await fetch(`${url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) })).status;
  };
  const MANY = Buffer.alloc(2 * 1024 * 1024 + 1, 'x');

  it.each(['text/plain', 'application/xml', 'application/octet-stream', 'application/jwt', undefined])(
    'is taken as %s, and has to prove itself',
    async (type) => {
      expect(await deliver('/v1/webhooks/idverse', type, Buffer.from('transaction_id=1'))).toBe(401);
    },
  );

  it.each(['application/x-www-form-urlencoded', 'text/plain', undefined])(
    'is refused as %s when it is larger than 2 MiB',
    async (type) => {
      expect(await deliver('/v1/webhooks/idverse', type, MANY)).toBe(413);
      expect(await deliver('/v1/webhooks/idverse', type, MANY.subarray(1))).toBe(401);
    },
  );

  it('is refused in pieces without a length as well', async () => {
    const chunks = new ReadableStream({
      start: (out) => {
        for (const at of [0, 1, 2]) out.enqueue(MANY.subarray(at, 1024 * 1024 + at));
        out.close();
      },
    });
    const response = await fetch(`${url}/v1/webhooks/idverse`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: chunks,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it.each(['nobody', 'onfido'])('is refused unread when no partner %s is loaded (T87)', async (provider) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(MANY.length - 1) };
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(`${url}/v1/webhooks/${provider}`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.once('error', reject).setTimeout(5_000, () => sent.destroy());
      sent.flushHeaders();
    });
    expect(status).toBe(404);
  });

  it('of another type is no business of any other path', async () => {
    expect(await deliver('/v1/nothing', 'text/plain', Buffer.from('x'))).toBe(404);
  });
});
