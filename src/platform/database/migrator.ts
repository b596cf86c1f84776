import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { packagePath } from '../package-root/package-root.js';
import { ADVISORY_LOCKS } from './advisory-locks.js';
import { buildIndex, indexStepsOf } from './index-steps.js';

export interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

const FILE_PATTERN = /^(\d{4})-([a-z0-9-]+)\.sql$/;

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

export interface MigrateOptions {
  migrations?: Migration[];
  /** How long a statement waits for a table in use before its migration steps back. Readers and writers queue behind it. */
  lockTimeoutMs?: number;
  /** How often a migration that stepped back is tried, with a pause in between, before it is given up. */
  lockTries?: number;
}

const LOCK_TIMEOUT_MS = 3_000;
const LOCK_TRIES = 20;
const PAUSE_MS = 500;
/** SQLSTATE lock_not_available and deadlock_detected: both pass when the others have ended. */
const IN_THE_WAY = new Set<unknown>(['55P03', '40P01']);

/**
 * Brings the schema up to date as the owner role. One migrator works at a time and the others wait (F47). Each migration
 * is one transaction: killed half-way, it leaves nothing of itself and the next run goes on from there (F37). One that
 * builds indexes on tables in use goes step by step instead (index-steps.ts): killed half-way, it leaves what it has
 * built, and the next run builds the rest. A table in use is waited for briefly and often, so that nobody stands behind
 * us. A migration that already ran and has since been edited is refused before anything runs. Returns the versions
 * applied now.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<number[]> {
  const { migrations = readMigrations() } = options;
  const client = new pg.Client({ connectionString: ownerUrl });
  // A connection that is cut between two statements is reported by the next one.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Else the server would only notice that a killed migrator is gone when its statement has ended, and keep the lock.
    await client.query("SET client_connection_check_interval = '1s'").catch(() => undefined);
    await takeTurn(client);
    await client.query('CREATE SCHEMA IF NOT EXISTS regain');
    await client.query('SET search_path = regain');
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const missing = await missingOf(client, migrations);
    for (const migration of missing) await applyPatiently(client, migration, options);
    return missing.map(({ version }) => version);
  } finally {
    await client.end();
  }
}

/**
 * Asks again and again instead of standing in the queue: a statement that waits is an old transaction, for which an index
 * that is built concurrently waits in turn.
 */
async function takeTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1) AS ours', [
      ADVISORY_LOCKS.migration,
    ]);
    if (rows[0]?.ours) return;
    await pause(PAUSE_MS);
  }
}

/** @throws Error when a migration was changed after it ran */
async function missingOf(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ version: number; sha256: string }>(
    'SELECT version, sha256 FROM schema_migrations',
  );
  const done = new Map(rows.map((row) => [row.version, row.sha256]));
  const changed = migrations.find(({ version, sha256 }) => done.has(version) && done.get(version) !== sha256);
  if (changed) throw new Error(`migration ${changed.version} was changed after it ran`);
  return migrations.filter(({ version }) => !done.has(version));
}

/** The second is for a deadlock, with a lock that somebody else holds on the same table. */
const STEP_TRIES = 2;

async function applyPatiently(client: pg.Client, migration: Migration, options: MigrateOptions): Promise<void> {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS, lockTries = LOCK_TRIES } = options;
  const steps = indexStepsOf(migration);
  if (!steps) return patiently(lockTries, () => apply(client, migration, lockTimeoutMs));
  // As long in one go as the others wait in many: nobody stands behind it, and stepping back costs what was built.
  for (const step of steps) await patiently(STEP_TRIES, () => buildIndex(client, step, lockTimeoutMs * lockTries));
  await client.query(NOTED, notedAs(migration));
}

async function patiently(lockTries: number, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!IN_THE_WAY.has((error as { code?: unknown }).code) || tries >= lockTries) throw error;
      await pause(PAUSE_MS);
    }
  }
}

const NOTED = 'INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)';
const notedAs = ({ version, name, sha256 }: Migration): unknown[] => [version, name, sha256];

async function apply(client: pg.Client, migration: Migration, lockTimeoutMs: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${Math.round(lockTimeoutMs)}`);
    await client.query(migration.sql);
    await client.query(NOTED, notedAs(migration));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
