import { it } from '@jest/globals';

/**
 * `WHOLE=1 npm test -- NAME` runs everything a spec has. Without it, specs that do much of one kind do a part of each kind,
 * so that the suite stays short enough to be run for every change.
 */
export const WHOLE = process.env.WHOLE === '1';

type Test = (...test: Parameters<typeof it>) => void;

/** A test that takes long and has a shorter one of its kind beside it. */
export const itWhole: Test = WHOLE ? it : leftOut;

/** All of these, or those that stand for their kind. */
export function wholeOr<Item>(all: readonly Item[], stands: (item: Item, index: number) => boolean): Item[] {
  return all.filter((item, index) => WHOLE || stands(item, index));
}

function leftOut(): void {}
