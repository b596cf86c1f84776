import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { packagePath } from '../package-root/package-root.js';

export interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

const FILE_PATTERN = /^(\d{4})-([a-z0-9-]+)\.sql$/;
/** Any constant will do; it only has to be the same for every migrator of every version. */
const ADVISORY_LOCK = 727_401;

/** The hand-written migrations in order. @throws Error when a number is missing or doubled. */
export function readMigrations(directory = packagePath('src/platform/database/migrations')): Migration[] {
  return readdirSync(directory)
    .filter((file) => FILE_PATTERN.test(file))
    .sort()
    .map((file, index) => {
      const [, version = '', name = ''] = FILE_PATTERN.exec(file) ?? [];
      if (Number(version) !== index + 1) throw new Error(`migration ${file} is out of order`);
      const sql = readFileSync(join(directory, file), 'utf8');
      return { version: Number(version), name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Brings the schema up to date as the owner role: one transaction per migration, one migrator at a time (F47), and a
 * refusal when a migration that already ran has since been edited. Returns the versions applied now.
 */
export async function migrate(ownerUrl: string, migrations = readMigrations()): Promise<number[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("SET lock_timeout = '30s'");
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query('CREATE SCHEMA IF NOT EXISTS regain');
    await client.query('SET search_path = regain');
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ version: number; sha256: string }>(
      'SELECT version, sha256 FROM schema_migrations',
    );
    return await applyMissing(client, migrations, new Map(rows.map((row) => [row.version, row.sha256])));
  } finally {
    await client.end();
  }
}

async function applyMissing(client: pg.Client, migrations: Migration[], done: Map<number, string>): Promise<number[]> {
  const applied: number[] = [];
  for (const migration of migrations) {
    const sha256 = done.get(migration.version);
    if (sha256 !== undefined) {
      if (sha256 !== migration.sha256) throw new Error(`migration ${migration.version} was changed after it ran`);
      continue;
    }
    await client.query('BEGIN');
    try {
      await client.query(migration.sql);
      await client.query('INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', [
        migration.version,
        migration.name,
        migration.sha256,
      ]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
    applied.push(migration.version);
  }
  return applied;
}
