import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { objectStoreContract, type StoreUnderTest } from '../../../test/contract/object-store.contract.js';
import { toDiskFailure } from './disk-failures.js';
import { DiskObjectStore } from './disk-object-store.js';
import { ObjectCorruptError, ObjectStoreUnavailableError } from './object-store.errors.js';

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

async function makeStore(): Promise<StoreUnderTest> {
  const parent = await mkdtemp(join(tmpdir(), 'regain-objects-'));
  const directory = join(parent, 'objects');
  return {
    store: new DiskObjectStore({ directory }),
    reopen: () => new DiskObjectStore({ directory }),
    swap: (from, to) => copyFile(join(directory, `${from}.object`), join(directory, `${to}.object`)),
    countPhysical: async () => (await filesIn(parent)).length,
    dispose: () => rm(parent, { recursive: true }),
  };
}

objectStoreContract('disk', makeStore);

describe('DiskObjectStore', () => {
  let directory: string;
  let store: DiskObjectStore;
  const bytes = Buffer.from('sealed picture');

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regain-objects-'));
    store = new DiskObjectStore({ directory });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('keeps everything private to its user, also in a directory that was open before', async () => {
    await chmod(directory, 0o777);
    await store.put('case/a/b', bytes);
    for (const path of [directory, join(directory, 'case'), join(directory, 'case/a'), join(directory, '.partial')]) {
      expect((await lstat(path)).mode & 0o777).toBe(0o700);
    }
    expect((await lstat(join(directory, 'case/a/b.object'))).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing behind when the write cannot be finished', async () => {
    await mkdir(join(directory, 'taken.object'));
    await expect(store.put('taken', bytes)).rejects.toThrow(ObjectStoreUnavailableError);
    expect(await filesIn(directory)).toEqual([]);
  });

  it('removes directories that it emptied', async () => {
    await store.put('case/a/b', bytes);
    await store.delete('case/a/b');
    expect(await readdir(directory)).toEqual(['.partial']);
  });

  it('clears what a killed process left half-written, but not what may still be being written', async () => {
    await store.check();
    const old = join(directory, '.partial', 'old');
    const young = join(directory, '.partial', 'young');
    await writeFile(old, 'x');
    await writeFile(young, 'x');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    await utimes(old, twoHoursAgo, twoHoursAgo);
    await store.put('a', bytes);
    expect(await readdir(join(directory, '.partial'))).toEqual(['young']);
  });

  it('does not list half-written files, links, foreign names or directories', async () => {
    await store.put('real', bytes);
    await writeFile(join(directory, '.partial', 'half'), 'x');
    await writeFile(join(directory, 'README'), 'x');
    await writeFile(join(directory, 'Upper.object'), 'x');
    await mkdir(join(directory, 'dir.object'));
    await symlink(join(directory, 'real.object'), join(directory, 'link.object'));
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual(['real']);
  });

  describe('follows no symbolic link', () => {
    let outside: string;

    beforeEach(async () => {
      outside = await mkdtemp(join(tmpdir(), 'regain-outside-'));
      await writeFile(join(outside, 'secret.object'), 'secret');
      await store.check();
    });
    afterEach(() => rm(outside, { recursive: true }));

    it('in the place of an object', async () => {
      await symlink(join(outside, 'secret.object'), join(directory, 'a.object'));
      await expect(store.get('a')).rejects.toMatchObject({ failure: 'misconfigured', storeCode: 'ELOOP' });
      await store.put('a', bytes);
      expect(Buffer.from(await store.get('a'))).toEqual(bytes);
      await store.delete('a');
      expect(await readFile(join(outside, 'secret.object'), 'utf8')).toBe('secret');
    });

    it('in the place of a directory', async () => {
      await symlink(outside, join(directory, 'case'));
      const refused = { failure: 'misconfigured', storeCode: 'ENOTDIR' };
      await expect(store.get('case/secret')).rejects.toMatchObject(refused);
      await expect(store.put('case/new', bytes)).rejects.toMatchObject(refused);
      await expect(store.delete('case/secret')).rejects.toMatchObject(refused);
      expect(await readdir(outside)).toEqual(['secret.object']);
    });
  });

  it('does not read a device, a pipe or a directory as an object', async () => {
    await store.check();
    await mkdir(join(directory, 'dir.object'));
    await expect(store.get('dir')).rejects.toThrow(ObjectCorruptError);
  });

  it('refuses cut and altered files', async () => {
    await store.put('a', bytes);
    const path = join(directory, 'a.object');
    const whole = await readFile(path);
    for (const broken of [
      whole.subarray(0, 20),
      whole.subarray(0, -1),
      Buffer.concat([whole, bytes]),
      Buffer.alloc(0),
    ]) {
      await writeFile(path, broken);
      await expect(store.get('a')).rejects.toThrow(ObjectCorruptError);
    }
  });

  it('fails closed when its directory has gone, and does not start a new one', async () => {
    await store.put('a', bytes);
    await rm(directory, { recursive: true });
    await expect(store.check()).rejects.toMatchObject({ failure: 'misconfigured' });
    await expect(store.put('b', bytes)).rejects.toThrow(ObjectStoreUnavailableError);
    await expect(store.get('a')).rejects.toThrow(ObjectStoreUnavailableError);
    await expect(lstat(directory)).rejects.toThrow('ENOENT');
    await expect(lstat(dirname(directory))).resolves.toBeDefined();
  });

  it.each([
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['EROFS', 'denied'],
    ['EIO', 'unreachable'],
  ])('calls %s %s', (code, failure) => {
    expect(toDiskFailure(Object.assign(new Error('disk'), { code }))).toMatchObject({ failure, storeCode: code });
  });
});
