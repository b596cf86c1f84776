import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { keyRingFindings } from './key-ring-check.js';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'regain-keyring-'));
  file = join(directory, 'keyring.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function verdict(content: string, mode = 0o600): string {
  writeFileSync(file, content);
  chmodSync(file, mode);
  return keyRingFindings(file)
    .map(({ verdict, detail }) => `${verdict}: ${detail}`)
    .join();
}
const ring = JSON.stringify(KeyRing.generate());
const withSecret = (secret: Buffer): string =>
  JSON.stringify({ keys: [{ id: 'k1', secret: secret.toString('base64') }] });

describe('the key ring of a process that starts', () => {
  it.each([0o600, 0o400, 0o440, 0o640])('may have mode %o', (mode) => {
    expect(verdict(ring, mode)).toBe('ok: holds 1 keys; k1 is active');
  });

  it.each([0o644, 0o604, 0o660, 0o666, 0o777])('must not have mode %o', (mode) => {
    expect(verdict(ring, mode)).toBe('fault: others than its owner may read or change it');
  });

  it('must be there', () => {
    expect(keyRingFindings(file)).toMatchObject([{ verdict: 'fault', detail: 'is missing' }]);
    expect(keyRingFindings(directory)).toMatchObject([{ verdict: 'fault', detail: 'cannot be read (EISDIR)' }]);
  });

  it.each(['', '{}', '{"keys":[]}', '[]', 'key', '{"keys":[{"id":"k1","secret":"c2hvcnQ="}]}'])(
    'must be one: %s',
    (content) => {
      expect(verdict(content)).toBe('fault: is not a key ring');
    },
  );

  it('must be random', () => {
    for (const bytes of [Buffer.alloc(32), Buffer.alloc(32, 'ab'), Buffer.from('a secret that somebody typed in!!')]) {
      expect(verdict(withSecret(bytes.subarray(0, 32)))).toBe('fault: one of its keys is not random');
    }
  });

  it('warns of an old key that has no end, and of one that is there after its end; of none of it in order (T117)', () => {
    const keys = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32).toString('base64') }));
    const [old, active] = keys;
    const withEnd = (acceptedUntil: string): string =>
      verdict(JSON.stringify({ keys: [{ ...old, acceptedUntil }, active] }));
    expect(verdict(JSON.stringify({ keys }))).toContain(
      'warning: accepts what was handed out under the old key k1 for ever',
    );
    expect(withEnd('2020-01-01T00:00:00Z')).toContain(
      'warning: still has the secret of k1, which ended at 2020-01-01T00:00:00.000Z',
    );
    expect(withEnd('2999-01-01T00:00:00Z')).toBe('ok: holds 2 keys; k2 is active');
    expect(verdict(JSON.stringify({ keys: [old, { ...active, retired: true }] }))).toBe(
      'ok: holds 2 keys; k1 is active',
    );
  });
});
