import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';

export interface TestDatabase {
  database: Database;
  ownerUrl: string;
  appUrl: string;
  close(): Promise<void>;
}

/** Set by the test command, which starts one real PostgreSQL for the whole run. */
function superuserUrl(): string {
  const url = process.env.TEST_DATABASE_SUPERUSER_URL;
  if (!url) throw new Error('TEST_DATABASE_SUPERUSER_URL is not set: run the tests with `npm test`');
  return url;
}

export function urlFor(database: string, role: string): string {
  const url = new URL(superuserUrl());
  url.username = role;
  url.pathname = `/${database}`;
  url.password = role === 'postgres' ? url.password : (process.env.TEST_DATABASE_ROLE_PASSWORD ?? '');
  return url.href;
}

/** A fresh, migrated database of its own, dropped on close. */
export async function openTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: superuserUrl() });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} OWNER regain_owner`);
  const ownerUrl = urlFor(name, 'regain_owner');
  const appUrl = urlFor(name, 'regain_app');
  await migrate(ownerUrl);
  const database = await Database.connect({ url: appUrl, poolSize: options.poolSize ?? 10, statementTimeoutMs: 15_000 });
  return {
    database,
    ownerUrl,
    appUrl,
    async close() {
      await database.close();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
