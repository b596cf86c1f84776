import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryObjectStore } from '../../../test/model/memory-object-store.js';
import type { Database } from '../database/database.js';
import { lately } from './lately.js';
import { readiness } from './readiness.js';

const database = { read: async () => ({ one: 1 }) } as unknown as Database;
const away = (): Promise<never> => Promise.reject(new Error('away'));
const fine = async (): Promise<void> => undefined;
const storeAway = Object.assign(new MemoryObjectStore(), { down: true });

afterEach(() => void jest.useRealTimers());

describe('readiness', () => {
  it('tells that the object store is away, and is ready: what needs the database alone goes on', async () => {
    expect(await readiness({ database, objects: storeAway, extra: { audit_anchors: fine } })).toEqual({
      ready: true,
      dependencies: { database: 'up', objectStore: 'down', audit_anchors: 'up' },
    });
  });

  it.each([
    ['the database', { database: { read: away } as unknown as Database }],
    ['the queue', { queue: away }],
    [
      'the comparison with the anchors, also while the store keeps it from being made',
      { extra: { audit_anchors: away } },
    ],
  ])('waits for %s', async (_name, parts) => {
    const { ready } = await readiness({ database, objects: new MemoryObjectStore(), queue: fine, ...parts });
    expect(ready).toBe(false);
  });

  it('waits for nobody longer than three seconds', async () => {
    jest.useFakeTimers();
    const asked = readiness({ database, objects: new MemoryObjectStore(), queue: () => new Promise(() => undefined) });
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await asked).toMatchObject({ ready: false, dependencies: { database: 'up', queue: 'down' } });
  });
});

describe('what was asked lately', () => {
  it('is asked once for all who ask meanwhile, and anew when its time is over, after an error too', async () => {
    jest.useFakeTimers();
    let asked = 0;
    const answer = lately(
      async () => {
        asked += 1;
        if (asked === 1) throw new Error('away');
        return asked;
      },
      { keptMs: 5_000 },
    );
    await expect(Promise.allSettled([answer(), answer()])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    await jest.advanceTimersByTimeAsync(4_999);
    await expect(answer()).rejects.toThrow('away');
    await jest.advanceTimersByTimeAsync(1);
    expect([await answer(), await answer(), asked]).toEqual([2, 2, 2]);
  });

  it('is not asked again while it does not end', async () => {
    jest.useFakeTimers();
    let asked = 0;
    const answer = lately(() => new Promise(() => (asked += 1)), { keptMs: 5_000 });
    void answer();
    await jest.advanceTimersByTimeAsync(60_000);
    void answer();
    expect(asked).toBe(1);
  });
});
