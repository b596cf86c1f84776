import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../kit/index.js';
import { authenticateNotification } from './webhook.js';

const trust = { header: 'x-regain-key', secrets: [new Sensitive('secret-now'), new Sensitive('secret-before')] };
const ID = '01FX6X3YH457RNDE0G2WMBGLOE';
const GENUINE = `status=COMPLETED&transaction_id=${ID}`;

const authenticate = (text = GENUINE, headers: Record<string, string> = { 'x-regain-key': 'secret-now' }) =>
  authenticateNotification({ body: new TextEncoder().encode(text), headers }, trust);
const refusal = (code: string) => expect.objectContaining({ code, retryable: false });

describe('authenticateNotification', () => {
  it('names the transaction, the same delivery each time it comes, and nothing else', () => {
    expect(authenticate()).toEqual({
      externalId: ID,
      deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/),
      idIsOfContent: true,
    });
    expect(authenticate()).toEqual(authenticate());
    expect(authenticate(`${GENUINE}X`).deliveryId).not.toBe(authenticate().deliveryId);
  });

  it('takes the older secret while it is being replaced', () => {
    expect(authenticate(GENUINE, { 'x-regain-key': 'secret-before' })).toMatchObject({ externalId: ID });
  });

  it.each([
    ['no header', {}],
    ['an empty header', { 'x-regain-key': '' }],
    ['another secret', { 'x-regain-key': 'secret-never' }],
    ['another header', { authorization: 'secret-now' }],
    ['a part of the secret', { 'x-regain-key': 'secret-no' }],
    ['two secrets', { 'x-regain-key': 'secret-now, secret-before' }],
  ])('T28 %s: refused', (_title, headers) => {
    expect(() => authenticate(GENUINE, headers as Record<string, string>)).toThrow(refusal('not_authentic'));
  });

  it('takes JSON with the same member', () => {
    expect(authenticate(JSON.stringify({ transaction_id: ID }))).toMatchObject({ externalId: ID });
  });

  it.each([
    '',
    'status=COMPLETED',
    'transaction_id=',
    'transaction_id=..%2Fadmin',
    `${GENUINE}&transaction_id=01OTHER`,
    '{"transaction_id":["x"]}',
    '{"transaction_id":7}',
    '{"data":{"transaction_id":"x"}}',
    '[]',
    'null',
    '<html>',
  ])('authentic but naming no single transaction: %j is unintelligible', (text) => {
    expect(() => authenticate(text)).toThrow(refusal('unintelligible'));
  });
});
