import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { writeNewRing } from './new-ring-file.js';

const content = KeyRing.generate();

describe('the file of a new key ring', () => {
  let path: string;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'regain-ring-'));
    path = join(directory, 'keyring.json');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is its owner’s alone, whatever the umask', async () => {
    const umask = process.umask(0);
    await writeNewRing(path, content).finally(() => process.umask(umask));
    expect([statSync(path).mode & 0o777, KeyRing.fromFile(path).ids]).toEqual([0o600, ['k1']]);
  });

  it('takes the place of no other, and is not printed', async () => {
    await writeNewRing(path, content);
    await expect(writeNewRing(path, KeyRing.generate())).rejects.toThrow('EEXIST');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(content);
    await expect(writeNewRing('/dev/stdout', content)).rejects.toThrow('EEXIST');
    await expect(writeNewRing('', content)).rejects.toThrow('--out FILE is needed');
  });

  it('is not there when what has to come first did not happen', async () => {
    const failed = writeNewRing(path, content, () => Promise.reject(new Error('no database')));
    await expect(failed).rejects.toThrow('no database');
    expect(existsSync(path)).toBe(false);
  });
});
