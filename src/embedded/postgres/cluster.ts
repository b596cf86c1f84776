import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import type { ServiceAccount } from './service-account.js';

const run = promisify(execFile);

export interface ClusterOptions {
  /** Folder of the cluster, owned by the server's account. */
  home: string;
  binaries: PostgresBinaries;
  account: ServiceAccount | undefined;
  superuserPassword: string;
}

/**
 * Makes the cluster `<home>/data` if there is none: UTF-8, the builtin C.UTF-8 collation (the same order on every
 * machine), checksums, SCRAM for everybody. Built aside and renamed: a killed start leaves none rather than half.
 *
 * @throws EmbeddedPostgresError for a cluster of another major version, or when `initdb` fails.
 */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const dataDirectory = join(options.home, 'data');
  if (existsSync(dataDirectory)) {
    await assertSameMajorVersion(dataDirectory, options.binaries.majorVersion);
  } else {
    await createCluster(options, dataDirectory);
  }
  return dataDirectory;
}

async function createCluster(options: ClusterOptions, dataDirectory: string): Promise<void> {
  const { home, binaries, account, superuserPassword } = options;
  await removeUnfinished(home);
  // New names each time: an initdb whose parent was killed may still be writing.
  const attempt = randomBytes(4).toString('hex');
  const [unfinished, passwordFile] = [join(home, `new-${attempt}`), join(home, `new-${attempt}.password`)];
  await writeFile(passwordFile, superuserPassword, { mode: 0o600, flag: 'wx' });
  try {
    if (account) await chown(passwordFile, account.uid, account.gid);
    const flags = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
    const locale = ['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await run(binaries.initdb, ['-D', unfinished, ...flags, ...locale, '--no-instructions'], {
      ...account,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
    await rename(unfinished, dataDirectory);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new EmbeddedPostgresError(`initdb could not create the database in ${home}: ${stderr || message}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith('new-')) await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function assertSameMajorVersion(dataDirectory: string, expected: string): Promise<void> {
  const found = (await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8')).trim();
  if (found === expected) return;
  throw new EmbeddedPostgresError(
    `The database in ${dataDirectory} was made by PostgreSQL ${found}; this Regain brings ${expected}. ` +
      `The embedded database is for trial and is not converted: remove its data directory, or use the earlier Regain.`,
  );
}
