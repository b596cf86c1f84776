import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createNodeHttpPort } from '../kit/conformance/index.js';
import { Sensitive, type CreateSessionContext, type ProviderAdapter, type SessionContext } from '../kit/index.js';
import type { RunningSimulator } from '../kit/simulator/index.js';
import { oidcIdaProvider } from './index.js';
import { externalIdOf } from './session-proofs.js';
import { simulator } from './simulator/index.js';
import { PERSON } from './fixtures/spec-vendor.js';

const credentials = simulator.credentials();
let vendor: RunningSimulator;
let adapter: ProviderAdapter;

beforeAll(async () => {
  vendor = await simulator.start({ credentials });
  const settings = oidcIdaProvider.environment.parse(simulator.environment(vendor.baseUrl, credentials));
  adapter = oidcIdaProvider.create(settings, {
    http: createNodeHttpPort(),
    clock: { now: () => new Date() },
    logger: { info: () => undefined, warn: () => undefined },
  });
});
afterAll(() => vendor.close());

const contextOf = (name: string): CreateSessionContext => ({
  reference: `vs_${name}`,
  attempt: 1,
  nonce: Buffer.from(name.padEnd(32, '.')).toString('base64url'),
  returnUrl: `https://recover.example/v1/providers/oidc-ida/return?state=state-of-${name}`,
  webhookUrl: 'https://recover.example/unused',
  language: 'en',
  expectedIdentity: new Sensitive(PERSON),
});

/** Two people at the same vendor: one is being recovered, the other proves himself honestly. */
async function opened(name: string): Promise<{ session: SessionContext; handoff: string }> {
  const context = contextOf(name);
  const created = await adapter.createSession(context);
  if (created.handoff.kind !== 'redirect') throw new Error('not a redirect');
  return { session: { ...context, externalId: created.externalId }, handoff: created.handoff.url };
}

async function played(reference: string): Promise<Record<string, string>> {
  const hints = await vendor.decide(reference, { scenario: 'pass', identity: PERSON });
  return hints?.returnQuery ?? {};
}

describe('T33 a code of one session brought to another', () => {
  it('is refused with the other’s state, and with the right state by PKCE', async () => {
    const [victim, attacker] = [await opened('victim-1'), await opened('attacker-1')];
    const query = await played(attacker.session.reference);
    await expect(adapter.handleReturn?.(victim.session, query)).rejects.toMatchObject({ code: 'not_authentic' });
    const forged = { ...query, state: 'state-of-victim-1' };
    await expect(adapter.handleReturn?.(victim.session, forged)).rejects.toMatchObject({ code: 'rejected' });
    // It still was the attacker's to spend.
    const own = await adapter.handleReturn?.(attacker.session, query);
    expect(own?.payload).toBeInstanceOf(Sensitive);
  });

  it('even when its token is filed there, shows whose it is', async () => {
    const [victim, attacker] = [await opened('victim-2'), await opened('attacker-2')];
    const arrival = await adapter.handleReturn?.(attacker.session, await played(attacker.session.reference));
    const deliveries = arrival?.payload ? [arrival.payload] : [];
    const report = await adapter.fetchResult({ ...victim.session, deliveries });
    expect(report.binding).toEqual({ externalId: attacker.session.externalId, nonce: attacker.session.nonce });
    expect(report.binding.externalId).not.toBe(victim.session.externalId);
  });

  it('works once', async () => {
    const { session } = await opened('once');
    const query = await played(session.reference);
    await adapter.handleReturn?.(session, query);
    await expect(adapter.handleReturn?.(session, query)).rejects.toMatchObject({ code: 'rejected' });
  });
});

