import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfExists, writePrivateFile } from '../process/index.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { stopPostmasterOf } from './postmaster.js';
import { canReach, type ServiceAccount } from './service-account.js';

const POINTER = 'postgres-location.json';

/** Survive a restart and are not emptied by cleaners of temporary files, the first at least. */
const OUTSIDE_ROOTS = ['/var/lib/regain', '/var/tmp/regain'];

interface Pointer {
  home: string;
  /** To notice that the data directory was moved or copied. */
  dataDir: string;
}

export interface ClusterLocationOptions {
  /** Its real path. */
  dataDir: string;
  account: ServiceAccount | undefined;
  log: (line: string) => void;
}

/**
 * The folder, mode 0700 and owned by the server's account, that holds the cluster: `<DATA_DIR>/postgres`, or – as root,
 * when `nobody` cannot reach that – `/var/lib/regain/<hash of DATA_DIR>`, with a pointer file in DATA_DIR.
 */
export async function locateCluster(options: ClusterLocationOptions): Promise<string> {
  const { dataDir, account } = options;
  const pointer = await readPointer(dataDir);
  if (pointer) return followPointer(options, pointer);
  const inside = join(dataDir, 'postgres');
  if (!account || (await canReach(dataDir, account))) {
    await createHome(inside, account);
    return inside;
  }
  if (existsSync(inside)) {
    throw new EmbeddedPostgresError(
      `${inside} holds the database, but user ${account.uid}, which it belongs to, can no longer reach it: ` +
        `the folders above must be executable for that user, as they were.`,
    );
  }
  return placeOutside(options, account);
}

/** Deletes the cluster of a data directory, wherever it is. Its server must be stopped. */
export async function removeCluster(dataDir: string): Promise<void> {
  const pointer = await readPointer(dataDir);
  await rm(pointer?.home ?? join(dataDir, 'postgres'), { recursive: true, force: true });
  await rm(join(dataDir, POINTER), { force: true });
}

/** The folder of an existing cluster, for those who only want to connect. */
export async function findCluster(dataDir: string): Promise<string> {
  return (await readPointer(dataDir))?.home ?? join(dataDir, 'postgres');
}

async function followPointer({ dataDir }: ClusterLocationOptions, pointer: Pointer): Promise<string> {
  if (!existsSync(pointer.home)) {
    throw new EmbeddedPostgresError(
      `The database of ${dataDir} was in ${pointer.home}, which is gone. Restore it, or remove ${dataDir} to start afresh.`,
    );
  }
  if (pointer.dataDir !== dataDir) {
    const original = await readPointer(pointer.dataDir).catch(() => undefined);
    if (original?.home === pointer.home) {
      throw new EmbeddedPostgresError(
        `${dataDir} is a copy of ${pointer.dataDir}, whose database is in ${pointer.home}: remove the copy to start afresh.`,
      );
    }
    await writePointer(dataDir, pointer.home);
  }
  return pointer.home;
}

async function placeOutside({ dataDir, log }: ClusterLocationOptions, account: ServiceAccount): Promise<string> {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const root = await createOutsideRoot();
  const home = join(root, name);
  if (existsSync(home)) {
    log(`${dataDir} was removed since its database was put into ${home}: removing that too`);
    await stopPostmasterOf(join(home, 'data'));
    await rm(home, { recursive: true, force: true });
  }
  await createHome(home, account);
  await writePointer(dataDir, home);
  log(`the database is in ${home}, because user ${account.uid} cannot reach ${dataDir}`);
  return home;
}

async function createOutsideRoot(): Promise<string> {
  const failures: string[] = [];
  for (const root of OUTSIDE_ROOTS) {
    try {
      await mkdir(root, { recursive: true });
      // Fails when somebody else made it first, in /var/tmp.
      await assertOwnedByRoot(root);
      await chmod(root, 0o711);
      return root;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new EmbeddedPostgresError(
    `Found no place for the database that is not private to root.\n${failures.join('\n')}`,
  );
}

async function assertOwnedByRoot(directory: string): Promise<void> {
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== 0) throw new Error(`${directory} is not a folder that belongs to root`);
}

async function createHome(home: string, account: ServiceAccount | undefined): Promise<void> {
  if (existsSync(home)) return;
  await mkdir(home, { mode: 0o700 });
  if (account) await chown(home, account.uid, account.gid);
}

async function readPointer(dataDir: string): Promise<Pointer | undefined> {
  const text = await readIfExists(join(dataDir, POINTER));
  return text === undefined ? undefined : (JSON.parse(text) as Pointer);
}

async function writePointer(dataDir: string, home: string): Promise<void> {
  const pointer: Pointer = { home, dataDir };
  await writePrivateFile(join(dataDir, POINTER), `${JSON.stringify(pointer)}\n`);
}
