import { beforeAll } from '@jest/globals';
import { SILENCES } from './fault-cases.js';
import type { Suite } from './suite.js';
import { ConformanceWorld, type Settled } from './world.js';

/** A call that reaches the partner: prepared in peace, then made. */
export type Operation = (world: ConformanceWorld) => Promise<() => Promise<unknown>>;

type Asked = Settled<unknown> & { asked: number };

/**
 * Makes each call under each fault that is over only when the caller's patience is. All wait at the same time, each with
 * a partner of its own: one after the other would take most of the suite's time. The answer tells how a call ended.
 */
export function waitOutSilences(
  suite: Suite,
  operations: Readonly<Record<string, Operation>>,
): (operation: string, title: string) => Asked {
  const ended = new Map<string, Asked>();
  const waits = Object.entries(operations).flatMap(([name, prepare]) =>
    SILENCES.map(({ title, fault }) => async () => {
      const world = await ConformanceWorld.start(suite.options);
      try {
        const call = await prepare(world);
        ended.set(`${name} ${title}`, await world.under(fault, call));
        suite.world().shown.push(...world.shown);
      } finally {
        await world.close();
      }
    }),
  );
  beforeAll(async () => {
    await Promise.all(waits.map((wait) => wait()));
  });
  return (operation, title) => {
    const found = ended.get(`${operation} ${title}`);
    if (!found) throw new Error(`nobody waited for ${operation} under ${title}`);
    return found;
  };
}
