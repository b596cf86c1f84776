import { constants } from 'node:fs';
import { access, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { canReach, type ServiceAccount } from '../../../src/embedded/postgres/service-account.js';
import { stageDirectory } from '../../../src/embedded/process/index.js';
import { packagePath } from '../../../src/platform/package-root/package-root.js';
import { unpackDebianPackages } from './debian-packages.js';

/** What each kind of server needs, and Debian's packages that hold it. */
const KINDS = {
  redis: { packages: ['redis-server'], programs: ['redis-server'] },
  valkey: { packages: ['valkey-server'], programs: ['valkey-server'] },
  nginx: { packages: ['nginx'], programs: ['nginx'] },
  radosgw: {
    packages: ['radosgw', 'ceph-mon', 'ceph-osd'],
    programs: ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool', 'osdmaptool'],
  },
  postgres: {
    packages: ['postgresql'],
    programs: ['postgres', 'initdb', 'psql', 'pg_dump', 'pg_restore', 'pg_basebackup'],
  },
  /** No server of ours: its tool checks and tests the alert rules. */
  prometheus: { packages: ['prometheus'], programs: ['promtool'] },
} as const;

export type ServerKind = keyof typeof KINDS;
export const SERVER_KINDS = Object.keys(KINDS) as ServerKind[];

export interface ServerPrograms {
  /** Path of one of the kind's programs. */
  path(name: string): string;
  /** The libraries that came with the programs. */
  env: Record<string, string>;
  /** Where packages were unpacked; undefined when the programs are the system's own. */
  root: string | undefined;
}

/** A real server is needed and none was found; tests that need one fail, and are never skipped. */
export class ServerNotFoundError extends Error {
  override readonly name = 'ServerNotFoundError';
}

/** Folders that hold servers besides those on the PATH of a user. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Finds a server's programs on this machine, else fetches Debian's packages once, into `cache` (default `.cache/servers`).
 * `account` is who will run them, when that is not this process's own user.
 *
 * @throws ServerNotFoundError that says what was tried.
 */
export async function findServerPrograms(
  kind: ServerKind,
  { account, cache }: { account?: ServiceAccount; cache?: string } = {},
): Promise<ServerPrograms> {
  const { programs } = KINDS[kind];
  const installed = await locate(await systemFolders(), programs);
  if (installed) return { path: pathIn(installed), env: {}, root: undefined };
  try {
    return await fetched(kind, cache ? { base: cache, prefix: '' } : await cacheFolder(account));
  } catch (error) {
    throw new ServerNotFoundError(
      `${kind} is needed: ${programs.join(', ')} ${programs.length > 1 ? 'are' : 'is'} not on the PATH, and ` +
        `cannot be fetched (${(error as Error).message}). Install ${KINDS[kind].packages.join(', ')}.`,
      { cause: error },
    );
  }
}

async function fetched(kind: ServerKind, { base, prefix }: { base: string; prefix: string }): Promise<ServerPrograms> {
  const { packages, programs } = KINDS[kind];
  const fill = (directory: string): Promise<void> => unpackDebianPackages(packages, directory);
  const root = await stageDirectory({ base, name: `${prefix}${kind}-${process.arch}`, fill });
  const found = await locate(await foldersOf(root), programs);
  if (!found) throw new Error(`the packages ${packages.join(', ')} do not hold ${programs.join(', ')}`);
  return { path: pathIn(found), env: { LD_LIBRARY_PATH: (await libraryFolders(root)).join(delimiter) }, root };
}

/** The checkout's own cache; when the account cannot enter the checkout, the folder for temporary files. */
async function cacheFolder(account: ServiceAccount | undefined): Promise<{ base: string; prefix: string }> {
  const reachable = !account || (await canReach(await realpath(packagePath('.')), account));
  return reachable
    ? { base: packagePath('.cache/servers'), prefix: '' }
    : { base: tmpdir(), prefix: `regain-servers-${process.getuid?.()}-` };
}

async function systemFolders(): Promise<string[]> {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...onPath, ...MORE_FOLDERS, ...(await postgresFolders('/'))];
}

async function foldersOf(root: string): Promise<string[]> {
  return [join(root, 'usr/bin'), join(root, 'usr/sbin'), ...(await postgresFolders(root))];
}

/** Debian keeps each major version of PostgreSQL in a folder of its own, newest first here. */
async function postgresFolders(root: string): Promise<string[]> {
  const versions = await readdir(join(root, 'usr/lib/postgresql')).catch((): string[] => []);
  return versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(root, 'usr/lib/postgresql', version, 'bin'));
}

/** Debian's folder of libraries is named by the architecture; Ceph keeps its own beside. */
async function libraryFolders(root: string): Promise<string[]> {
  const names = await readdir(join(root, 'usr/lib')).catch((): string[] => []);
  const folders = names.filter((name) => name.endsWith('-linux-gnu')).flatMap((name) => [name, join(name, 'ceph')]);
  return [...folders.map((name) => join(root, 'usr/lib', name)), ...folders.map((name) => join(root, 'lib', name))];
}

/** Where each program is; undefined when one of them is nowhere. */
async function locate(folders: string[], programs: readonly string[]): Promise<Map<string, string> | undefined> {
  const found = new Map<string, string>();
  for (const program of programs) {
    for (const path of folders.map((folder) => join(folder, program))) {
      if (!found.has(program) && (await isExecutable(path))) found.set(program, path);
    }
  }
  return found.size === programs.length ? found : undefined;
}

const pathIn =
  (found: Map<string, string>) =>
  (name: string): string => {
    const path = found.get(name);
    if (!path) throw new Error(`${name} is not one of the programs that were looked for`);
    return path;
  };

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
