import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../kit/index.js';
import { generateWebhookSecret, parseWebhookSecret, signWebhook } from '../kit/standard-webhooks/index.js';
import { authenticatePush } from './webhook.js';

const [current, older, stranger] = [newSecret(), newSecret(), newSecret()];
const sentAt = new Date('2025-11-22T10:00:00Z');
const trust = { secrets: [current, older], clock: { now: () => sentAt } };

function newSecret() {
  return parseWebhookSecret(generateWebhookSecret().reveal());
}

function authenticate(text: string, secret = current) {
  const body = new TextEncoder().encode(text);
  const headers = signWebhook({ id: 'msg_1', sentAt, body, secrets: [secret] });
  return authenticatePush({ body, headers }, trust);
}

describe('authenticatePush', () => {
  const genuine = '{"sessionId":"sbx_1","status":"completed"}';

  it('names the session and the delivery and passes on nothing else', () => {
    expect(authenticate(genuine)).toEqual({ externalId: 'sbx_1', deliveryId: 'msg_1' });
  });

  it('takes the older secret while it is being replaced, and no other', () => {
    expect(authenticate(genuine, older)).toMatchObject({ externalId: 'sbx_1' });
    expect(() => authenticate(genuine, stranger)).toThrow(
      new ProviderError('not_authentic', 'the push was refused: signature_mismatch'),
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"sessionId":"sbx_1"}',
    '{"sessionId":["sbx_1"],"status":"completed"}',
    '{"sessionId":"../sbx_1","status":"completed"}',
    '{"sessionId":"sbx_1 ","status":"completed"}',
    '{"sessionId":"sbx_1\\u0000","status":"completed"}',
    '{"sessionId":"","status":"completed"}',
    '<html>',
  ])('signed but not documented: %j is unintelligible', (text) => {
    expect(() => authenticate(text)).toThrow(expect.objectContaining({ code: 'unintelligible', retryable: false }));
  });
});
