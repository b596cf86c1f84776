import { describe, expect, it } from '@jest/globals';
import { Draining } from './draining.js';

describe('a process that was asked to stop (F36)', () => {
  it('is not ready any more while it still takes work, and only then ends its streams', async () => {
    const draining = new Draining(0.05);
    await expect(draining.check()).resolves.toBeUndefined();
    const stopping = draining.beforeApplicationShutdown();
    await expect(draining.check()).rejects.toMatchObject({ name: 'AbortError' });
    expect(draining.ending.aborted).toBe(false);
    await stopping;
    expect(draining.ending.aborted).toBe(true);
  });

  it('need not wait', async () => {
    const draining = new Draining(0);
    await draining.beforeApplicationShutdown();
    expect(draining.ending.aborted).toBe(true);
  });
});
