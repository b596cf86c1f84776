import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { KeyRing } from '../crypto/key-ring.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Limits, LIMITS, type LimitName, type LimitOutcome } from './limits.js';

const OPTIONS = { statementTimeoutMs: 15_000 };
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

  it('that is counted by itself does not wait for the disk, and leaves every other commit as durable as it was', async () => {
    const setting = (tx: Transaction): Promise<{ now: string }> =>
      tx.one<{ now: string }>`SELECT current_setting('synchronous_commit') AS now`;
    const own = await Database.connect({ ...OPTIONS, url: test.appUrl, poolSize: 1 });
    const write = jest
      .spyOn(own, 'write')
      .mockImplementation((count) => own.transaction(async (tx) => [await count(tx), await setting(tx)] as never));
    const use = { name: 'start_per_login', key: 'by itself' } as const;
    expect(await limits.takeAlone(own, use)).toEqual([expect.objectContaining({ used: 1 }), { now: 'off' }]);
    write.mockRestore();
    expect(await limits.takeAlone(own, use)).toMatchObject({ used: 2 });
    expect(await own.read(setting)).toEqual({ now: 'on' });
    const inside = own.transaction(async (tx) => [
      await limits.take(tx, 'start_per_login', 'within'),
      await setting(tx),
    ]);
    expect(await inside).toEqual([expect.objectContaining({ used: 1 }), { now: 'on' }]);
    await own.close();
  });

  it('counts keys and names apart', async () => {
    for (let use = 0; use < 5; use += 1) await take('start_per_login', 'one');
    expect((await take('start_per_login', 'one')).allowed).toBe(false);
    expect((await take('start_per_login', 'other')).allowed).toBe(true);
    expect((await take('link_per_case', 'one')).allowed).toBe(true);
  });

  it('of a source counts an IPv6 network as one source, and an IPv4 address however it is written (T9)', async () => {
    const max = LIMITS.start_per_source.max;
    for (let host = 1; host <= max; host += 1) await take('start_per_source', `2001:db8:7:7::${host.toString(16)}`);
    expect((await take('start_per_source', '2001:db8:7:7:ffff::1')).allowed).toBe(false);
    expect((await take('start_per_source', '2001:db8:7:8::1')).allowed).toBe(true);
    await take('start_per_source', '192.0.2.99');
    expect(await take('start_per_source', '::ffff:192.0.2.99')).toMatchObject({ used: 2 });
    expect(await take('start_per_login', '2001:db8:7:7::1')).toMatchObject({ used: 1 });
    expect(await take('start_per_login', '2001:db8:7:7::2')).toMatchObject({ used: 1 });
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

describe('while keys are rotated (T117, F38)', () => {
  const [old, fresh] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32).toString('base64') }));
  const limitsWith = (...keys: unknown[]): Limits => new Limits(new KeyRing({ keys }), 1);
  const before = limitsWith(old);
  const told = limitsWith(old, { ...fresh, retired: true });
  const rotated = limitsWith({ ...old, retired: true }, fresh);

  it('what was used under one key is used under the other', async () => {
    const uses: LimitOutcome[] = [];
    for (const process of [before, told, rotated, told, rotated, rotated])
      uses.push(await take('start_per_login', 'rotated', process));
    expect(uses.map(({ used }) => used)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(uses.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false]);
  });

  it.each(['in a transaction', 'alone'])('callers that race under different active keys add up, %s', async (how) => {
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 32 }, (_, n) => {
          const process = n % 2 ? told : rotated;
          const key = `raced ${how} ${round}`;
          return how === 'alone'
            ? process.takeAlone(test.database, { name: 'start_per_login', key })
            : take('start_per_login', key, process);
        }),
      );
      expect(outcomes.map((outcome) => outcome?.used ?? 0).sort((a, b) => a - b)).toEqual(
        outcomes.map((_, n) => n + 1),
      );
    }
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
