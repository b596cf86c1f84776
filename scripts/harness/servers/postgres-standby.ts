import { execFile } from 'node:child_process';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseServiceAccount } from '../../../src/embedded/postgres/service-account.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';
import { findServerPrograms } from './server-programs.js';

const run = promisify(execFile);

export interface PostgresStandbyOptions {
  /** Copied while it works. */
  primary: PostgresServer;
  /** As `startPostgres` wants it. */
  dataDir: string;
  /** Where the copy is told to follow the primary, on 127.0.0.1: a network between the two may lie there. */
  followsAt: number;
  /** What `synchronous_standby_names` calls it. */
  name: string;
}

/**
 * Starts a streaming standby of a server: `pg_basebackup`, and from there on the primary's WAL (PostgreSQL 15 manual, 27.2).
 * It answers reads; `pg_promote()` makes it a primary.
 */
export async function startPostgresStandby(options: PostgresStandbyOptions): Promise<PostgresServer> {
  const { primary, dataDir, followsAt, name } = options;
  await mkdir(dataDir, { recursive: true });
  const account = await chooseServiceAccount(dataDir);
  const programs = await findServerPrograms('postgres', { account });
  const { password } = new URL(primary.superuserUrl);
  const cluster = join(dataDir, 'data');
  await mkdir(cluster, { mode: 0o700 });
  try {
    if (account) await chown(cluster, account.uid, account.gid);
    const from = ['--host=127.0.0.1', `--port=${primary.port}`, '--username=postgres', '--no-password'];
    await run(
      programs.path('pg_basebackup'),
      [...from, `--pgdata=${cluster}`, '--checkpoint=fast', '--write-recovery-conf'],
      {
        ...account,
        cwd: '/',
        env: { LC_ALL: 'C', TZ: 'UTC', PGPASSWORD: password, ...programs.env },
      },
    );
  } catch (error) {
    await rm(cluster, { recursive: true, force: true });
    throw error;
  }
  const settings = {
    primary_conninfo: `host=127.0.0.1 port=${followsAt} user=postgres password=${password} application_name=${name}`,
  };
  return startPostgres({ dataDir, password, settings });
}
