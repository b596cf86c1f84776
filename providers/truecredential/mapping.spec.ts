import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Sensitive, type ProviderReport } from '../kit/index.js';
import { CallbackKeys } from '../entra-verified-id/callback-state.js';
import { trueCredentialProvider } from './index.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const SECRET = 'c'.repeat(32);
const STATE = 'vs_01JB2Q4V8Z6C3M5N7P9R1T2W3X.n0nceN0nceN0nceN0nceN0nceN0nceN0nceN0nceN0n';
const fixture = (folder: string): string =>
  readFileSync(new URL(`../${folder}/fixtures/presentation-verified.json`, import.meta.url), 'utf8');

const adapter = trueCredentialProvider.create(
  trueCredentialProvider.environment.parse({
    TRUECREDENTIAL_ENVIRONMENT: 'production',
    TRUECREDENTIAL_TENANT_ID: 'bank.example',
    TRUECREDENTIAL_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
    TRUECREDENTIAL_CLIENT_SECRET: 'a-client-secret-of-some-length',
    TRUECREDENTIAL_CALLBACK_SECRET: SECRET,
    TRUECREDENTIAL_AUTHORITY_DID: 'did:web:verifier.example',
    TRUECREDENTIAL_ACCEPTED_ISSUERS: 'did:web:truecredential.example',
    TRUECREDENTIAL_CLIENT_NAME: 'Bank of Utopia',
  }),
  {
    http: { send: () => Promise.reject(new Error('nobody is asked')) },
    clock: { now: () => NOW },
    logger: { info: () => undefined, warn: () => undefined },
  },
);

async function reportOf(text: string): Promise<ProviderReport> {
  const key = new CallbackKeys('truecredential', [new Sensitive(SECRET)]).keyFor(STATE).reveal();
  const push = await adapter.verifyPush?.({ body: Buffer.from(text), headers: { 'api-key': key } });
  const [reference = '', nonce = ''] = STATE.split('.');
  const deliveries = push?.content ? [push.content.payload] : [];
  return adapter.fetchResult({
    reference,
    nonce,
    externalId: push?.externalId ?? '',
    attempt: 1,
    returnUrl: 'http://localhost',
    deliveries,
  });
}

const passed = ({ checks }: ProviderReport) => checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);

describe('TrueCredential', () => {
  it('passes the face of whoever shows its credential, and names them', async () => {
    const report = await reportOf(fixture('truecredential'));
    expect(passed(report)).toEqual(['face_match', 'presentation_attack']);
    expect(report.identity?.reveal()).toEqual({ givenName: 'Erika', familyName: 'Sandbox' });
  });

  it('T32 passes nothing for the same credential of another partner’s issuer', async () => {
    const report = await reportOf(fixture('entra-verified-id'));
    expect(passed(report)).toEqual([]);
    expect(report.identity).toBeUndefined();
  });

  it('T32 takes no callback with the key that the other provider makes of the same secret and state', async () => {
    const key = new CallbackKeys('entra-verified-id', [new Sensitive(SECRET)]).keyFor(STATE).reveal();
    const push = { body: Buffer.from(fixture('truecredential')), headers: { 'api-key': key } };
    await expect(adapter.verifyPush?.(push)).rejects.toMatchObject({ code: 'not_authentic' });
  });
});
