import pg from 'pg';

/** Tables that hold what an organisation has few of, however long it runs. */
export const SMALL_TABLES: readonly string[] = [
  'policies',
  'policy_macs',
  'policy_versions',
  'policy_changes',
  'api_keys',
  'provider_controls',
  'recovery_pauses',
  'audit_checkpoints',
  'rehearsals',
  'rows_signed',
  'schema_migrations',
];
const FEW_ROWS = 50;
const MANY_ROWS = 10_000_000;

/** Values that a column without a default takes; what they mean does not matter. */
const FILLER: Record<string, string> = {
  text: `'x'`,
  bytea: `'\\x01'`,
  integer: '1',
  bigint: '1',
  smallint: '1',
  boolean: 'false',
  jsonb: `'{}'`,
  'timestamp with time zone': 'now()',
  date: 'now()',
  ARRAY: `'{}'`,
  'double precision': '1',
};

/**
 * Makes the planner believe that every table but the {@link SMALL_TABLES} ones has ten million rows. It takes the
 * number of rows from the last statistics, scaled by the size of the file: one row in one page is enough (PostgreSQL,
 * `table_block_relation_estimate_size`).
 */
export async function letPlannerBelieveInGrowth(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl, options: '-c search_path=regain' });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica`);
    for (const table of await tables(client)) await fill(client, table);
    await client.query(
      `UPDATE pg_class SET relpages = 1, reltuples = CASE WHEN relname = ANY($1) THEN ${FEW_ROWS} ELSE ${MANY_ROWS} END
       WHERE relnamespace = 'regain'::regnamespace AND relkind = 'r'`,
      [SMALL_TABLES],
    );
  } finally {
    await client.end();
  }
}

/**
 * The same the other way round, of one table: what was planned while it was young is kept for as long as the connection
 * lives.
 */
export async function letPlannerBelieveInFew(superuserUrl: string, table: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl, options: '-c search_path=regain' });
  await client.connect();
  try {
    await client.query(`UPDATE pg_class SET reltuples = ${FEW_ROWS} WHERE oid = $1::regclass`, [table]);
  } finally {
    await client.end();
  }
}

async function tables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'regain'::regnamespace AND relkind = 'r' ORDER BY relname`,
  );
  return rows.map(({ name }) => name);
}

/** One row, without the rules that would ask for a sensible one. */
async function fill(client: pg.Client, table: string): Promise<void> {
  const checks = await client.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE conrelid = ('regain.' || $1)::regclass AND contype = 'c'`,
    [table],
  );
  for (const { name } of checks.rows) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'regain' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER' AND column_default IS NULL AND is_nullable = 'NO'`,
    [table],
  );
  const values = rows.map(({ name, type }) => {
    const value = FILLER[type];
    if (value === undefined) throw new Error(`no filler for ${table}.${name} of type ${type}`);
    return value;
  });
  const written =
    rows.length === 0 ? 'DEFAULT VALUES' : `(${rows.map(({ name }) => name).join()}) VALUES (${values.join()})`;
  await client.query(`INSERT INTO ${table} ${written} ON CONFLICT DO NOTHING`);
}
