import { type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyRing, SIGNING_PURPOSES, withoutSecret, type KeyPurpose } from './key-ring.js';

const entry = (id: string, retired = false) => ({ id, secret: randomBytes(32).toString('base64'), retired });
const bytesOf = (key: KeyObject): Buffer => key.export();
const PURPOSES: KeyPurpose[] = [
  'envelope',
  'token',
  'lookup',
  'picture',
  'csrf',
  'audit-signature',
  'receipt-signature',
];

describe('a key ring file', () => {
  it.each([
    ['no keys', { keys: [] }],
    ['no list', {}],
    ['a short secret', { keys: [{ id: 'k1', secret: randomBytes(16).toString('base64') }] }],
    ['an id with a dot, which separates id and digest', { keys: [{ ...entry('k1'), id: 'k.1' }] }],
    ['an unknown member', { keys: [{ ...entry('k1'), note: 'x' }] }],
    ['only retired keys', { keys: [entry('k1', true)] }],
  ])('with %s is refused', (_name, file) => {
    expect(() => new KeyRing(file)).toThrow();
  });

  it('that names a key twice is refused, also when one of the two is retired', () => {
    expect(() => new KeyRing({ keys: [entry('k1'), entry('k1')] })).toThrow('twice');
    expect(() => new KeyRing({ keys: [entry('k1', true), entry('k1')] })).toThrow('twice');
  });

  it('never shows a secret in the error', () => {
    const secret = randomBytes(31).toString('base64');
    try {
      new KeyRing({ keys: [{ id: 'k1', secret }] });
      throw new Error('was taken');
    } catch (error) {
      expect(String(error)).not.toContain(secret);
    }
  });
});

describe('derived keys', () => {
  const ring = new KeyRing({ keys: [entry('k1'), entry('k2')] });

  it('differ for every purpose and every master key', () => {
    const keys = PURPOSES.flatMap((purpose) =>
      ['k1', 'k2'].map((id) => bytesOf(ring.key(purpose, id)).toString('hex')),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => key.length === 64)).toBe(true);
  });

  it('are the same after a restart', () => {
    const file = { keys: [entry('k1')] };
    expect(bytesOf(new KeyRing(file).key('token'))).toEqual(bytesOf(new KeyRing(file).key('token')));
  });

  it('of a key that is not there is an error, not a guess', () => {
    expect(() => ring.key('token', 'k9')).toThrow('no key k9');
  });

  it('sign for one purpose only (T24)', () => {
    const audit = ring.signingKey('audit-signature');
    const receipt = ring.signingKey('receipt-signature');
    const signature = sign(null, Buffer.from('text'), audit.privateKey);
    expect(verify(null, Buffer.from('text'), audit.publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from('text'), receipt.publicKey, signature)).toBe(false);
  });
});

