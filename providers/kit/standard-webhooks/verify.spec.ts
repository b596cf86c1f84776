import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseWebhookSecret } from './secret.js';
import { signWebhook } from './sign.js';
import { symmetricSignature } from './signature.js';
import { verifyWebhook, type IncomingWebhook } from './verify.js';

const secretOf = (fill: number) => parseWebhookSecret(`whsec_${Buffer.alloc(32, fill).toString('base64')}`);
const [CURRENT, OLDER, STRANGER] = [secretOf(1), secretOf(2), secretOf(3)];
const NOW = 1_760_000_000;
const ID = 'msg_2Zb4';
const BODY = new TextEncoder().encode('{"sessionId":"s1","status":"completed"}');
const clock = { now: () => new Date(NOW * 1000 + 700) };

const signed = (changes: Partial<Parameters<typeof signWebhook>[0]> = {}): Record<string, string> =>
  signWebhook({ id: ID, sentAt: new Date(NOW * 1000), body: BODY, secrets: [CURRENT], ...changes });

const verify = (headers: IncomingWebhook['headers'], changes: Partial<IncomingWebhook> = {}) =>
  verifyWebhook({ headers, body: BODY, secrets: [CURRENT], clock, ...changes });

/** Correctly signed headers whose timestamp is any text at all: only the timestamp rule can refuse them. */
const withTimestamp = (timestamp: string) => ({
  'webhook-id': ID,
  'webhook-timestamp': timestamp,
  'webhook-signature': `v1,${symmetricSignature(CURRENT, { id: ID, timestamp, body: BODY })}`,
});

describe('verifyWebhook', () => {
  it('accepts a genuine delivery and says which it was', () => {
    expect(verify(signed())).toEqual({ ok: true, id: ID, sentAt: new Date(NOW * 1000) });
  });

  it('accepts what the published vector signs', () => {
    const verification = verifyWebhook({
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: Buffer.from('{"test": 2432232314}'),
      secrets: [parseWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
      clock: { now: () => new Date(1614265330_000) },
    });
    expect(verification).toMatchObject({ ok: true });
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a delivery without %s', (name) => {
    const { [name]: _absent, ...rest } = signed();
    expect(verify(rest)).toEqual({ ok: false, reason: 'header_missing' });
    expect(verify({ ...signed(), [name]: '' })).toEqual({ ok: false, reason: 'header_missing' });
  });
});

describe('T31 verifyWebhook: id', () => {
  it.each(['msg.1', '.', 'msg_1.', 'a b', `${ID}, ${ID}`, 'ümsg', 'msg\u0000', 'm'.repeat(256)])('refuses %j', (id) => {
    const timestamp = String(NOW);
    const signature = `v1,${symmetricSignature(CURRENT, { id, timestamp, body: BODY })}`;
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    expect(verify(headers)).toEqual({ ok: false, reason: 'id_malformed' });
  });

  it('refuses the same bytes split between id and timestamp in another way', () => {
    const content = { id: 'msg.1', timestamp: String(NOW), body: BODY };
    const signature = `v1,${symmetricSignature(CURRENT, content)}`;
    const headers = { 'webhook-id': 'msg', 'webhook-timestamp': `1.${NOW}`, 'webhook-signature': signature };
    expect(verify(headers)).toEqual({ ok: false, reason: 'timestamp_malformed' });
  });
});

describe('T30 verifyWebhook: timestamp', () => {
  it.each([
    [0, 'accepted'],
    [-300, 'accepted'],
    [300, 'accepted'],
    [-301, 'timestamp_too_old'],
    [301, 'timestamp_too_new'],
    [-86_400, 'timestamp_too_old'],
    [86_400, 'timestamp_too_new'],
  ])('%i seconds away from our clock: %s', (seconds, outcome) => {
    const verification = verify(withTimestamp(String(NOW + seconds)));
    expect(verification.ok ? 'accepted' : verification.reason).toBe(outcome);
  });

  it('takes another tolerance when told', () => {
    expect(verify(withTimestamp(String(NOW - 11)), { toleranceSeconds: 10 })).toMatchObject({ ok: false });
    expect(verify(withTimestamp(String(NOW - 10)), { toleranceSeconds: 10 })).toMatchObject({ ok: true });
  });

  it.each([
    `-${NOW}`,
    `+${NOW}`,
    `0${NOW}`,
    `${NOW}.0`,
    `${NOW}.5`,
    ` ${NOW}`,
    `${NOW} `,
    `${NOW}\n`,
    `${NOW}, ${NOW}`,
    `${NOW}e0`,
    '0x68e7d200',
    '1_760_000_000',
    '0',
    'NaN',
    'Infinity',
    'now',
    '2025-10-09T08:53:20Z',
    '٤٥٦',
    '9'.repeat(400),
  ])('refuses the signed timestamp %j', (timestamp) => {
    expect(verify(withTimestamp(timestamp))).toEqual({ ok: false, reason: 'timestamp_malformed' });
  });

  it('refuses milliseconds as a time far ahead', () => {
    expect(verify(withTimestamp(`${NOW}0`))).toEqual({ ok: false, reason: 'timestamp_too_new' });
  });
});

describe('T28 verifyWebhook: signature list', () => {
  const genuine = signed()['webhook-signature'] as string;
  const value = genuine.slice('v1,'.length);
  const other = signed({ secrets: [STRANGER] })['webhook-signature'] as string;

  it.each([
    ['the genuine one first', `${genuine} ${other}`],
    ['the genuine one last', `${other} ${genuine}`],
    ['a newer scheme beside it', `v2,whatever-this-is ${genuine}`],
    ['an Ed25519 signature beside it', `v1a,${Buffer.alloc(64).toString('base64')} ${genuine}`],
    ['an unusable v1 beside it', `v1,short ${genuine}`],
  ])('accepts %s', (_name, list) => {
    expect(verify({ ...signed(), 'webhook-signature': list })).toMatchObject({ ok: true });
  });

  it.each([
    ['another secret', other],
    ['only a newer scheme', `v2,${value}`],
    ['the Ed25519 label on an HMAC', `v1a,${value}`],
    ['an upper-case label', `V1,${value}`, 'signature_malformed'],
    ['no label', value, 'signature_malformed'],
    ['an empty value', 'v1,', 'signature_malformed'],
    ['an empty label', `,${value}`, 'signature_malformed'],
    ['an equals sign for the comma', `v1=${value}`, 'signature_malformed'],
    ['a comma-joined list, as a header sent twice', `${genuine}, ${genuine}`, 'signature_malformed'],
    ['two spaces', `${genuine}  ${other}`, 'signature_malformed'],
    ['a trailing space', `${genuine} `, 'signature_malformed'],
    ['a tab', `${genuine}\t${other}`, 'signature_malformed'],
    ['missing padding', genuine.replace(/=+$/, '')],
    ['base64url letters', `v1,${Buffer.from(value, 'base64').toString('base64url')}`],
    ['hexadecimal', `v1,${Buffer.from(value, 'base64').toString('hex')}`],
    ['the first half', genuine.slice(0, 24)],
    ['one byte more', `v1,${Buffer.concat([Buffer.from(value, 'base64'), Buffer.alloc(1)]).toString('base64')}`],
    ['the signature of an empty body', signed({ body: '' })['webhook-signature'] as string],
  ])('refuses %s', (_name, list, reason = 'signature_mismatch') => {
    expect(verify({ ...signed(), 'webhook-signature': list })).toEqual({ ok: false, reason });
  });

  it('refuses other bits in the last base64 letter that decode to the same bytes', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const last = alphabet.indexOf(value.charAt(42));
    const twin = `${value.slice(0, 42)}${alphabet.charAt(last ^ 1)}=`;
    expect(Buffer.from(twin, 'base64')).toEqual(Buffer.from(value, 'base64'));
    expect(verify({ ...signed(), 'webhook-signature': `v1,${twin}` })).toMatchObject({ ok: false });
  });
});

