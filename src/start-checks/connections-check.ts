import type pg from 'pg';
import type { ReadSettings } from './environment-checks.js';
import { ok, warning, type Finding } from './finding.js';

const SUBJECT = 'DATABASE_URL';
/** What the tests run on; older servers get no fixes for long. */
const OLDEST_MAJOR = 15;
/** Two API processes and two workers, and one more of each kind while they are replaced. */
const PROCESSES = { api: 3, worker: 3 };
/** Beside its pool a worker holds one that listens. */
const LISTENING = 1;
/** An operator's commands, the nightly replay, a migration (docs/operating.md). */
const COMMANDS = 5;

interface Room {
  major: number;
  connections: number;
}

/** -1 is "no limit" of a role and of a database. */
const ROOM = `SELECT current_setting('server_version_num')::int / 10000 AS major, least(
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - COALESCE(current_setting('reserved_connections', true), '0')::int,
    (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
    (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database())) AS connections`;

/** Whether the server is one that we know, and has connections for the smallest deployment while it is replaced. */
export async function connectionFindings(client: pg.Client, settings: ReadSettings): Promise<Finding[]> {
  const { rows } = await client.query<Room>(ROOM);
  const [{ major, connections } = { major: OLDEST_MAJOR, connections: 0 }] = rows;
  const pool = settings.DATABASE_POOL_SIZE ?? 10;
  const needed = (PROCESSES.api + PROCESSES.worker) * pool + PROCESSES.worker * LISTENING + COMMANDS;
  const formula = 'docs/operating.md, “Count the database’s connections”';
  return [
    ...(major < OLDEST_MAJOR
      ? [warning(SUBJECT, `is PostgreSQL ${major}: nothing was tested on it`, `use ${OLDEST_MAJOR} or later`)]
      : []),
    connections < needed
      ? warning(SUBJECT, `lets ${connections} connections in, and ${needed} may be needed`, formula)
      : ok(SUBJECT, `lets ${connections} connections in; ${formula} says how many processes that is for`),
  ];
}
