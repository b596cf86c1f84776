import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createNodeHttpPort, PushReceiver } from '../../kit/conformance/index.js';
import type { CreatedSession, ProviderAdapter, Sensitive } from '../../kit/index.js';
import type { RunningSimulator, SimulatorOptions } from '../../kit/simulator/index.js';
import { entraVerifiedIdProvider } from '../index.js';
import { simulator } from './index.js';
import type { VerifiedIdCredentials } from './verified-id-simulator.js';

const NASTY = '<img src=x onerror="alert(1)">&\'';

let partner: RunningSimulator;
let receiver: PushReceiver;
let adapter: ProviderAdapter;
let created: CreatedSession;

const OTHER_ISSUER = { ENTRA_VERIFIED_ID_ACCEPTED_ISSUERS: 'did:web:other.example' };
const CONTEXT = { reference: 'vs_1', attempt: 1, nonce: 'n'.repeat(43), returnUrl: 'http://localhost:3000/return' };

/** Adapter and simulator with nothing between them, as in the demo. */
async function start(
  options: Partial<SimulatorOptions<VerifiedIdCredentials>> = {},
  environment: Record<string, string> = {},
): Promise<void> {
  await partner?.close();
  const { credentials = simulator.credentials() } = options;
  partner = await simulator.start({
    retryDelaysMs: [],
    identityFor: async () => ({ givenName: NASTY }),
    ...options,
    credentials,
  });
  const settings = entraVerifiedIdProvider.environment.parse({
    ...simulator.environment(partner.baseUrl, credentials),
    ...environment,
  });
  adapter = entraVerifiedIdProvider.create(settings, {
    http: createNodeHttpPort(),
    clock: { now: () => new Date() },
    logger: { info: () => undefined, warn: () => undefined },
  });
  created = await adapter.createSession({ ...CONTEXT, webhookUrl: receiver.url, language: 'en' });
}

beforeEach(async () => {
  receiver = await PushReceiver.start();
  await start();
});
afterEach(async () => {
  await partner.close();
  await receiver.close();
});

const link = () => ('url' in created.handoff ? created.handoff.url : '');
const requestUri = () => link().replace('openid-vc://?request_uri=', '');
const wallet = (given = requestUri()) =>
  `${partner.baseUrl}/wallet?${new URLSearchParams({ request_uri: given }).toString()}`;
const press = (decision: string, fields: Record<string, string> = {}) =>
  fetch(wallet(), { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision, ...fields }) });

async function pushed(count: number): Promise<Sensitive<string>[]> {
  for (let seen = 0; seen < count; seen += 1) expect(await receiver.anotherAfter(seen, 10_000)).toBe(true);
  const payloads: Sensitive<string>[] = [];
  for (const raw of receiver.pushes.slice(0, count)) {
    const push = await adapter.verifyPush?.(raw);
    if (push?.content) payloads.push(push.content.payload);
  }
  return payloads;
}

describe('the wallet', () => {
  it('asks for the link, and takes it with or without its scheme', async () => {
    const html = await (await fetch(`${partner.baseUrl}/wallet`)).text();
    expect(html).toContain('This is a simulator.');
    expect(html).toMatch(/<form method="get" action="\/wallet">/);
    for (const given of [requestUri(), link(), ` ${link()} `]) expect((await fetch(wallet(given))).status).toBe(200);
  });

  it('shows who asks for what, and has a button for every end the protocol knows', async () => {
    const html = await (await fetch(wallet())).text();
    expect(html).toContain('Regain asks for your VerifiedIdentity');
    const values = [...html.matchAll(/<button name="decision" value="([^"]+)"/g)].map(([, value]) => value);
    expect(values).toEqual(expect.arrayContaining(['pass', 'review', 'fail:face_match', 'cancelled']));
    expect(values).not.toContain('fail:presentation_attack');
    expect(html).not.toContain('<img');
  });

  it('tells the verifier once that it has the request, however often the page is opened', async () => {
    await fetch(wallet());
    await fetch(wallet());
    const response = await fetch(partner.baseUrl + new URL(requestUri()).pathname);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/jwt']);
    await press('fail:face_match');
    await pushed(2);
    const statuses = receiver.pushes.map(
      ({ body }) => (JSON.parse(Buffer.from(body).toString()) as { requestStatus: string }).requestStatus,
    );
    expect(statuses).toEqual(['request_retrieved', 'presentation_error']);
  });

  it('a decision on the page becomes a report, and the first one stands', async () => {
    expect((await press('pass', { givenName: 'Ana', familyName: 'Demo' })).status).toBe(303);
    await press('fail:face_match');
    const deliveries = await pushed(2);
    const session = { ...CONTEXT, externalId: created.externalId, deliveries };
    const report = await adapter.fetchResult(session);
    expect(report.identity?.reveal()).toMatchObject({ givenName: 'Ana', familyName: 'Demo' });
    expect(await (await fetch(wallet())).text()).toContain('has been answered');
  });

  it('a person who leaves is not heard of again', async () => {
    await press('cancelled');
    const next = { ...CONTEXT, reference: 'vs_2', webhookUrl: receiver.url, language: 'en' };
    created = await adapter.createSession(next);
    await press('pass');
    const said = (await pushed(3)).map((payload) => payload.reveal());
    expect(said.filter((text) => text.includes('"vs_1.'))).toEqual([expect.stringContaining('request_retrieved')]);
  });

  it('has nothing for a verifier that accepts other issuers', async () => {
    await start({}, OTHER_ISSUER);
    expect(await (await fetch(wallet())).text()).toContain('holds no credential');
  });

  it('knows no request of others, and none whose time is over', async () => {
    for (const given of ['https://evil.example/x', 'not an address', requestUri().slice(0, -1)])
      expect((await fetch(wallet(given))).status).toBe(404);
    let now = new Date();
    await start({ now: () => now, sessionTtlSeconds: 60 });
    now = new Date(now.getTime() + 61_000);
    expect(await (await fetch(wallet())).text()).toContain('its time is over');
    expect((await fetch(partner.baseUrl + new URL(requestUri()).pathname)).status).toBe(404);
  });

  it.each(['', 'approved', 'fail:shoe_size'])('takes no decision %j', async (decision) => {
    expect((await press(decision)).status).toBe(400);
  });
});
