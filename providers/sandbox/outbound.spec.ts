import { describe, expect, it } from '@jest/globals';
import { Sensitive, type HttpRequest } from '../kit/index.js';
import { sandboxProvider } from './index.js';

const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };

describe('what leaves for the sandbox partner', () => {
  it('is our reference, the nonce and addresses: nothing about the person, even when it is at hand', async () => {
    const sent: HttpRequest[] = [];
    const settings = sandboxProvider.environment.parse({
      SANDBOX_BASE_URL: 'http://127.0.0.1:9',
      SANDBOX_API_KEY: 'k'.repeat(32),
      SANDBOX_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    });
    const adapter = sandboxProvider.create(settings, {
      clock: { now: () => new Date('2026-11-22T10:00:00Z') },
      logger: { info: () => undefined, warn: () => undefined },
      http: {
        async send(request) {
          sent.push(request);
          const body = {
            sessionId: 'sbx_1',
            url: 'http://localhost:9/verify/sbx_1',
            expiresAt: '2026-11-22T11:00:00Z',
          };
          return {
            status: 201,
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify(body)),
          };
        },
      },
    });
    await adapter.createSession({
      reference: 'vs_1',
      attempt: 1,
      nonce: 'n'.repeat(43),
      returnUrl: 'http://localhost:3000/v1/providers/sandbox/return?state=s',
      webhookUrl: 'http://localhost:3000/v1/webhooks/sandbox',
      language: 'en',
      expectedIdentity: new Sensitive(PERSON),
      chosenDocument: { issuingCountry: 'GB', documentType: 'passport' },
    });
    expect(sent).toHaveLength(1);
    const text = JSON.stringify(sent.map(({ url, headers, body }) => [url, headers, String(body)]));
    for (const canary of [...Object.values(PERSON), 'Canary', 'sensitive']) expect(text).not.toContain(canary);
    expect(Object.keys(JSON.parse(String(sent[0]?.body)) as object).sort()).toEqual(
      ['language', 'nonce', 'reference', 'returnUrl', 'webhookUrl'].sort(),
    );
  });
});
