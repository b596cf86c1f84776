import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { connectionFindings } from './connections-check.js';

let test: TestDatabase;
let client: pg.Client;
let superuser: pg.Client;

beforeAll(async () => {
  test = await openTestDatabase();
  client = new pg.Client({ connectionString: test.appUrl });
  superuser = new pg.Client({ connectionString: test.superuserUrl });
  await Promise.all([client.connect(), superuser.connect()]);
});
afterEach(() => limit(-1));
afterAll(async () => {
  await Promise.all([client?.end(), superuser?.end()]);
  await test?.close();
});

async function limit(connections: number): Promise<void> {
  const name = pg.escapeIdentifier(new URL(test.superuserUrl).pathname.slice(1));
  await superuser.query(`ALTER DATABASE ${name} CONNECTION LIMIT ${connections}`);
}

const told = async (poolSize: number): Promise<string[]> =>
  (await connectionFindings(client, { DATABASE_POOL_SIZE: poolSize })).map(
    ({ verdict, detail }) => `${verdict} ${detail}`,
  );

describe('the connections that a database lets in', () => {
  it('are enough for two of each process while one of each is replaced', async () => {
    await limit(20);
    expect(await told(2)).toEqual([expect.stringMatching(/^ok lets 20 connections in/)]);
  });

  it('are too few when one is lacking', async () => {
    await limit(19);
    expect(await told(2)).toEqual(['warning lets 19 connections in, and 20 may be needed']);
  });

  it('are those of the server where nothing else limits them, without the ones it keeps back', async () => {
    const { rows } = await superuser.query<{ most: number; kept: number }>(
      `SELECT current_setting('max_connections')::int AS most, current_setting('superuser_reserved_connections')::int AS kept`,
    );
    const [{ most, kept } = { most: 0, kept: 0 }] = rows;
    expect((await told(2)).join()).toContain(`lets ${most - kept} connections in`);
  });
});
