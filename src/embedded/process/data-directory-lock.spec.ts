import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirectoryInUseError, lockDataDirectory, type DataDirectoryLock } from './data-directory-lock.js';

describe('lockDataDirectory', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'regain-lock-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('refuses while the owner lives, naming it, and admits after release', async () => {
    const lock = await lockDataDirectory(dataDir);
    const refusal = await lockDataDirectory(dataDir).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataDirectoryInUseError);
    expect(refusal).toMatchObject({ dataDir, holderPid: process.pid });
    await lock.release();
    await (await lockDataDirectory(dataDir)).release();
  });

  it('takes over from a dead process whose number was given to another', async () => {
    await writeFile(join(dataDir, 'regain.lock.4'), JSON.stringify({ pid: process.pid, identity: 'earlier boot:1' }));
    const lock = await lockDataDirectory(dataDir);
    expect(await readdir(dataDir)).toEqual(['regain.lock.5']);
    await lock.release();
  });

  it('takes over a lock that a crash of the machine left unreadable', async () => {
    await writeFile(join(dataDir, 'regain.lock.1'), '');
    await (await lockDataDirectory(dataDir)).release();
  });

  it('admits exactly one of many that find the same stale lock', async () => {
    for (let round = 0; round < 10; round += 1) {
      const attempts = await Promise.allSettled(Array.from({ length: 16 }, () => lockDataDirectory(dataDir)));
      const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await (winners[0] as PromiseFulfilledResult<DataDirectoryLock>).value.release();
    }
    expect(await readdir(dataDir)).toHaveLength(1);
  });

  it('is readable by its owner alone', async () => {
    const lock = await lockDataDirectory(dataDir);
    expect((await stat(join(dataDir, 'regain.lock.1'))).mode & 0o777).toBe(0o600);
    await lock.release();
  });
});
