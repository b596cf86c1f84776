import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate, readMigrations } from '../../src/platform/database/migrator.js';
import { templateDatabase, testServer } from './test-server.js';

export interface TestUrls {
  ownerUrl: string;
  appUrl: string;
  queueUrl: string;
  superuserUrl: string;
}

export interface TestDatabase extends TestUrls {
  database: Database;
  /** One statement of the tables' owner, for what the service itself may not do, like making time pass in a row. */
  asOwner(sql: string, values?: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

interface CreatedDatabase extends TestUrls {
  drop(): Promise<void>;
}

/**
 * A migrated one on the server `npm test` started, or on one that is named by a superuser's URL (without passwords for
 * the roles).
 */
async function createDatabase(name: string): Promise<CreatedDatabase> {
  const server = await testServer();
  if (!server) return createOnGivenServer(name);
  const template = await templateDatabase(
    server,
    migratedName(),
    async ({ ownerUrl }) => void (await migrate(ownerUrl)),
  );
  return { ...(await server.createDatabase(name, { template })), drop: () => server.dropDatabase(name) };
}

/** Changes with the migrations: one server serves the trials of many mutants. */
function migratedName(): string {
  const hash = createHash('sha256').update(JSON.stringify(readMigrations()));
  return `migrated_${hash.digest('hex').slice(0, 16)}`;
}

async function createOnGivenServer(name: string): Promise<CreatedDatabase> {
  const given = process.env.TEST_DATABASE_SUPERUSER_URL;
  if (!given) throw new Error('there is no database for the tests: run them with `npm test`');
  const admin = new pg.Client({ connectionString: given });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} OWNER regain_owner`);
  const urlOf = (role: string): string => Object.assign(new URL(given), { username: role, pathname: `/${name}` }).href;
  await migrate(urlOf('regain_owner'));
  return {
    ownerUrl: urlOf('regain_owner'),
    appUrl: urlOf('regain_app'),
    queueUrl: urlOf('regain_queue'),
    superuserUrl: urlOf('postgres'),
    async drop() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

/** A fresh, migrated database of its own, dropped on close. */
export async function openTestDatabase(options: { poolSize?: number; ring?: KeyRing } = {}): Promise<TestDatabase> {
  const created = await createDatabase(`test_${randomBytes(6).toString('hex')}`);
  const { drop, ...urls } = created;
  const database = await Database.connect({
    url: urls.appUrl,
    poolSize: options.poolSize ?? 10,
    statementTimeoutMs: 15_000,
    ring: options.ring ?? new KeyRing(KeyRing.generate()),
  });
  return {
    ...urls,
    database,
    async asOwner(sql, values = []) {
      const owner = new pg.Client({ connectionString: urls.ownerUrl, options: '-c search_path=regain' });
      await owner.connect();
      await owner.query(sql, [...values]).finally(() => owner.end());
    },
    async close() {
      await database.close();
      await drop();
    },
  };
}
