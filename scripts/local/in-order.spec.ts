import { describe, expect, it } from '@jest/globals';
import { inOrder } from './in-order.js';

describe('inOrder', () => {
  it('gives results in the order asked, whichever is ready first, and never works on more than its limit', async () => {
    const items = Array.from({ length: 20 }, (_, item) => item);
    let working = 0;
    let most = 0;
    const seen: number[] = [];
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++working);
      // Every third is ready later than those after it.
      for (let turn = 0; turn < (item % 3 === 0 ? 10 : 1); turn++) await Promise.resolve();
      working -= 1;
      return item;
    };
    for await (const result of inOrder(streamOf(items), 4, work)) seen.push(result);
    expect(seen).toEqual(items);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('gives nothing for nothing', async () => {
    for await (const result of inOrder(streamOf([]), 4, Promise.resolve)) expect(result).toBeUndefined();
  });
});

async function* streamOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
