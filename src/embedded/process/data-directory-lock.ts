import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, readIfExists, writePrivateFile } from './private-file.js';
import { processIdentity } from './process-identity.js';

const LOCK_FILE = /^regain\.lock\.(\d+)$/;

interface LockOwner {
  pid: number;
  /** Null once released. */
  identity: string | null;
}

export interface DataDirectoryLock {
  release(): Promise<void>;
}

/** Another living process holds the data directory. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';

  constructor(
    readonly dataDir: string,
    readonly holderPid: number,
  ) {
    super(`${dataDir} is in use by another Regain (process ${holderPid}). Stop it, or set DATA_DIR to another folder.`);
  }
}

/**
 * Takes a data directory for this process until `release()` or its death; a lock whose owner died is taken over.
 *
 * Node has no advisory file lock, and replacing a stale lock file lets two starters replace each other's. So locks
 * are numbered: the highest number counts, number n+1 is created exclusively by whoever saw that n is dead, and the
 * highest file is never deleted. Owners are compared by pid and start time. The lock holds among processes that see
 * each other's pids, that is on one host outside of containers or inside the same one.
 *
 * @throws DataDirectoryInUseError when its owner lives.
 */
export async function lockDataDirectory(dataDir: string): Promise<DataDirectoryLock> {
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) ?? null });
  for (;;) {
    const highest = highestOf(await lockNumbers(dataDir));
    const owner = highest === 0 ? undefined : await readOwner(lockPath(dataDir, highest));
    if (owner && isHeld(owner)) throw new DataDirectoryInUseError(dataDir, owner.pid);
    const number = highest + 1;
    const path = lockPath(dataDir, number);
    if (!(await createPrivateFile(path, mine))) continue;
    const numbers = await lockNumbers(dataDir);
    if (highestOf(numbers) > number) {
      // We read the directory before somebody took a later number and cleaned up behind: theirs counts.
      await rm(path, { force: true });
      continue;
    }
    await Promise.all(numbers.filter((n) => n < number).map((n) => rm(lockPath(dataDir, n), { force: true })));
    return { release: () => writePrivateFile(path, JSON.stringify({ pid: process.pid, identity: null })) };
  }
}

function isHeld(owner: LockOwner): boolean {
  return owner.identity !== null && processIdentity(owner.pid) === owner.identity;
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  const text = await readIfExists(path);
  try {
    return JSON.parse(text ?? '') as LockOwner;
  } catch {
    // Lock files appear complete; one that cannot be read is what a crash of the machine left.
    return undefined;
  }
}

async function lockNumbers(dataDir: string): Promise<number[]> {
  return (await readdir(dataDir)).flatMap((name) => {
    const number = LOCK_FILE.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function highestOf(numbers: number[]): number {
  return Math.max(0, ...numbers);
}

function lockPath(dataDir: string, number: number): string {
  return join(dataDir, `regain.lock.${number}`);
}
