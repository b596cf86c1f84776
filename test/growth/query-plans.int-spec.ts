import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { letPlannerBelieveInFew, letPlannerBelieveInGrowth } from './grown-database.js';
import { walksOf } from './plan-walks.js';
import { statementsInSource } from './statements-in-source.js';
import { planOf, unexpectedWalks } from './unexpected-walks.js';

let test: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 1 });
  await letPlannerBelieveInGrowth(test.superuserUrl);
  const options = '-c search_path=regain -c enable_seqscan=off';
  client = new pg.Client({ connectionString: test.appUrl, options });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.close();
});

describe('with ten million rows in every table', () => {
  it('every statement of the product finds its rows by a condition of an index', async () => {
    const statements = statementsInSource();
    expect(statements.length).toBeGreaterThan(250);
    const found: string[] = [];
    for (const statement of statements) found.push(...(await unexpectedWalks(client, statement)));
    expect(found).toEqual([]);
  });

  it('a token is spent by its name, also where the server knew few living ones when it planned', async () => {
    const [spending] = statementsInSource().filter(({ text }) =>
      /^\s*UPDATE recovery_tokens t\s+SET consumed_at/.test(text),
    );
    await letPlannerBelieveInFew(test.superuserUrl, 'recovery_tokens');
    expect(walksOf(await planOf(client, spending?.text ?? ''))).toEqual([]);
  });

  it('a statement without an index is found out, and one with a time that the planner cannot look for', async () => {
    const place = 'src/x.ts:1';
    const text = `SELECT 1 FROM audit_events WHERE actor_id = $1`;
    expect(await unexpectedWalks(client, { place, text })).toEqual([expect.stringContaining('audit_events')]);
    const volatile = `SELECT 1 FROM audit_events WHERE occurred_at > clock_timestamp() - interval '1 day'`;
    expect(await unexpectedWalks(client, { place, text: volatile })).toEqual([expect.stringContaining('audit_events')]);
  });
});
