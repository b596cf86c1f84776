import pg from 'pg';
import { connectEmbeddedPostgres } from '../../../src/embedded/postgres/index.js';

const SCHEMAS = ['regain', 'bullmq'];

/**
 * Sees every row that is ever written, also those that are gone a moment later: triggers on each table of the
 * application and of the queue copy new rows into a schema of the witness's own.
 */
export class DatabaseWitness {
  private constructor(private readonly client: pg.Client) {}

  static async watch(dataDir: string): Promise<DatabaseWitness> {
    const { superuserUrl } = await connectEmbeddedPostgres(dataDir);
    const client = new pg.Client({ connectionString: superuserUrl });
    await client.connect();
    await client.query('CREATE SCHEMA witness');
    await client.query('CREATE TABLE witness.rows (source text NOT NULL, row_text text NOT NULL)');
    await client.query(`CREATE FUNCTION witness.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN INSERT INTO witness.rows VALUES (TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, NEW::text); RETURN NULL; END $$`);
    const witness = new DatabaseWitness(client);
    for (const table of await witness.tables()) {
      await client.query(
        `CREATE TRIGGER witness AFTER INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION witness.note()`,
      );
    }
    return witness;
  }

  /** Every row seen, and every row that stands: text, with bytes in hex. */
  async rows(): Promise<{ source: string; text: string }[]> {
    const seen = await this.client.query<{ source: string; text: string }>(
      'SELECT source, row_text AS text FROM witness.rows',
    );
    const standing: { source: string; text: string }[] = [];
    for (const table of await this.tables()) {
      const { rows } = await this.client.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`);
      standing.push(...rows.map(({ text }) => ({ source: table, text })));
    }
    return [...seen.rows, ...standing];
  }

  /** For deliberate leaks: whatever SQL, as the superuser. */
  async run(sql: string, values: unknown[] = []): Promise<void> {
    await this.client.query(sql, values);
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async tables(): Promise<string[]> {
    const { rows } = await this.client.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
      [SCHEMAS],
    );
    return rows.map((row) => row.name);
  }
}
