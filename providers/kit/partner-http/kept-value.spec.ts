import { describe, expect, it } from '@jest/globals';
import { KeptValue } from './kept-value.js';

function rig(lifeMs = 1_000) {
  let nowMs = 0;
  let asked = 0;
  let failing = false;
  const kept = new KeptValue({ now: () => new Date(nowMs) }, async () => {
    asked += 1;
    if (failing) throw new Error('not now');
    return { value: { number: asked }, usableUntilMs: nowMs + lifeMs };
  });
  return {
    kept,
    asked: () => asked,
    wait: (ms: number) => (nowMs += ms),
    fail: (yes: boolean) => (failing = yes),
  };
}

describe('KeptValue', () => {
  it('is asked for once, however many wait for it, and kept until its end', async () => {
    const { kept, asked, wait } = rig();
    const values = await Promise.all([kept.get(), kept.get(), kept.get()]);
    expect(new Set(values).size).toBe(1);
    wait(999);
    expect(await kept.get()).toBe(values[0]);
    expect(asked()).toBe(1);
    wait(1);
    expect((await kept.get()).number).toBe(2);
  });

  it('that was refused is asked for again, but a newer one is not thrown away for an older', async () => {
    const { kept } = rig();
    const first = await kept.get();
    kept.drop(first);
    const second = await kept.get();
    expect(second.number).toBe(2);
    kept.drop(first);
    expect(await kept.get()).toBe(second);
    kept.drop();
    expect((await kept.get()).number).toBe(3);
  });

  it('keeps no failure', async () => {
    const { kept, fail } = rig();
    fail(true);
    await expect(kept.get()).rejects.toThrow('not now');
    fail(false);
    expect((await kept.get()).number).toBe(2);
  });

  it('that ends at once serves those who waited, and nobody after', async () => {
    const { kept, asked } = rig(0);
    await Promise.all([kept.get(), kept.get()]);
    expect(asked()).toBe(1);
    await kept.get();
    expect(asked()).toBe(2);
  });
});
