import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../test/model/seeded-random.js';
import { Progress } from './campaign/progress.js';
import { runCase, type FaultCase } from './faults/fault-case.js';
import { FAULTS } from './faults/fault-list.js';
import type { QueueKind } from './faults/rig/deployment.js';
import { FaultRig } from './faults/rig/fault-rig.js';

/**
 * `npm run campaign:faults -- [--only F5,F16] [--seed N] [--queue redis|valkey] [--fresh] [--logs]`: every fault of
 * `docs/faults.md` that can be made to happen here, one after the other on real processes. Goes on where an earlier run
 * with the same seed and queue stopped.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    queue: { type: 'string', default: 'postgres' },
    fresh: { type: 'boolean', default: false },
    logs: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const QUEUES: readonly QueueKind[] = ['postgres', 'redis', 'valkey'];
const only = values.only.split(',').filter(Boolean);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const unknown = only.filter((id) => !FAULTS.some((fault) => fault.id === id));
if (unknown.length > 0)
  throw new RangeError(`there is no ${unknown.join(', ')}; there are ${FAULTS.map(({ id }) => id).join(' ')}`);

const queue = QUEUES.find((kind) => kind === values.queue);
if (!queue) throw new RangeError(`--queue is one of ${QUEUES.join(', ')}`);
const progressOf = ({ id }: FaultCase, fresh: boolean): Progress =>
  new Progress(queue === 'postgres' ? `faults-${id}` : `faults-${queue}-${id}`, { seed, fresh });

const todo = FAULTS.filter(({ id }) => only.length === 0 || only.includes(id)).filter(
  (fault) => progressOf(fault, values.fresh).units === 0,
);
let failed = 0;
for (const on of [undefined, 'redis', 'pictures'] as const) {
  const here = todo.filter((fault) => fault.on === on);
  if (here.length === 0) continue;
  const rig = await FaultRig.start({
    queue: on === 'redis' && queue === 'postgres' ? 'redis' : queue,
    pictures: on === 'pictures',
  });
  try {
    for (const fault of here) if (!(await oneFault(rig, fault))) failed += 1;
  } finally {
    await rig.stop();
  }
}
say(
  `campaign:faults: ${failed === 0 ? 'ok' : 'FAILED'}, ${todo.length} of ${only.length || FAULTS.length} faults now, seed ${seed}, queue on ${queue}`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function oneFault(on: FaultRig, fault: FaultCase): Promise<boolean> {
  const startedAt = performance.now();
  const random = new SeededRandom(seed * 1_000 + Number(fault.id.slice(1)));
  const { faults, quietMs } = await runCase(on, fault, random).catch((error: Error) => ({
    faults: [error.stack ?? error.message],
    quietMs: -1,
  }));
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  say(
    `${fault.id} ${faults.length === 0 ? 'held' : 'BROKEN'} in ${seconds} s, at rest after ${quietMs} ms: ${fault.injected}`,
  );
  for (const text of faults.slice(0, 12)) say(`    ${text}`);
  if (faults.length > 0 && values.logs)
    for (const { name, text } of on.deployment.logs()) say(`--- ${name}\n${text.slice(-3_000)}`);
  // What was broken is tried again in the next run.
  if (faults.length === 0) progressOf(fault, false).add({ units: 1, faults, figures: { seconds, quietMs } });
  return faults.length === 0;
}
