import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runTokenRace } from '../../test/campaign/token-race.js';
import { factsOf, seedApprovedCase } from '../../test/support/approved-case.js';
import { buildPasskeyStage, serviceRegistrationClient, TEST_ORIGIN } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';

const ring = new KeyRing(KeyRing.generate());
let first: TestDatabase;
let second: Database;

beforeAll(async () => {
  first = await openTestDatabase({ poolSize: 16 });
  second = await Database.connect({
    url: first.appUrl,
    poolSize: 16,
    statementTimeoutMs: 15_000,
    ring: first.database.ring,
  });
});

afterAll(async () => {
  await second?.close();
  await first?.close();
});

describe('many finishers of one token', () => {
  it.each([
    { tokens: 20, finishers: 16 },
    { tokens: 5, finishers: 64 },
  ])('$tokens tokens × $finishers finishers over two pools: one passkey each', async ({ tokens, finishers }) => {
    const stages = [buildPasskeyStage(first.database, ring), buildPasskeyStage(second, ring)];
    const report = await runTokenRace({
      tokens,
      finishers,
      origin: TEST_ORIGIN,
      client: serviceRegistrationClient(stages),
      seed: () => seedApprovedCase(first.database, ring),
      facts: (caseId) => factsOf(first.database, caseId),
    });
    expect(report.faults).toEqual([]);
    expect(report.clean).toBe(tokens);
  });
});
