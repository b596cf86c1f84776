import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../kit/index.js';
import { authenticateEvent } from './webhook.js';

const sealed = (...texts: string[]) => texts.map((text) => new Sensitive(text));
const trust = { tokens: sealed('token-now', 'token-before'), secrets: sealed('secret-now', 'secret-before') };
const GENUINE = JSON.stringify({
  event_id: 'event_1',
  event_type: 'event_verification_session_completed_v1',
  object_name: 'event',
  created_at: 1700000000,
  data: { verification_session_id: 'verify_1' },
});

const sign = (text: string, secret = 'secret-now', encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(text).digest(encoding);

function authenticate(headers: Record<string, string> = {}, text = GENUINE) {
  const proofs = { authorization: 'Bearer token-now', 'x-clear-hmac-sha256': sign(text) };
  return authenticateEvent({ body: new TextEncoder().encode(text), headers: { ...proofs, ...headers } }, trust);
}
const refusal = (code: string) => expect.objectContaining({ code, retryable: false });

describe('authenticateEvent', () => {
  it('names the session and the delivery and passes on nothing else', () => {
    expect(authenticate()).toEqual({ externalId: 'verify_1', deliveryId: 'event_1' });
  });

  it('takes the older token and secret while they are being replaced', () => {
    const older = { authorization: 'Bearer token-before', 'x-clear-hmac-sha256': sign(GENUINE, 'secret-before') };
    expect(authenticate(older)).toMatchObject({ externalId: 'verify_1' });
  });

  it.each([
    ['no token', { authorization: '' }],
    ['another token', { authorization: 'Bearer token-never' }],
    ['the token without its scheme', { authorization: 'token-now' }],
    ['the token under another scheme', { authorization: 'bearer token-now' }],
    ['two tokens', { authorization: 'Bearer token-now, Bearer token-now' }],
    ['a prefix of the token', { authorization: 'Bearer token-no' }],
    ['no signature', { 'x-clear-hmac-sha256': '' }],
    ['another secret', { 'x-clear-hmac-sha256': sign(GENUINE, 'secret-never') }],
    ['the token as secret', { 'x-clear-hmac-sha256': sign(GENUINE, 'token-now') }],
    ['upper-case hex', { 'x-clear-hmac-sha256': sign(GENUINE).toUpperCase() }],
    ['base64', { 'x-clear-hmac-sha256': sign(GENUINE, 'secret-now', 'base64') }],
    ['a prefixed signature', { 'x-clear-hmac-sha256': `sha256=${sign(GENUINE)}` }],
    ['two signatures', { 'x-clear-hmac-sha256': `${sign(GENUINE)}, ${sign(GENUINE)}` }],
    ['the signature of another body', { 'x-clear-hmac-sha256': sign(`${GENUINE} `) }],
  ])('T28 one proof does not do: %s is refused', (_title, headers) => {
    expect(() => authenticate(headers)).toThrow(refusal('not_authentic'));
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    GENUINE.replace('event_1', ''),
    GENUINE.replace('event_1', 'event 1'),
    GENUINE.replace('verify_1', '../search'),
    GENUINE.replace('"verify_1"', '["verify_1"]'),
    GENUINE.replace('"data"', '"date"'),
    '<html>',
  ])('proven but not documented: %j is unintelligible', (text) => {
    expect(() => authenticate({}, text)).toThrow(refusal('unintelligible'));
  });

  it('is a nudge whatever the event is called', () => {
    const text = GENUINE.replace('completed_v1', 'something_new_v2');
    expect(authenticate({}, text)).toEqual({ externalId: 'verify_1', deliveryId: 'event_1' });
  });
});
