import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  ALL_MATCHED,
  delivered,
  NOW_SECONDS,
  payloadWith,
  rs256,
  rsaKey,
  sessionWith,
  signingInput,
  vendorAdapter,
  verified,
  type SigningKey,
} from './fixtures/spec-vendor.js';

const KEY = rsaKey('key-1');
const STRANGER = rsaKey('key-1');
const payload = payloadWith();
const GENUINE = rs256(KEY, payload);

async function readWith(token: string, keys: readonly SigningKey['jwk'][] = [KEY.jwk], environment = {}) {
  const { adapter, sent } = vendorAdapter(() => ({ body: { keys } }), environment);
  const session = sessionWith({ deliveries: [delivered(token)] });
  const [settled] = await Promise.allSettled([adapter.fetchResult(session)]);
  return settled.status === 'fulfilled'
    ? { value: settled.value, error: undefined, sent }
    : { value: undefined, error: settled.reason as unknown, sent };
}

/** The same bytes to a decoder that overlooks the bits that the last of 342 characters has too many. */
function spareBitSet(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet[alphabet.indexOf(signature.at(-1) ?? '') ^ 1] ?? '';
  return signature.slice(0, -1) + last;
}

async function expectRefused(token: string, keys?: readonly SigningKey['jwk'][]): Promise<void> {
  const { error, sent } = await readWith(token, keys);
  expect(error).toMatchObject({ code: 'not_authentic', retryable: false });
  // Whatever the header points at, nothing but the configured JWKS is asked.
  for (const { url } of sent) expect(url).toBe('https://idv-vendor.example/.well-known/jwks');
}

const hmac = (secret: string | Buffer, alg = 'HS256', header = {}) => {
  const input = signingInput({ alg, kid: KEY.kid, ...header }, payload);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};
const pem = (type: 'spki' | 'pkcs1') => createPublicKey(KEY.privateKey).export({ format: 'pem', type }).toString();

describe('T25 a token that is not proven gives no report', () => {
  it('while the genuine one does', async () => {
    const { value } = await readWith(GENUINE);
    expect(value).toMatchObject({ status: 'completed', matchedOnly: ['givenName', 'familyName', 'birthDate'] });
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('alg %j, with and without a signature', async (alg) => {
    const input = signingInput({ alg, kid: KEY.kid }, payload);
    await expectRefused(`${input}.`);
    await expectRefused(`${input}.${GENUINE.split('.')[2]}`);
  });

  it.each(['HS256', 'HS384', 'HS512'])('%s with the public key, or the client secret, as the secret', async (alg) => {
    const secrets = [
      pem('spki'),
      pem('pkcs1'),
      String(KEY.jwk.n),
      JSON.stringify(KEY.jwk),
      'a-secret-of-some-length',
      '',
    ];
    for (const secret of secrets) await expectRefused(hmac(secret, alg));
  });

  it('HS256 even when the JWKS carries a symmetric key', async () => {
    const oct = { kty: 'oct', kid: KEY.kid, alg: 'HS256', k: Buffer.alloc(32, 7).toString('base64url') };
    await expectRefused(hmac(Buffer.alloc(32, 7)), [oct]);
    await expectRefused(hmac(Buffer.alloc(32, 7)), [oct, KEY.jwk]);
  });

  it.each(['RS384', 'RS512', 'PS256'])('%s by the genuine key: another algorithm than the one fixed', async (alg) => {
    const input = signingInput({ alg, kid: KEY.kid }, payload);
    const padding = alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
    const digest = alg === 'PS256' ? 'sha256' : `sha${alg.slice(2)}`;
    const signature = sign(digest, Buffer.from(input), { key: KEY.privateKey, ...padding });
    await expectRefused(`${input}.${signature.toString('base64url')}`);
  });

  it('ES256 by a key of the JWKS, when RS256 is the one', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const input = signingInput({ alg: 'ES256', kid: 'ec' }, payload);
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'ec' }];
    const token = `${input}.${signature.toString('base64url')}`;
    await expectRefused(token, keys);
    const { value } = await readWith(token, keys, { OIDC_IDA_SIGNING_ALGORITHM: 'ES256' });
    expect(value?.status).toBe('completed');
  });

  it.each([
    ['jwk', { jwk: STRANGER.jwk }],
    ['jku', { jku: 'https://attacker.example/jwks' }],
    ['x5u', { x5u: 'https://attacker.example/cert.pem' }],
    ['x5c', { x5c: ['MIIB'] }],
    ['kid with a path', { kid: '../../../../dev/null' }],
    ['kid with SQL', { kid: "x' UNION SELECT 'secret" }],
    ['kid that is an address', { kid: 'https://attacker.example/jwks' }],
    ['kid that is a list', { kid: ['key-1'] }],
    ['no kid', { kid: undefined }],
  ])('signed by a stranger, with %s in the header', async (_name, header) => {
    await expectRefused(rs256(STRANGER, payload, header));
  });

  it.each([
    ['an unknown critical header', { crit: ['exp2'], exp2: 1 }],
    ['an empty crit', { crit: [] }],
    ['crit naming what is absent', { crit: ['b64'] }],
    ['b64 false', { crit: ['b64'], b64: false }],
  ])('genuinely signed, but with %s', async (_name, header) => {
    await expectRefused(rs256(KEY, payload, header));
  });

  it('a signature over something else', async () => {
    const [header = '', body = '', signature = ''] = GENUINE.split('.');
    const other = Buffer.from(JSON.stringify({ ...payload, sub: 'somebody-else' })).toString('base64url');
    const flipped = Buffer.from(signature, 'base64url');
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    for (const token of [
      `${header}.${other}.${signature}`,
      `${header}.${body}.${flipped.toString('base64url')}`,
      `${header}.${body}.${signature.slice(0, -4)}`,
      `${header}.${body}.`,
      `${header}.${body}`,
      `${header}..${signature}`,
      `.${body}.${signature}`,
      `${header}.${body}.${signature}.`,
      `${header}.${body}.${signature}.${body}.${signature}`,
      `${header}.${body}.${signature}=`,
      `${header}.${body}. ${signature}`,
      `${header}.${body}.${spareBitSet(signature)}`,
      `${header}.${body}.${Buffer.alloc(256).toString('base64url')}`,
      'not a token',
      JSON.stringify({ payload: body, signatures: [{ protected: header, signature }] }),
    ]) {
      const { error } = await readWith(token);
      expect(error).toMatchObject({ code: 'not_authentic' });
    }
  });

  it('a genuine key that is too short', async () => {
    const short = rsaKey('key-1', 1024);
    await expectRefused(rs256(short, payload), [short.jwk]);
  });

  it('a key of the JWKS that is not for signing', async () => {
    await expectRefused(GENUINE, [{ ...KEY.jwk, use: 'enc' }]);
    await expectRefused(GENUINE, [{ ...KEY.jwk, key_ops: ['encrypt'] }]);
  });

  it.each([['"text"'], ['[]'], ['null'], ['17'], ['{'], ['']])('a payload that is %s', async (text) => {
    const input = signingInput({ alg: 'RS256', kid: KEY.kid }, text);
    await expectRefused(`${input}.${sign('sha256', Buffer.from(input), KEY.privateKey).toString('base64url')}`);
  });
});

