import { performance } from 'node:perf_hooks';
import { SeededRandom } from './harness/seeded-random.js';
import { Progress } from './campaign/progress.js';
import { developerOptions } from './developer-options.js';
import { runCase, type FaultCase } from './faults/fault-case.js';
import { FAULTS, numberOf } from './faults/fault-list.js';
import type { QueueKind } from './faults/rig/deployment.js';
import { FaultRig } from './faults/rig/fault-rig.js';

const USAGE =
  'npm run campaign:faults -- [--only F5,F16] [--seed N | --seeds N,N] [--people N] [--queue redis|valkey] [--fresh] [--logs]';

/**
 * Every fault of `docs/faults.md` that can be made to happen here, one after the other on real processes. Goes on where an
 * earlier run with the same seed and queue stopped.
 */
const { values } = developerOptions(USAGE, {
  only: { type: 'string', default: '' },
  seed: { type: 'string', default: '1' },
  seeds: { type: 'string' },
  people: { type: 'string' },
  queue: { type: 'string', default: 'postgres' },
  fresh: { type: 'boolean', default: false },
  logs: { type: 'boolean', default: false },
});
const seeds = (values.seeds ?? values.seed).split(',').map(Number);
if (!seeds.every(Number.isSafeInteger)) throw new RangeError('--seeds are numbers');
const people = values.people === undefined ? undefined : Number(values.people);
if (people !== undefined && !Number.isSafeInteger(people)) throw new RangeError('--people is a number');
const QUEUES: readonly QueueKind[] = ['postgres', 'redis', 'valkey'];
const only = values.only.split(',').filter(Boolean);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const unknown = only.filter((id) => !FAULTS.some((fault) => fault.id === id));
if (unknown.length > 0)
  throw new RangeError(`there is no ${unknown.join(', ')}; there are ${FAULTS.map(({ id }) => id).join(' ')}`);

const queue = QUEUES.find((kind) => kind === values.queue);
if (!queue) throw new RangeError(`--queue is one of ${QUEUES.join(', ')}`);
/** Each with the people that were asked for, where it has people of its own. */
const asked = FAULTS.map((fault) => (people === undefined || fault.people === 0 ? fault : { ...fault, people }));
const progressOf = ({ id }: FaultCase, of: { seed: number; fresh: boolean }): Progress => {
  const load = people === undefined ? '' : `-people-${people}`;
  return new Progress(`faults-${queue === 'postgres' ? '' : `${queue}-`}${id}${load}`, of);
};

let failed = 0;
for (const seed of seeds) failed += await oneSeed(seed);
process.exitCode = failed === 0 ? 0 : 1;

/** Gives back how many faults broke something. */
async function oneSeed(seed: number): Promise<number> {
  const wanted = asked.filter(({ id }) => only.length === 0 || only.includes(id));
  const todo = wanted.filter((fault) => progressOf(fault, { seed, fresh: values.fresh }).units === 0);
  let broken = 0;
  for (const on of [undefined, 'redis', 'pictures', 'standby'] as const) {
    const here = todo.filter((fault) => fault.on === on);
    if (here.length === 0) continue;
    const kind = on === 'redis' && queue === 'postgres' ? 'redis' : (queue ?? 'postgres');
    const rig = await FaultRig.start({ queue: kind, pictures: on === 'pictures', standby: on === 'standby' });
    try {
      for (const fault of here) if (!(await oneFault(rig, { fault, seed }))) broken += 1;
    } finally {
      await rig.stop();
    }
  }
  say(
    `campaign:faults: ${broken === 0 ? 'ok' : 'FAILED'}, ${todo.length} of ${wanted.length} faults now, seed ${seed}, queue on ${queue}`,
  );
  return broken;
}

async function oneFault(on: FaultRig, { fault, seed }: { fault: FaultCase; seed: number }): Promise<boolean> {
  const startedAt = performance.now();
  const random = new SeededRandom(seed * 1_000 + numberOf(fault));
  const { faults, quietMs, notes } = await runCase(on, fault, random).catch((error: Error) => ({
    faults: [error.stack ?? error.message],
    quietMs: -1,
    notes: [],
  }));
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  say(
    `${fault.id} ${faults.length === 0 ? 'held' : 'BROKEN'} in ${seconds} s, at rest after ${quietMs} ms: ${fault.injected}`,
  );
  for (const text of notes) say(`    ${text}`);
  for (const text of faults.slice(0, 12)) say(`    ${text}`);
  if (faults.length > 0 && values.logs)
    for (const { name, text } of on.deployment.logs()) say(`--- ${name}\n${text.slice(-3_000)}`);
  // What was broken is tried again in the next run.
  if (faults.length === 0)
    progressOf(fault, { seed, fresh: false }).add({ units: 1, faults, figures: { seconds, quietMs } });
  return faults.length === 0;
}
