import { describe, expect, it } from '@jest/globals';
import { growth } from './growth.js';
import type { Part } from './progress.js';
import { rehearsal } from './rehearsal.js';

describe('a campaign that is taken up again with more units', () => {
  it('counts what was done before only once', async () => {
    const parts: Part[] = [];
    for await (const part of rehearsal.run({ seed: 1, units: 60, done: 40 })) parts.push(part);
    expect(parts.map(({ units }) => units)).toEqual([20]);
  });

  it('prints the figures of its latest part', () => {
    const part = (units: number, sweep: number): Part => ({ units, faults: [], figures: { sweep_ms_times: sweep } });
    expect(growth.summary?.([part(10, 1), part(90, 1.1)])).toBe('sweep_ms_times 1.10');
  });
});