describe('verifyWebhook: secrets', () => {
  it('accepts either secret while one is being replaced, and the old one no longer afterwards', () => {
    const byOlder = signed({ secrets: [OLDER] });
    expect(verify(byOlder, { secrets: [CURRENT, OLDER] })).toMatchObject({ ok: true });
    expect(verify(signed(), { secrets: [CURRENT, OLDER] })).toMatchObject({ ok: true });
    expect(verify(byOlder, { secrets: [CURRENT] })).toMatchObject({ ok: false });
  });

  it('accepts a delivery signed with both when only one is known here', () => {
    expect(verify(signed({ secrets: [CURRENT, OLDER] }), { secrets: [OLDER] })).toMatchObject({ ok: true });
  });

  it('accepts nothing when there is no secret', () => {
    expect(verify(signed(), { secrets: [] })).toEqual({ ok: false, reason: 'signature_mismatch' });
  });
});

describe('T31 verifyWebhook: the signed bytes', () => {
  it.each([
    ['id', { 'webhook-id': `${ID}x` }],
    ['timestamp', { 'webhook-timestamp': String(NOW + 1) }],
  ])('notices a changed %s', (_name, changes) => {
    expect(verify({ ...signed(), ...changes })).toEqual({ ok: false, reason: 'signature_mismatch' });
  });

  it('notices every single changed bit of the body', () => {
    const headers = signed();
    for (let bit = 0; bit < BODY.length * 8; bit += 1) {
      const body = Uint8Array.from(BODY);
      body[bit >> 3] = (body[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verify(headers, { body })).toEqual({ ok: false, reason: 'signature_mismatch' });
    }
  });

  it('notices JSON that means the same and is written differently', () => {
    const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(BODY).toString()), null, 1));
    expect(verify(signed(), { body })).toEqual({ ok: false, reason: 'signature_mismatch' });
  });

  it('verifies bytes that are not text', () => {
    const body = Uint8Array.from([0xff, 0x00, 0xfe, 0x80]);
    expect(verify(signed({ body }), { body })).toMatchObject({ ok: true });
    expect(verify(signed({ body }), { body: Uint8Array.from([0xfd, 0x00, 0xfe, 0x80]) })).toMatchObject({ ok: false });
  });

  it('round-trips whatever may be signed, and never throws on whatever may be sent', () => {
    const id = fc.stringMatching(/^[!-\-/-~]{1,40}$/);
    fc.assert(
      fc.property(id, fc.uint8Array({ maxLength: 200 }), (anyId, body) => {
        expect(verify(signed({ id: anyId, body }), { body })).toMatchObject({ ok: true, id: anyId });
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (wildId, timestamp, signature) => {
        const headers = { 'webhook-id': wildId, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
        expect(verify(headers).ok).toBe(false);
      }),
    );
  });
});
