import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { eventually } from '../../../scripts/harness/eventually.js';
import { columnLabels, describeSchema, SCHEMA_FILE } from '../../../test/security/schema/describe-schema.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { packagePath } from '../package-root/package-root.js';
import { migrate, readMigrations, type Migration } from './migrator.js';

let test: TestDatabase;
let superuser: pg.Client;

beforeEach(async () => {
  test = await openTestDatabase({ poolSize: 1 });
  superuser = new pg.Client({ connectionString: test.superuserUrl });
  await superuser.connect();
});
afterEach(async () => {
  await superuser.end();
  await test.close();
});

const emptied = (): Promise<unknown> => superuser.query('DROP SCHEMA regain CASCADE');
const applied = async (): Promise<number[]> =>
  (
    await superuser.query<{ version: number }>('SELECT version FROM regain.schema_migrations ORDER BY version')
  ).rows.map((row) => row.version);
const extra = (version: number, sql: string): Migration => ({ version, name: 'extra', sql, sha256: `sha of ${sql}` });

describe('migrations', () => {
  it('replayed from nothing give the committed schema', async () => {
    const description = await describeSchema(superuser);
    if (process.env.UPDATE_SCHEMA) writeFileSync(SCHEMA_FILE, description);
    expect(description).toBe(readFileSync(SCHEMA_FILE, 'utf8'));
  });

  it('replayed on top of themselves change nothing', async () => {
    const before = await describeSchema(superuser);
    expect(await migrate(test.ownerUrl)).toEqual([]);
    expect(await describeSchema(superuser)).toBe(before);
  });

  it('say of every column how sensitive it is', async () => {
    const labels = await columnLabels(superuser);
    const unlabelled = labels.filter(
      ({ table, comment }) =>
        table !== 'schema_migrations' && !/^sensitive=(none|sealed|digest|pseudonym)$/.test(comment ?? ''),
    );
    expect(unlabelled).toEqual([]);
    expect(labels.length).toBeGreaterThan(200);
  });

  it('label as sealed or digest only columns of bytes, and name them so', async () => {
    const wrong = (await columnLabels(superuser)).filter(({ column, type, comment }) => {
      const secret = comment === 'sensitive=sealed' || comment === 'sensitive=digest';
      return (secret && type !== 'bytea') || (comment === 'sensitive=sealed') !== column.endsWith('_sealed');
    });
    expect(wrong).toEqual([]);
  });

  it('that were edited after they ran are refused, and nothing runs', async () => {
    const [first, ...rest] = readMigrations();
    const edited = [
      { ...first, sha256: 'another' } as Migration,
      ...rest,
      extra(rest.length + 2, 'CREATE TABLE never (id integer)'),
    ];
    await expect(migrate(test.ownerUrl, { migrations: edited })).rejects.toThrow('was changed after it ran');
    expect(await applied()).toEqual(readMigrations().map((migration) => migration.version));
  });

  it('that fail half-way leave nothing of themselves and can be run again (F37)', async () => {
    const next = readMigrations().length + 1;
    const broken = [...readMigrations(), extra(next, 'CREATE TABLE half (id integer); SELECT 1 / 0')];
    await expect(migrate(test.ownerUrl, { migrations: broken })).rejects.toThrow('division by zero');
    const { rows } = await superuser.query("SELECT to_regclass('regain.half') AS half");
    expect([rows, await applied()]).toEqual([[{ half: null }], readMigrations().map((migration) => migration.version)]);
    const mended = [...readMigrations(), extra(next, 'CREATE TABLE half (id integer)')];
    expect(await migrate(test.ownerUrl, { migrations: mended })).toEqual([next]);
  });

  it('by several migrators at once are applied once (F47)', async () => {
    await emptied();
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(test.ownerUrl)));
    expect(results.flat()).toEqual(readMigrations().map((migration) => migration.version));
  });

  it('of a migrator that was killed are undone by the server, and the next migrator goes on (F37)', async () => {
    const next = readMigrations().length + 1;
    const module = packagePath('dist/src/platform/database/migrator.js');
    const slow = 'CREATE TABLE half (id integer); SELECT pg_sleep(600)';
    const program = `import { migrate, readMigrations } from ${JSON.stringify(module)};
      const extra = { version: ${next}, name: 'extra', sha256: 'slow', sql: ${JSON.stringify(slow)} };
      await migrate(process.env.OWNER_URL, { migrations: [...readMigrations(), extra] });`;
    const env = { ...process.env, OWNER_URL: test.ownerUrl };
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: 'ignore' });
    const asleep = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    await eventually('it is half-way', async () => ((await superuser.query(asleep)).rowCount ?? 0) > 0);
    child.kill('SIGKILL');
    const migrations = [...readMigrations(), extra(next, 'CREATE TABLE half (id integer)')];
    expect(await migrate(test.ownerUrl, { migrations })).toEqual([next]);
  });

  it('wait for a table in use without holding anybody up, and go on when it is free (F37)', async () => {
    const next = readMigrations().length + 1;
    const migrations = [...readMigrations(), extra(next, 'ALTER TABLE outbox ADD COLUMN extra integer')];
    const user = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
    await user.connect();
    await user.query('BEGIN');
    await user.query('SELECT 1 FROM outbox LIMIT 1');
    const options = { migrations, lockTimeoutMs: 50 };
    await expect(migrate(test.ownerUrl, { ...options, lockTries: 2 })).rejects.toMatchObject({ code: '55P03' });
    const migrated = migrate(test.ownerUrl, options);
    // Behind a migrator that waited for long, this would stand for as long.
    for (let reads = 0; reads < 20; reads += 1) {
      await test.database.read((tx) => tx.many`SELECT 1 AS one FROM outbox LIMIT 1`);
    }
    await user.query('COMMIT');
    expect(await migrated).toEqual([next]);
    await user.end();
  });

  const TWO_INDEXES = `-- Step by step: each statement stands alone and can be repeated.
    CREATE INDEX CONCURRENTLY IF NOT EXISTS extra_one ON recovery_requests (created_at);
    CREATE INDEX CONCURRENTLY IF NOT EXISTS extra_two ON outbox (event, id);`;
  const indexes = async (): Promise<Record<string, boolean>> =>
    Object.fromEntries(
      (
        await superuser.query<{ name: string; valid: boolean }>(
          "SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'extra%'",
        )
      ).rows.map(({ name, valid }) => [name, valid]),
    );
  const BUILDING =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX%extra_two%' AND wait_event_type = 'Lock'";

  it('that build indexes go step by step: nobody waits for them, and one that was killed is finished by the next (F37)', async () => {
    const next = readMigrations().length + 1;
    const migrations = [...readMigrations(), extra(next, TWO_INDEXES)];
    const writer = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query("INSERT INTO outbox (event, payload) VALUES ('case.opened', '{}')");
    const killed = expect(migrate(test.ownerUrl, { migrations })).rejects.toMatchObject({ code: '57P01' });
    await eventually('the second one waits', async () => ((await superuser.query(BUILDING)).rowCount ?? 0) > 0);
    const wrote = await test.database.transaction(
      (tx) => tx.run`INSERT INTO outbox (event, payload) VALUES ('case.opened', '{}')`,
    );
    await superuser.query(`SELECT pg_terminate_backend(pid) FROM (${BUILDING}) building`);
    await killed;
    expect([wrote, await indexes(), (await applied()).at(-1)]).toEqual([
      1,
      { extra_one: true, extra_two: false },
      next - 1,
    ]);
    const mended = migrate(test.ownerUrl, { migrations });
    await writer.query('COMMIT');
    expect([await mended, await indexes()]).toEqual([[next], { extra_one: true, extra_two: true }]);
    await writer.end();
  });

  it('that build indexes step back from a transaction that does not end, and do not wait for one another (F37, F47)', async () => {
    const next = readMigrations().length + 1;
    const migrations = [...readMigrations(), extra(next, TWO_INDEXES)];
    const reader = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT 1 FROM outbox LIMIT 1');
    const impatient = { migrations, lockTimeoutMs: 50, lockTries: 2 };
    await expect(migrate(test.ownerUrl, impatient)).rejects.toMatchObject({ code: '55P03' });
    await reader.query('COMMIT');
    await reader.end();
    const results = await Promise.all(Array.from({ length: 3 }, () => migrate(test.ownerUrl, { migrations })));
    expect([results.flat(), await indexes()]).toEqual([[next], { extra_one: true, extra_two: true }]);
  });

  it('that go step by step do nothing but build indexes', async () => {
    const sql = `${TWO_INDEXES} UPDATE outbox SET event = 'x';`;
    const migrations = [...readMigrations(), extra(readMigrations().length + 1, sql)];
    await expect(migrate(test.ownerUrl, { migrations })).rejects.toThrow('does more than build indexes');
    expect(await indexes()).toEqual({});
  });

  it('that meet others in a deadlock are tried again (F37)', async () => {
    const next = readMigrations().length + 1;
    // The first try ends as the server ends one of two that wait for each other; a sequence counts over its undoing.
    await superuser.query('CREATE SEQUENCE regain.tries; GRANT USAGE ON SEQUENCE regain.tries TO PUBLIC');
    const sql = `DO $$ BEGIN IF nextval('tries') = 1 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF; END $$`;
    expect(await migrate(test.ownerUrl, { migrations: [...readMigrations(), extra(next, sql)] })).toEqual([next]);
  });

  it('only add, unless their name says which builds can live without what they take away (F37)', () => {
    const takesAway =
      /\bDROP\s+(TABLE|COLUMN|FUNCTION|VIEW|SCHEMA)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b|\bALTER\s+COLUMN\s+\w+\s+(SET\s+DATA\s+)?TYPE\b|\bREVOKE\b[^;]*\bFROM\s+regain_app\b/i;
    const breaking = ({ sql }: Migration): boolean =>
      takesAway.test(sql) ||
      [...sql.matchAll(/ADD COLUMN [^,;]*NOT NULL[^,;]*/gi)].some(([text]) => !/DEFAULT/i.test(text));
    const wrong = readMigrations()
      .slice(1)
      .filter((found) => breaking(found) && !/^contract-\d{4}-/.test(found.name));
    expect(wrong.map(({ version, name }) => `${version} ${name}`)).toEqual([]);
    expect(breaking(extra(1, 'ALTER TABLE outbox DROP COLUMN event'))).toBe(true);
    expect(breaking(extra(1, 'ALTER TABLE outbox ADD COLUMN more text NOT NULL'))).toBe(true);
  });

  it('are not the application’s to run', async () => {
    await emptied();
    await expect(migrate(test.appUrl)).rejects.toThrow('permission denied');
  });
});
