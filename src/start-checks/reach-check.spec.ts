import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reachFindings } from './reach-check.js';

const WAIT_MS = 1_000;
/** Takes connections and says nothing, as behind a network that drops what it should not pass. */
let silent: Server;
const held = new Set<Socket>();
let issuer: HttpServer;
let closed: number;

const listen = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  silent = createServer((socket) => void held.add(socket.on('error', () => undefined).resume()));
  issuer = createHttpServer((request, response) => {
    response.statusCode = { '/jwks.json': 200, '/token': 405 }[request.url ?? ''] ?? 404;
    response.end('{}');
  });
  await Promise.all([listen(silent), listen(issuer)]);
  const gone = createServer();
  await listen(gone);
  closed = portOf(gone);
  await new Promise((resolve) => gone.close(resolve));
});
afterAll(async () => {
  issuer.closeAllConnections();
  for (const socket of held) socket.destroy();
  for (const server of [silent, issuer]) await new Promise((resolve) => server.close(resolve));
});

async function told(
  settings: Parameters<typeof reachFindings>[0],
  role: 'api' | 'worker' | 'all' = 'all',
): Promise<string[]> {
  const findings = await reachFindings(settings, { role, waitMs: WAIT_MS });
  return findings.map(({ verdict, subject, detail }) => `${verdict} ${subject} ${detail}`);
}

describe('what the service calls', () => {
  it('is not asked for where it is not set', async () => {
    expect(await told({})).toEqual([]);
  });

  it('can be reached, or the doctor says what cannot and why', async () => {
    const ways = [
      { SMTP_URL: `smtp://127.0.0.1:${portOf(silent)}` },
      { SMTP_URL: `smtp://127.0.0.1:${closed}` },
      { SMTP_URL: `smtps://user:hunter2@127.0.0.1:${portOf(silent)}` },
      { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${closed}` },
      { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${portOf(issuer)}` },
    ];
    expect((await Promise.all(ways.map((settings) => told(settings)))).flat()).toEqual([
      `fault SMTP_URL does not answer within ${WAIT_MS} ms`,
      'fault SMTP_URL cannot be reached (ECONNREFUSED)',
      `fault SMTP_URL does not answer within ${WAIT_MS} ms`,
      'warning OTEL_EXPORTER_OTLP_ENDPOINT cannot be reached (ECONNREFUSED)',
      'ok OTEL_EXPORTER_OTLP_ENDPOINT takes a connection',
    ]);
  });

  it('is asked at the staff’s issuer too, of a process that staff sign in to', async () => {
    const origin = `http://127.0.0.1:${portOf(issuer)}`;
    const settings = {
      OUTBOUND_ALLOWED_ORIGINS: [origin],
      STAFF_JWKS_URL: `${origin}/jwks.json`,
      STAFF_TOKEN_URL: `${origin}/token`,
    };
    expect(await told(settings)).toEqual(['ok STAFF_JWKS_URL answers', 'ok STAFF_TOKEN_URL answers']);
    expect(await told({ ...settings, STAFF_JWKS_URL: `${origin}/keys` })).toEqual([
      'fault STAFF_JWKS_URL answers with 404',
      'ok STAFF_TOKEN_URL answers',
    ]);
    expect(await told({ ...settings, STAFF_TOKEN_URL: undefined }, 'worker')).toEqual([]);
  });

  it('T109 is called by the rules of every other call: an address inside is refused, not connected to', async () => {
    let calls = 0;
    issuer.once('connection', () => (calls += 1));
    const url = `https://127.0.0.1:${portOf(issuer)}/jwks.json`;
    expect(await told({ STAFF_JWKS_URL: url })).toEqual([
      expect.stringMatching(/^fault STAFF_JWKS_URL Refused by the address guard/),
    ]);
    expect(calls).toBe(0);
  });
});