describe('what an ID token says about itself (OpenID Connect Core 3.1.3.7)', () => {
  const say = (changes: Record<string, unknown>) => rs256(KEY, payloadWith(changes));

  it.each([
    [{ iss: 'https://other-vendor.example' }],
    [{ iss: 'https://idv-vendor.example/' }],
    [{ iss: 'https://IDV-vendor.example' }],
    [{ iss: ['https://idv-vendor.example'] }],
    [{ iss: undefined }],
    [{ aud: 'client-2' }],
    [{ aud: 'client-1 ' }],
    [{ aud: ['client-2'] }],
    [{ aud: [] }],
    [{ aud: undefined }],
    [{ aud: ['client-1', 'client-2'] }],
    [{ aud: ['client-1', 'client-2'], azp: 'client-2' }],
    [{ azp: 'client-2' }],
    [{ azp: 7 }],
    [{ sub: undefined }],
    [{ sub: '' }],
    [{ sub: 7 }],
    [{ exp: undefined }],
    [{ exp: NOW_SECONDS - 61 }],
    [{ exp: String(NOW_SECONDS + 3600) }],
    [{ iat: undefined }],
    [{ iat: NOW_SECONDS + 120 }],
    [{ iat: NOW_SECONDS - 2 * 3600 }],
    [{ nbf: NOW_SECONDS + 120 }],
    [{ nonce: undefined }],
    [{ nonce: '' }],
    [{ nonce: ['n'] }],
    [{ nonce: 7 }],
  ])('%j is not for us, or not now', async (changes) => expectRefused(say(changes)));

  it.each([
    [{ aud: ['client-1'] }],
    [{ aud: ['client-1', 'client-2'], azp: 'client-1' }],
    [{ exp: NOW_SECONDS - 30 }],
    [{ iat: NOW_SECONDS + 30 }],
    [{ iat: NOW_SECONDS - 600 }],
  ])('%j is', async (changes) => {
    expect((await readWith(say(changes))).value?.status).toBe('completed');
  });

  it('shows none of what it carries when it is refused', async () => {
    const { error } = await readWith(rs256(KEY, payloadWith({ aud: 'client-2', given_name: 'Canary' })));
    expect(error).toHaveProperty('message', expect.stringContaining('ERR_JWT_CLAIM_VALIDATION_FAILED'));
    expect((error as Error).cause).toBeUndefined();
    expect(`${String(error)}${JSON.stringify(error)}`).not.toMatch(/Canary|subject-1|nnnn/);
  });

  it('can be read again long after it has expired: it was fresh when it came in', async () => {
    const later = () => new Date('2027-11-22T10:00:00Z');
    const { adapter } = vendorAdapter(() => ({ body: { keys: [KEY.jwk] } }), {}, later);
    const report = await adapter.fetchResult(sessionWith({ deliveries: [delivered(GENUINE)] }));
    expect(report.status).toBe('completed');
  });

  it('that had expired when it came in cannot, ever', async () => {
    const receivedAt = '2026-11-22T12:00:00.000Z';
    const { adapter } = vendorAdapter(() => ({ body: { keys: [KEY.jwk] } }));
    const session = sessionWith({ deliveries: [delivered(GENUINE, { receivedAt })] });
    await expect(adapter.fetchResult(session)).rejects.toMatchObject({ code: 'not_authentic' });
  });
});