describe('T35 and T36 what a browser brings', () => {
  const codeOf = async (name: string) => {
    const { session } = await opened(name);
    return { session, query: await played(session.reference) };
  };

  it.each([
    ['nothing', {}],
    ['no state', { state: undefined }],
    ['an empty state', { state: '' }],
    ['a longer state', { state: 'state-of-STATE ' }],
    ['a state in other letters', { state: 'STATE-OF-STATE' }],
    ['no code', { code: undefined }],
    ['an empty code', { code: '' }],
    ['a code with a line end', { code: 'a\nb' }],
    ['a code of 3,000 characters', { code: 'x'.repeat(3000) }],
  ])('%s: not_authentic, and the code is still good', async (title, changes) => {
    const { session, query } = await codeOf(title.replaceAll(/\W/g, '-'));
    const brought = title === 'nothing' ? {} : { ...query, ...changes };
    const sent = Object.fromEntries(Object.entries(brought).filter(([, value]) => value !== undefined));
    await expect(adapter.handleReturn?.(session, sent as Record<string, string>)).rejects.toMatchObject({
      code: 'not_authentic',
    });
    expect((await adapter.handleReturn?.(session, query))?.signal).toBe('came_back');
  });

  it('an approval in the query changes nothing about a failure', async () => {
    const { session } = await opened('tampered');
    const hints = await vendor.decide(session.reference, { scenario: 'fail:face_match' });
    const query = { ...hints?.returnQuery, status: 'approved', assurance_level: 'VERIFIED', id_token: 'x.y.z' };
    const arrival = await adapter.handleReturn?.(session, query);
    const report = await adapter.fetchResult({ ...session, deliveries: arrival?.payload ? [arrival.payload] : [] });
    expect(report.checks.some(({ result }) => result === 'pass')).toBe(false);
  });

  it('mix-up: a response that names another issuer is refused before the code goes anywhere (RFC 9207)', async () => {
    const { session, query } = await codeOf('mixed-up');
    for (const iss of ['https://attacker.example', 'https://idv-vendor.example/', '']) {
      await expect(adapter.handleReturn?.(session, { ...query, iss })).rejects.toMatchObject({ code: 'not_authentic' });
    }
    const { iss: _named, ...silent } = query;
    expect((await adapter.handleReturn?.(session, silent))?.signal).toBe('came_back');
  });

  it.each([
    ['access_denied', 'cancelled'],
    ['server_error', 'failed'],
    ['a word nobody knows', 'failed'],
    ['constructor', 'failed'],
  ])('the error %j ends the session as %s, with its own state only', async (error, status) => {
    const { session } = await opened(`error-${error.replaceAll(' ', '-')}`);
    const state = new URL(session.returnUrl).searchParams.get('state') ?? '';
    await expect(adapter.handleReturn?.(session, { error, state: 'other' })).rejects.toMatchObject({
      code: 'not_authentic',
    });
    const arrival = await adapter.handleReturn?.(session, { error, state, code: 'x' });
    expect(arrival?.signal).toBe('gave_up');
    const report = await adapter.fetchResult({ ...session, deliveries: arrival?.payload ? [arrival.payload] : [] });
    expect(report).toMatchObject({ status, terminal: true, binding: { nonce: session.nonce } });
    expect(report.checks.every(({ result }) => result === 'not_run')).toBe(true);
  });
});

describe('the session on our side', () => {
  it('has an id that only its nonce gives, and that gives nothing away', () => {
    const { nonce } = contextOf('one');
    expect(externalIdOf(nonce)).toMatch(/^oidc_[\w-]{43}$/);
    expect(externalIdOf(nonce)).not.toContain(nonce.slice(0, 10));
    expect(externalIdOf(`${nonce} `)).not.toBe(externalIdOf(nonce));
  });

  it('opened twice, the second request can be finished too', async () => {
    const first = await opened('twice');
    const second = await opened('twice');
    expect(second.session.externalId).toBe(first.session.externalId);
    expect(second.handoff).not.toBe(first.handoff);
    const arrival = await adapter.handleReturn?.(first.session, await played(first.session.reference));
    const report = await adapter.fetchResult({
      ...first.session,
      deliveries: arrival?.payload ? [arrival.payload] : [],
    });
    expect(report.binding.nonce).toBe(first.session.nonce);
  });

  it('whose return address lacks a state is not opened', async () => {
    const context = { ...contextOf('stateless'), returnUrl: 'https://recover.example/return' };
    await expect(adapter.createSession(context)).rejects.toMatchObject({ code: 'broken' });
  });
});
