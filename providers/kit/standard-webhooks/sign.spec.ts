import { describe, expect, it } from '@jest/globals';
import { parseWebhookSecret } from './secret.js';
import { signWebhook } from './sign.js';

/** The vector that the Standard Webhooks libraries carry; its signature was recomputed with `openssl dgst -hmac`. */
const VECTOR = {
  secret: parseWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  sentAt: new Date(1614265330_000),
  body: '{"test": 2432232314}',
};
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const sign = (changes: Partial<Parameters<typeof signWebhook>[0]> = {}) =>
  signWebhook({ ...VECTOR, secrets: [VECTOR.secret], ...changes });

describe('signWebhook', () => {
  it('gives the signature of the published vector, for text and for bytes', () => {
    const expected = {
      'webhook-id': VECTOR.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    };
    expect(sign()).toEqual(expected);
    expect(sign({ body: new TextEncoder().encode(VECTOR.body) })).toEqual(expected);
  });

  it('sends one signature for each valid secret, in their order', () => {
    const older = parseWebhookSecret(`whsec_${Buffer.alloc(24, 1).toString('base64')}`);
    const parts = sign({ secrets: [VECTOR.secret, older] })['webhook-signature'].split(' ');
    expect(parts).toHaveLength(2);
    expect(parts[0]).toBe(SIGNATURE);
    expect(parts[1]).toBe(sign({ secrets: [older] })['webhook-signature']);
  });

  it('drops the fraction of a second', () => {
    expect(sign({ sentAt: new Date(1614265330_999) })['webhook-signature']).toBe(SIGNATURE);
  });

  it.each([
    ['an id with a full stop', { id: 'msg.1' }],
    ['an empty id', { id: '' }],
    ['an id with a space', { id: 'msg 1' }],
    ['an id with a line break', { id: 'msg\r\nx: y' }],
    ['an id of 256 characters', { id: 'm'.repeat(256) }],
    ['no secret', { secrets: [] }],
    ['an invalid time', { sentAt: new Date(Number.NaN) }],
    ['a time before 1970', { sentAt: new Date(-1) }],
  ])('refuses %s', (_name, changes) => {
    expect(() => sign(changes)).toThrow(RangeError);
  });
});