describe('the vendor’s keys', () => {
  const NEXT = rsaKey('key-2');

  function vendorWith(keysAt: (ask: number) => readonly SigningKey['jwk'][]) {
    let clock = NOW_SECONDS * 1000;
    let asked = 0;
    const { adapter } = vendorAdapter(
      () => ({ body: { keys: keysAt((asked += 1)) } }),
      {},
      () => new Date(clock),
    );
    return {
      read: (token: string) => adapter.fetchResult(sessionWith({ deliveries: [delivered(token)] })),
      pass: (seconds: number) => (clock += seconds * 1000),
      asked: () => asked,
    };
  }

  it('are asked for once in ten minutes, however many read at once', async () => {
    const vendor = vendorWith(() => [KEY.jwk]);
    await Promise.all(Array.from({ length: 5 }, () => vendor.read(GENUINE)));
    vendor.pass(599);
    await vendor.read(GENUINE);
    expect(vendor.asked()).toBe(1);
    vendor.pass(1);
    await vendor.read(GENUINE);
    expect(vendor.asked()).toBe(2);
  });

  it('are asked for again, once, when a token names one we have not seen', async () => {
    const vendor = vendorWith((ask) => (ask === 1 ? [KEY.jwk] : [NEXT.jwk]));
    await vendor.read(GENUINE);
    expect((await vendor.read(rs256(NEXT, payload))).status).toBe('completed');
    expect(vendor.asked()).toBe(2);
    await expect(vendor.read(rs256(rsaKey('key-3'), payload))).rejects.toMatchObject({ code: 'not_authentic' });
    expect(vendor.asked()).toBe(3);
  });

  it('are asked for again when a key was replaced under its old name', async () => {
    const renewed = rsaKey('key-1');
    const vendor = vendorWith((ask) => (ask === 1 ? [KEY.jwk] : [renewed.jwk]));
    await vendor.read(GENUINE);
    expect((await vendor.read(rs256(renewed, payload))).status).toBe('completed');
  });

  it('that cannot be had now leave the token for the next look', async () => {
    let down = true;
    const { adapter } = vendorAdapter(() => (down ? { status: 503, body: {} } : { body: { keys: [KEY.jwk] } }));
    const session = sessionWith({ deliveries: [delivered(GENUINE)] });
    await expect(adapter.fetchResult(session)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    down = false;
    expect((await adapter.fetchResult(session)).status).toBe('completed');
  });

  it.each([{}, { keys: {} }, { keys: [7] }, { keys: [{}] }, []])(
    'in the form of %j are unintelligible',
    async (body) => {
      const { adapter } = vendorAdapter(() => ({ body }));
      const session = sessionWith({ deliveries: [delivered(GENUINE)] });
      await expect(adapter.fetchResult(session)).rejects.toMatchObject({ code: 'unintelligible' });
    },
  );
});

describe('claims beside the verdict', () => {
  it('T40 the token’s own claims are never read, whatever they say', async () => {
    const own = { given_name: 'Mallory', family_name: 'Else', birthdate: '1959-12-31', email_verified: true };
    const { value } = await readWith(rs256(KEY, payloadWith(own)));
    expect(value?.identity).toBeUndefined();
    expect(value?.matchedOnly).toEqual(['givenName', 'familyName', 'birthDate']);
    const failed = [verified(ALL_MATCHED, { assurance_level: 'FAILED' })];
    const { value: refused } = await readWith(
      rs256(KEY, payloadWith({ ...own, acr: 'VERIFIED', assurance_level: 'VERIFIED', verified_claims: failed })),
    );
    expect(refused?.checks.some(({ result }) => result === 'pass')).toBe(false);
  });
});
