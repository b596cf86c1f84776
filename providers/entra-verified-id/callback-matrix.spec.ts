import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Sensitive, type ProviderAdapter, type RawPush } from '../kit/index.js';
import { createVerifiedIdAdapter } from './adapter.js';
import { CallbackKeys, readState, writeState } from './callback-state.js';
import type { VerifiedIdSettings } from './settings.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const [SECRET, OLDER, STRANGE] = ['s', 'o', 'x'].map((letter) => new Sensitive(letter.repeat(40))) as [
  Sensitive<string>,
  Sensitive<string>,
  Sensitive<string>,
];
const VERIFIED = JSON.parse(
  readFileSync(new URL('./fixtures/presentation-verified.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

const settings = (changes: Partial<VerifiedIdSettings> = {}): VerifiedIdSettings => ({
  id: 'entra-verified-id',
  displayName: 'Verified ID',
  live: true,
  loginUrl: 'https://login.microsoftonline.com',
  apiUrl: 'https://verifiedid.did.msidentity.com',
  linkHosts: ['verifiedid.did.msidentity.com'],
  tenantId: 'tenant',
  clientId: 'client',
  clientProof: { kind: 'secret', secret: SECRET },
  authorityDid: 'did:web:verifier.example',
  clientName: 'Regain',
  purpose: 'Recover your account',
  callbackSecrets: [SECRET],
  procedure: 'custom',
  sendsExpectedNames: false,
  credential: {
    type: 'VerifiedIdentity',
    acceptedIssuers: ['did:web:issuer.example'],
    photoClaim: 'portrait',
    matchThreshold: 70,
    linkedDomainRequired: true,
    vouchedChecks: [],
    claims: { givenName: 'firstName', familyName: 'lastName' },
  },
  ...changes,
});

const adapterOf = (changes: Partial<VerifiedIdSettings> = {}): ProviderAdapter =>
  createVerifiedIdAdapter(settings(changes), {
    http: { send: () => Promise.reject(new Error('nobody is asked')) },
    clock: { now: () => NOW },
    logger: { info: () => undefined, warn: () => undefined },
  });

interface Asked {
  provider: string;
  reference: string;
  nonce: string;
  requestId: string;
}

const asked = (provider: string, index: number): Asked => ({
  provider,
  reference: `vs_${index}`,
  nonce: `${index}`.repeat(43),
  requestId: `request-${index}`,
});

/** A callback about one request with the key of another one. */
function callbackOf(about: Asked, keyOf: Asked = about, secret = SECRET): RawPush {
  const said = { ...VERIFIED, requestId: about.requestId, state: writeState(about) };
  const key = new CallbackKeys(keyOf.provider, [secret]).keyFor(writeState(keyOf)).reveal();
  return { body: Buffer.from(JSON.stringify(said)), headers: { 'api-key': key } };
}

const NOT_AUTHENTIC = expect.objectContaining({ code: 'not_authentic' });

describe('the key of a callback', () => {
  const requests = ['entra-verified-id', 'truecredential', 'another'].flatMap((provider, row) =>
    [1, 2, 3].map((column) => asked(provider, row * 3 + column)),
  );

  it('T32 the callback of one request does not open another, of this provider or of any other', async () => {
    for (const about of requests) {
      const adapter = adapterOf({ id: about.provider });
      for (const keyOf of requests) {
        const opening = adapter.verifyPush?.(callbackOf(about, keyOf));
        if (keyOf === about) expect((await opening)?.content?.reference).toBe(about.reference);
        else await expect(opening).rejects.toEqual(NOT_AUTHENTIC);
      }
    }
  });

  it('T32 the same state at two providers with one secret has two keys', () => {
    const state = writeState({ reference: 'vs_1', nonce: 'n'.repeat(43) });
    const [one, two] = ['entra-verified-id', 'truecredential'].map((id) =>
      new CallbackKeys(id, [SECRET]).keyFor(state),
    );
    expect(one?.reveal()).not.toBe(two?.reveal());
    expect(one?.reveal()).toMatch(/^[\w-]{43}$/);
  });

  it('T33 an attacker’s callback with the victim’s state in it is refused, and so is one with another nonce', async () => {
    const [victim, attacker] = [asked('entra-verified-id', 1), asked('entra-verified-id', 2)];
    const adapter = adapterOf();
    const forged = { ...attacker, reference: victim.reference };
    await expect(adapter.verifyPush?.(callbackOf(forged, attacker))).rejects.toEqual(NOT_AUTHENTIC);
    const replayed = { ...victim, nonce: [...victim.nonce].fill('z').join('') };
    await expect(adapter.verifyPush?.(callbackOf(replayed, victim))).rejects.toEqual(NOT_AUTHENTIC);
  });

  it('T33 a callback filed with the wrong session is refused there', async () => {
    const [victim, attacker] = [asked('entra-verified-id', 1), asked('entra-verified-id', 2)];
    const adapter = adapterOf();
    const push = await adapter.verifyPush?.(callbackOf(attacker));
    const deliveries = [push?.content?.payload ?? new Sensitive('')];
    const { reference, nonce, requestId: externalId } = victim;
    const session = { reference, nonce, externalId, attempt: 1, returnUrl: 'http://localhost', deliveries };
    await expect(adapter.fetchResult(session)).rejects.toEqual(NOT_AUTHENTIC);
  });

  it('T117 an older secret still opens while it is listed, and the current one makes new keys', async () => {
    const about = asked('entra-verified-id', 1);
    const rotating = adapterOf({ callbackSecrets: [SECRET, OLDER] });
    for (const secret of [SECRET, OLDER])
      await expect(rotating.verifyPush?.(callbackOf(about, about, secret))).resolves.toBeDefined();
    await expect(rotating.verifyPush?.(callbackOf(about, about, STRANGE))).rejects.toEqual(NOT_AUTHENTIC);
    await expect(adapterOf().verifyPush?.(callbackOf(about, about, OLDER))).rejects.toEqual(NOT_AUTHENTIC);
    const state = writeState(about);
    const current = new CallbackKeys('entra-verified-id', [SECRET]).keyFor(state).reveal();
    expect(new CallbackKeys('entra-verified-id', [SECRET, OLDER]).keyFor(state).reveal()).toBe(current);
  });

  it.each([
    ['no header', {}],
    ['an empty one', { 'api-key': '' }],
    ['the same in another header', { authorization: 'KEY' }],
    ['a bearer', { 'api-key': 'Bearer KEY' }],
    ['twice', { 'api-key': 'KEY, KEY' }],
    ['cut short', { 'api-key': 'CUT' }],
    ['padded', { 'api-key': 'KEY=' }],
  ])('T28 %s proves nothing', async (_title, headers) => {
    const genuine = callbackOf(asked('entra-verified-id', 1));
    const key = genuine.headers['api-key'] ?? '';
    const altered = Object.entries(headers).map(([name, value]) => [
      name,
      value.replaceAll('KEY', key).replace('CUT', key.slice(0, -1)),
    ]);
    const push = { ...genuine, headers: Object.fromEntries(altered) as Record<string, string> };
    await expect(adapterOf().verifyPush?.(push)).rejects.toEqual(NOT_AUTHENTIC);
  });
});

describe('what a callback hands on', () => {
  const about = asked('entra-verified-id', 1);

  it('T29 one delivery id for one status of one request, however it is written', async () => {
    const adapter = adapterOf();
    const genuine = callbackOf(about);
    const spaced = { ...genuine, body: Buffer.from(` ${Buffer.from(genuine.body).toString()} `) };
    const [one, two] = [await adapter.verifyPush?.(genuine), await adapter.verifyPush?.(spaced)];
    expect(one).toMatchObject({ externalId: 'request-1', deliveryId: 'request-1:presentation_verified' });
    expect(two?.deliveryId).toBe(one?.deliveryId);
  });

  it('is everything but the photo', async () => {
    const push = await adapterOf().verifyPush?.(callbackOf(about));
    const payload = push?.content?.payload.reveal() ?? '';
    expect(payload).not.toMatch(/portrait|_9j_/);
    expect(JSON.parse(payload)).toMatchObject({ requestStatus: 'presentation_verified', subject: 'did:ion:EiAbAQ' });
    expect(JSON.stringify(push)).not.toMatch(/Erika/);
  });

  it.each([
    ['requestId', ''],
    ['requestId', 'a b'],
    ['requestId', 'x'.repeat(101)],
    ['requestId', undefined],
    ['requestStatus', 'a status'],
    ['requestStatus', 'x'.repeat(65)],
    ['requestStatus', 7],
  ])('a genuine one with %s %j is unintelligible, as it could not be filed', async (member, value) => {
    const genuine = callbackOf(about);
    const said = { ...(JSON.parse(Buffer.from(genuine.body).toString()) as object), [member]: value };
    await expect(
      adapterOf().verifyPush?.({ ...genuine, body: Buffer.from(JSON.stringify(said)) }),
    ).rejects.toMatchObject({ code: 'unintelligible' });
  });

  it.each([
    'vs_1',
    'vs_1.',
    '.nonce_of_sixteen',
    'vs_1.short',
    'vs 1.nonce_of_sixteen',
    'vs_1.nonce_of_sixteen ',
    'vs_1.nonce_of_sixteen.more_than_enough',
    'vs_1.nonce_of_sixteen\n',
  ])('T41 a state %j is none of ours', (text) => {
    expect(readState(text)).toBeUndefined();
  });
});
