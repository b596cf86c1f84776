import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { KeyRing } from '../crypto/key-ring.js';
import { Limits, LIMITS, type LimitName, type LimitOutcome } from './limits.js';

const ring = new KeyRing(KeyRing.generate());
let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
});
afterAll(() => test.close());

const limits = new Limits(ring, 1);
const take = (name: LimitName, key: string, of = limits): Promise<LimitOutcome> =>
  test.database.transaction((tx) => of.take(tx, name, key));

describe('a limit', () => {
  it.each(Object.entries(LIMITS).filter(([, { max }]) => max <= 60))(
    '%s lets exactly its number through, and says so',
    async (name, { max, windowSeconds }) => {
      const outcomes: LimitOutcome[] = [];
      for (let use = 0; use < max + 2; use += 1) outcomes.push(await take(name as LimitName, 'key'));
      expect(outcomes.map((outcome) => outcome.allowed)).toEqual(outcomes.map((_, index) => index < max));
      expect(outcomes.map((outcome) => outcome.remaining)).toEqual(
        outcomes.map((_, index) => Math.max(0, max - index - 1)),
      );
      for (const { limit, resetSeconds } of outcomes) {
        expect(limit).toBe(max);
        expect(resetSeconds).toBeGreaterThanOrEqual(1);
        expect(resetSeconds).toBeLessThanOrEqual(windowSeconds);
      }
    },
  );

  it('adds up callers that race (F10)', async () => {
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => take('start_per_login', 'raced')));
    expect(outcomes.filter((outcome) => outcome.allowed)).toHaveLength(LIMITS.start_per_login.max);
  });

  it('counts keys and names apart', async () => {
    for (let use = 0; use < 5; use += 1) await take('start_per_login', 'one');
    expect((await take('start_per_login', 'one')).allowed).toBe(false);
    expect((await take('start_per_login', 'other')).allowed).toBe(true);
    expect((await take('link_per_case', 'one')).allowed).toBe(true);
  });

  it('starts anew in the next window', async () => {
    for (let use = 0; use < 6; use += 1) await take('start_per_login', 'later');
    await test.database.transaction(
      (tx) =>
        tx.run`UPDATE limit_counters SET window_start = window_start - interval '1 hour' WHERE name = 'start_per_login' AND used = 6`,
    );
    expect(await take('start_per_login', 'later')).toMatchObject({ allowed: true, remaining: 4 });
  });

  it('is not counted when its transaction is taken back', async () => {
    await test.database
      .transaction(async (tx) => {
        await limits.take(tx, 'link_per_case', 'undone');
        throw new Error('undone');
      })
      .catch(() => undefined);
    expect((await take('link_per_case', 'undone')).remaining).toBe(LIMITS.link_per_case.max - 1);
  });

  it('never falls below one, however small the scale', async () => {
    const small = new Limits(ring, 0.01);
    expect([
      (await take('token_per_case', 'small', small)).allowed,
      (await take('token_per_case', 'small', small)).allowed,
    ]).toEqual([true, false]);
  });
});

describe('the table', () => {
  it('holds no login, address or id that was limited', async () => {
    await take('start_per_login', 'ana.petrova@example.org');
    const rows = await test.database.read(
      (tx) =>
        tx.many<{ text: string }>`
          SELECT row_to_json(c)::text || encode(key_digest, 'escape') AS text FROM limit_counters c`,
    );
    expect(rows.map(({ text }) => text).join()).not.toMatch(/ana\.petrova|example\.org/);
  });

  it('is pruned of windows that are over', async () => {
    await test.database.transaction(
      (tx) => tx.run`UPDATE limit_counters SET window_start = window_start - interval '2 days'`,
    );
    await take('start_per_login', 'kept');
    const pruned = await test.database.transaction((tx) => limits.prune(tx));
    expect(pruned).toBeGreaterThan(0);
    expect(await test.database.read((tx) => tx.many`SELECT 1 AS one FROM limit_counters`)).toHaveLength(1);
  });
});
