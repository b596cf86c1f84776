import pg from 'pg';
import { connectEmbeddedPostgres, type EmbeddedPostgresAccess } from '../../src/embedded/postgres/index.js';

/** Any constant will do; it only has to be the same for every worker of the run. */
const ADVISORY_LOCK = 515_731;

/** The PostgreSQL that `npm test` started for the whole run; undefined when it was given another one. */
export async function testServer(): Promise<EmbeddedPostgresAccess | undefined> {
  const dataDir = process.env.TEST_POSTGRES_DATA_DIR;
  return dataDir ? connectEmbeddedPostgres(dataDir) : undefined;
}

/**
 * A database that others are copied from: `fill` makes it, under another name until it is whole, for the first worker of
 * the run that asks. Nobody may be connected to it when `fill` is done.
 */
export async function templateDatabase(
  server: EmbeddedPostgresAccess,
  name: string,
  fill: (urls: Awaited<ReturnType<EmbeddedPostgresAccess['createDatabase']>>) => Promise<void>,
): Promise<string> {
  const client = new pg.Client({ connectionString: server.superuserUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return name;
    const unfinished = `${name}_unfinished`;
    await server.dropDatabase(unfinished);
    await fill(await server.createDatabase(unfinished));
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    return name;
  } finally {
    await client.end();
  }
}