describe('rotation (T117, F38)', () => {
  const [first, second] = [entry('k1'), entry('k2')];
  const before = new KeyRing({ keys: [first] });
  const during = new KeyRing({ keys: [first, second] });
  const retired = new KeyRing({ keys: [{ ...first, retired: true }, second] });
  const after = new KeyRing({ keys: [second] });

  it('writes with the newest key that is not retired', () => {
    expect([before, during, retired, after].map((ring) => ring.activeId)).toEqual(['k1', 'k2', 'k2', 'k2']);
    expect(new KeyRing({ keys: [first, { ...second, retired: true }] }).activeId).toBe('k1');
  });

  it('finds what the old key wrote while it is in the file, and not after', () => {
    const stored = before.digest('token', 'secret');
    const found = (ring: KeyRing): boolean => ring.digests('token', 'secret').some((digest) => digest.equals(stored));
    expect([during, retired, after].map(found)).toEqual([true, true, false]);
    expect([during, retired, after].map((ring) => ring.matches('token', 'secret', stored))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('digests with the active key first', () => {
    expect(during.digests('token', 'secret')[0]).toEqual(during.digest('token', 'secret'));
    expect(during.digests('token', 'secret')).toHaveLength(2);
  });
});

describe('an old key with an end (T117, F38)', () => {
  const END = '2026-12-04T12:00:00Z';
  const [first, second] = [entry('k1'), entry('k2')];
  const file = { keys: [{ ...first, acceptedUntil: END }, second] };
  const before = new KeyRing({ keys: [first] });
  const at = (instant: string): KeyRing => new KeyRing(file, { now: () => new Date(instant) });
  const [during, after] = [at('2026-12-04T11:59:59Z'), at(END)];
  const finds = (ring: KeyRing, purpose: KeyPurpose): boolean =>
    ring.matches(purpose, 'text', before.digest(purpose, 'text'));

  it.each<KeyPurpose>(['token', 'recovery-code', 'csrf'])(
    '%s: what was handed out under it dies with it',
    (purpose) => {
      expect([finds(during, purpose), finds(after, purpose)]).toEqual([true, false]);
      expect([during.acceptedIds(purpose), after.acceptedIds(purpose)]).toEqual([['k2', 'k1'], ['k2']]);
    },
  );

  it.each<KeyPurpose>(['lookup', 'picture', 'birth-date', 'document-number'])(
    '%s: what it found or sealed or signed is read for as long as it is there',
    (purpose) => {
      expect(finds(after, purpose)).toBe(true);
      expect(after.ids).toEqual(['k2', 'k1']);
      expect(bytesOf(after.key('envelope', 'k1'))).toEqual(bytesOf(before.key('envelope')));
      expect(after.verifyingIds).toContain('k1');
    },
  );

  it('is told of, and is overdue once the end has passed', () => {
    expect(during.oldKeys).toEqual([{ id: 'k1', acceptedUntil: new Date(END), overdue: false }]);
    expect(after.oldKeys).toEqual([{ id: 'k1', acceptedUntil: new Date(END), overdue: true }]);
    expect(new KeyRing({ keys: [first, second] }).oldKeys).toEqual([
      { id: 'k1', acceptedUntil: undefined, overdue: false },
    ]);
    // Only made known: the key that will follow is no old one.
    expect(new KeyRing({ keys: [first, { ...second, retired: true }] }).oldKeys).toEqual([]);
  });

  it('is never the active one, and its end is an instant', () => {
    expect(() => new KeyRing({ keys: [{ ...first, acceptedUntil: END }] })).toThrow('an end');
    for (const acceptedUntil of ['2026-12-04', 'soon', 0, '2026-12-04T12:00:00'])
      expect(() => new KeyRing({ keys: [{ ...first, acceptedUntil }, second] })).toThrow();
  });

  it('keeps it when another key is taken away', () => {
    const third = entry('k3');
    const left = withoutSecret({ keys: [first, { ...second, acceptedUntil: END }, third] }, 'k1');
    expect(new KeyRing(left).oldKeys).toMatchObject([{ id: 'k2', acceptedUntil: new Date(END) }]);
  });
});

describe('matches', () => {
  const ring = new KeyRing({ keys: [entry('k1')] });
  const stored = ring.digest('token', 'secret');

  it('refuses another text, another purpose, cut and longer digests without throwing (T18)', () => {
    expect(ring.matches('token', 'secret', stored)).toBe(true);
    expect(ring.matches('token', 'secreT', stored)).toBe(false);
    expect(ring.matches('lookup', 'secret', stored)).toBe(false);
    for (const length of [0, 1, stored.length - 1])
      expect(ring.matches('token', 'secret', stored.subarray(0, length))).toBe(false);
    expect(ring.matches('token', 'secret', Buffer.concat([stored, Buffer.from([0])]))).toBe(false);
  });

  it('a digest does not contain what it hides', () => {
    expect(stored.includes('secret')).toBe(false);
    expect(stored.subarray(0, 3).toString()).toBe('k1.');
  });
});

describe('a key whose secret is taken away', () => {
  const [first, second] = [entry('k1'), entry('k2')];
  const whole = new KeyRing({ keys: [first, second] });
  const left = withoutSecret({ keys: [first, second] }, 'k1');

  it('leaves what verifies its signatures, and nothing that it could do besides', () => {
    const ring = new KeyRing(left);
    expect(JSON.stringify(left)).not.toContain(first.secret);
    expect([ring.activeId, ring.ids, ring.verifyingIds]).toEqual(['k2', ['k2'], ['k2', 'k1']]);
    for (const purpose of SIGNING_PURPOSES) {
      const { privateKey } = whole.signingKey(purpose, 'k1');
      const signature = sign(null, Buffer.from('text'), privateKey);
      expect(verify(null, Buffer.from('text'), ring.verificationKey(purpose, 'k1'), signature)).toBe(true);
      expect(verify(null, Buffer.from('other'), ring.verificationKey(purpose, 'k1'), signature)).toBe(false);
      expect(() => ring.signingKey(purpose, 'k1')).toThrow('no key k1');
    }
    expect(() => ring.key('envelope', 'k1')).toThrow('no key k1');
    expect(() => ring.verificationKey('audit-signature', 'k3')).toThrow('no key k3');
  });

  it('is not the active one, nor one the ring does not have, nor one it was taken from before', () => {
    expect(() => withoutSecret({ keys: [first, second] }, 'k2')).toThrow('active');
    expect(() => withoutSecret({ keys: [first, second] }, 'k3')).toThrow('no secret');
    expect(() => withoutSecret(left, 'k1')).toThrow('no secret');
  });

  it('is none that the ring could write with', () => {
    const [remains] = left.keys;
    expect(() => new KeyRing({ keys: [remains] })).toThrow('not retired');
    expect(() => new KeyRing({ keys: [remains, entry('k1')] })).toThrow('twice');
  });
});
