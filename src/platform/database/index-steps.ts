import type pg from 'pg';

/** First line of a migration that builds indexes on tables in use, outside a transaction. */
const MARK = '-- Step by step: each statement stands alone and can be repeated.';
const STEP = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (\w+) ON \w+\s*\([^;]*$/;

export interface IndexStep {
  index: string;
  sql: string;
}

/**
 * The steps of a migration that has to do without a transaction, since nothing else builds an index while a table is
 * written to (PostgreSQL, "Building Indexes Concurrently"). Undefined for every other migration.
 * @throws Error when it does anything but build indexes: nothing else could be repeated after it was interrupted
 */
export function indexStepsOf({ name, sql }: { name: string; sql: string }): IndexStep[] | undefined {
  if (!sql.startsWith(MARK)) return undefined;
  const statements = sql
    .replaceAll(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  return statements.map((statement) => {
    const [, index] = STEP.exec(statement) ?? [];
    if (index === undefined) throw new Error(`migration ${name} goes step by step and does more than build indexes`);
    return { index, sql: statement };
  });
}

/**
 * Builds one index, or finds that it is there. What an interrupted build left behind is invalid: PostgreSQL keeps it up to
 * date and never uses it; it is dropped and built anew. A build waits for every transaction that may still see the table
 * as it was, up to `waitMs`, and nobody stands behind it meanwhile; then it steps back (SQLSTATE 55P03).
 */
export async function buildIndex(client: pg.Client, { index, sql }: IndexStep, waitMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${Math.round(waitMs)}`);
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relname = $1 AND c.relnamespace = 'regain'::regnamespace AND NOT i.indisvalid`,
    [index],
  );
  if (rowCount) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
  await client.query(sql);
}
