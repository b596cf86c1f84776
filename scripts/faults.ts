import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../test/model/seeded-random.js';
import { Progress } from './campaign/progress.js';
import { runCase, type FaultCase } from './faults/fault-case.js';
import { FAULTS } from './faults/fault-list.js';
import { FaultRig } from './faults/rig/fault-rig.js';

/**
 * `npm run campaign:faults -- [--only F5,F16] [--seed N] [--fresh] [--logs]`: every fault of `docs/faults.md` that can be
 * made to happen here, one after the other on real processes. Goes on where an earlier run with the same seed stopped.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
    logs: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const only = values.only.split(',').filter(Boolean);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const unknown = only.filter((id) => !FAULTS.some((fault) => fault.id === id));
if (unknown.length > 0)
  throw new RangeError(`there is no ${unknown.join(', ')}; there are ${FAULTS.map(({ id }) => id).join(' ')}`);

const todo = FAULTS.filter(({ id }) => only.length === 0 || only.includes(id)).filter(
  ({ id }) => new Progress(`faults-${id}`, { seed, fresh: values.fresh }).units === 0,
);
let failed = 0;
const rig = todo.length > 0 ? await FaultRig.start() : undefined;
try {
  for (const fault of todo) if (rig && !(await oneFault(rig, fault))) failed += 1;
} finally {
  await rig?.stop();
}
say(
  `campaign:faults: ${failed === 0 ? 'ok' : 'FAILED'}, ${todo.length} of ${only.length || FAULTS.length} faults now, seed ${seed}`,
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
  if (faults.length === 0)
    new Progress(`faults-${fault.id}`, { seed, fresh: false }).add({ units: 1, faults, figures: { seconds, quietMs } });
  return faults.length === 0;
}
