import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readFileSync, writeFileSync } from 'node:fs';
import { columnLabels, describeSchema, SCHEMA_FILE } from '../../../test/security/schema/describe-schema.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
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
    await expect(migrate(test.ownerUrl, edited)).rejects.toThrow('was changed after it ran');
    expect(await applied()).toEqual(readMigrations().map((migration) => migration.version));
  });

  it('that fail half-way leave nothing of themselves and can be run again (F37)', async () => {
    const next = readMigrations().length + 1;
    const broken = [...readMigrations(), extra(next, 'CREATE TABLE half (id integer); SELECT 1 / 0')];
    await expect(migrate(test.ownerUrl, broken)).rejects.toThrow('division by zero');
    const { rows } = await superuser.query("SELECT to_regclass('regain.half') AS half");
    expect([rows, await applied()]).toEqual([[{ half: null }], readMigrations().map((migration) => migration.version)]);
    expect(await migrate(test.ownerUrl, [...readMigrations(), extra(next, 'CREATE TABLE half (id integer)')])).toEqual([
      next,
    ]);
  });

  it('by several migrators at once are applied once (F47)', async () => {
    await emptied();
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(test.ownerUrl)));
    expect(results.flat()).toEqual(readMigrations().map((migration) => migration.version));
  });

  it('are not the application’s to run', async () => {
    await emptied();
    await expect(migrate(test.appUrl)).rejects.toThrow('permission denied');
  });
});
