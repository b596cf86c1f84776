import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stageDirectory } from './staged-directory.js';

describe('stageDirectory', () => {
  let base: string;
  let fills: number;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'regain-stage-'));
    fills = 0;
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  const stage = (): Promise<string> =>
    stageDirectory({
      base,
      name: 'tool-1',
      fill: async (directory) => {
        fills += 1;
        await mkdir(join(directory, 'bin'), { mode: 0o700 });
        await writeFile(join(directory, 'bin', 'tool'), 'run me', { mode: 0o700 });
        await writeFile(join(directory, 'data'), 'read me', { mode: 0o600 });
        await symlink('data', join(directory, 'link'));
      },
    });

  it('fills once, for everybody to read and nobody else to change', async () => {
    const directory = await stage();
    expect(await stage()).toBe(directory);
    expect(fills).toBe(1);
    const modes = ['.', 'bin', 'bin/tool', 'data'].map(
      async (path) => (await lstat(join(directory, path))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o755, 0o755, 0o755, 0o644]);
    expect(await readFile(join(directory, 'link'), 'utf8')).toBe('read me');
  });

  it('gives all of many starters the same directory and leaves nothing else', async () => {
    const directories = await Promise.all(Array.from({ length: 12 }, stage));
    expect(new Set(directories)).toEqual(new Set([join(base, 'tool-1')]));
    expect(await readdir(base)).toEqual(['tool-1']);
  });

  it('passes over a link, a directory that others may write to, and a copy that lost a file', async () => {
    await symlink(tmpdir(), join(base, 'tool-1'));
    await mkdir(join(base, 'tool-1-2'));
    await chmod(join(base, 'tool-1-2'), 0o777);
    expect(await stage()).toBe(join(base, 'tool-1-3'));
    await rm(join(base, 'tool-1-3', 'data'));
    expect(await stage()).toBe(join(base, 'tool-1-4'));
    await writeFile(join(base, 'tool-1-4', 'bin', 'tool'), 'cut');
    expect(await stage()).toBe(join(base, 'tool-1-5'));
  });

  it('leaves nothing behind when filling fails', async () => {
    const failing = stageDirectory({ base, name: 'tool-1', fill: () => Promise.reject(new Error('disk full')) });
    await expect(failing).rejects.toThrow('disk full');
    expect(await readdir(base)).toEqual([]);
  });

  it('refuses a base in which everybody may rename files', async () => {
    await chmod(base, 0o777);
    await expect(stage()).rejects.toThrow('sticky');
    await chmod(base, 0o1777);
    expect(await stage()).toBe(join(base, 'tool-1'));
  });
});
