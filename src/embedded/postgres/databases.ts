import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { connectionUrl, ROLES, type ConnectionTarget } from './credentials.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';

export const DATABASE = 'regain';
const DATABASE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** One database, as each role connects to it. */
export interface DatabaseUrls {
  /** Owns the database; for migrations. */
  ownerUrl: string;
  /** What the service runs as; may do only what the migrations grant. */
  appUrl: string;
  /** Owns the schema `bullmq`, for the queue's own pool. */
  queueUrl: string;
  superuserUrl: string;
}

export function databaseUrls(target: ConnectionTarget, database: string): DatabaseUrls {
  return {
    ownerUrl: connectionUrl(target, 'regain_owner', database),
    appUrl: connectionUrl(target, 'regain_app', database),
    queueUrl: connectionUrl(target, 'regain_queue', database),
    superuserUrl: connectionUrl(target, 'postgres', database),
  };
}

/** Creates the roles and the database `regain` where they are missing; what a killed first start left is completed. */
export async function ensureRolesAndDatabase(target: ConnectionTarget): Promise<void> {
  const databaseExists = await withClient(connectionUrl(target, 'postgres', 'postgres'), async (client) => {
    const roles = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
    const present = new Set(roles.rows.map(({ rolname }) => rolname));
    for (const role of ROLES.filter((name) => !present.has(name))) {
      const password = escapeLiteral(target.credentials[role]);
      await client.query(
        `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${password}`,
      );
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await client.query(createStatement(DATABASE, 'template0'));
    return Boolean(rowCount) && (await isPrepared(client, DATABASE));
  });
  if (!databaseExists) await prepareDatabase(target, DATABASE);
}

/**
 * Creates a database with the same roles and rights as `regain`, empty or as a copy of `template` (which nobody may be
 * connected to). For tests: migrate one template, copy it for each test file.
 */
export async function createDatabase(
  target: ConnectionTarget,
  name: string,
  { template }: { template?: string } = {},
): Promise<DatabaseUrls> {
  for (const given of [name, template ?? name]) assertDatabaseName(given);
  await withClient(connectionUrl(target, 'postgres', 'postgres'), (client) =>
    client.query(createStatement(name, template ?? 'template0')),
  );
  await prepareDatabase(target, name);
  return databaseUrls(target, name);
}

/** Drops a database and ends the sessions in it; one that does not exist is fine. */
export async function dropDatabase(target: ConnectionTarget, name: string): Promise<void> {
  assertDatabaseName(name);
  await withClient(connectionUrl(target, 'postgres', 'postgres'), (client) =>
    client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`),
  );
}

/** The data directory of the server behind a URL, as the server says it; undefined when it does not let us in. */
export async function askDataDirectory(target: ConnectionTarget): Promise<string | undefined> {
  try {
    return await withClient(connectionUrl(target, 'postgres', 'postgres'), async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      return rows[0]?.data_directory;
    });
  } catch {
    return undefined;
  }
}

function createStatement(name: string, template: string): string {
  return `CREATE DATABASE ${escapeIdentifier(name)} OWNER regain_owner TEMPLATE ${escapeIdentifier(template)}`;
}

/** The grant comes last in `prepareDatabase` and in one transaction with the rest. */
async function isPrepared(client: Client, database: string): Promise<boolean> {
  const sql = `SELECT has_database_privilege('regain_queue', $1, 'CREATE') AS prepared`;
  const { rows } = await client.query<{ prepared: boolean }>(sql, [database]);
  return rows[0]?.prepared === true;
}

async function prepareDatabase(target: ConnectionTarget, database: string): Promise<void> {
  const name = escapeIdentifier(database);
  // One query message is one transaction. The queue role gets CREATE because BullMQ's migrator begins with
  // CREATE SCHEMA IF NOT EXISTS, which asks for that right even when the schema is there.
  const sql = `
    CREATE SCHEMA IF NOT EXISTS bullmq AUTHORIZATION regain_queue;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO regain_app;
    REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${name} TO regain_app;
    GRANT CONNECT, CREATE ON DATABASE ${name} TO regain_queue;`;
  await withClient(connectionUrl(target, 'postgres', database), (client) => client.query(sql));
}

function assertDatabaseName(name: string): void {
  if (!DATABASE_NAME.test(name)) throw new EmbeddedPostgresError(`"${name}" is not a plain database name`);
}

async function withClient<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  // A server that goes away between queries is reported by the next query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
