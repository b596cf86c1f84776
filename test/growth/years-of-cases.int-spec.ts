import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { writeYearsOfCases } from '../../scripts/campaign/growth/years-of-cases.js';
import { LOAD_POLICY } from '../../scripts/campaign/throughput/load-policy.js';
import { addPolicy } from '../../src/policy/policy-rows.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { statementsInSource } from './statements-in-source.js';
import { unexpectedWalks } from './unexpected-walks.js';

const CASES = 20_000;
/** Of which there are as many as cases, or more. */
const GROWN = new Set([
  'audit_events',
  'audit_heads',
  'audit_checkpoint_heads',
  'case_keys',
  'credentials',
  'notices',
  'recovery_cases',
  'recovery_links',
  'recovery_tokens',
  'verification_sessions',
  'webhook_inbox',
]);

let test: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 1 });
  await test.database.transaction((tx) => addPolicy(tx, LOAD_POLICY));
  await writeYearsOfCases(test.ownerUrl, { known: 0, total: CASES });
  client = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.close();
});

/**
 * Real rows with real statistics, and nothing that keeps the planner from reading a table from end to end: it does where it
 * takes a condition for one that many rows meet, as one bound of a time that is not known beforehand (a third of them).
 */
describe('beside years of closed cases', () => {
  it('the planner chooses no walk through what grows', async () => {
    const found: string[] = [];
    for (const statement of statementsInSource()) found.push(...(await unexpectedWalks(client, statement)));
    expect(found.filter((walk) => GROWN.has(walk.split(' ')[1] ?? ''))).toEqual([]);
  });

  it('an open time is taken for much of a table, a time with two ends is not', async () => {
    const since = (condition: string): string =>
      `SELECT DISTINCT chain_id FROM audit_events WHERE occurred_at ${condition}`;
    const walksOf = (condition: string) => unexpectedWalks(client, { place: 'src/x.ts:1', text: since(condition) });
    expect(await walksOf('>= $1')).toEqual(['src/x.ts:1 audit_events']);
    expect(await walksOf(`BETWEEN $1 AND 'infinity'`)).toEqual([]);
  });
});
