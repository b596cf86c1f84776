import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { eventually } from '../demo/eventually.js';
import { FaultRig } from '../faults/rig/fault-rig.js';
import type { Campaign } from './campaign.js';
import { median } from './permutation-test.js';
import type { Part } from './progress.js';
import { load } from './throughput/load.js';
import { openings } from './throughput/operations.js';

/**
 * Each way between the processes and PostgreSQL, as between machines: a process waits for its database then, and not for a
 * processor that this machine has too few of. What two processes make each other wait for is seen all the same.
 */
const DISTANCE_MS = 5;
const OPENINGS = 2_000;
/** Before the clock runs: what a process that has just started compiles is none of what it adds. */
const OPENINGS_TO_WARM = 1_000;
/** Links that are made and mailed while the clock runs. */
const LINKS = 300;
/** Before it runs, likewise. */
const LINKS_TO_WARM = 200;

const LEAST_ADDED = 0.8;
/** Of a machine whose processors do nothing else. */
const FULL = 0.9;

const KINDS = ['api', 'worker'] as const;
type Kind = (typeof KINDS)[number];

/** Done in a second, and the share of all processors that was at work meanwhile. */
interface Speed {
  perSecond: number;
  busy: number;
}

/** What a second API process and a second worker process add to one. */
export const scaling: Campaign = {
  help: 'a second API process and a second worker process each add at least 0.8 of one, unless the processors are full',
  defaultUnits: 3,
  unit: 'rounds',
  async *run({ units, done }) {
    if (done >= units) return;
    const rig = await FaultRig.start();
    try {
      rig.deployment.network.database.weather = { kind: 'slow', delayMs: DISTANCE_MS };
      for (let at = done; at < units; at += 1) yield await round(rig);
    } finally {
      await rig.stop();
    }
  },
  judge: (parts) =>
    KINDS.flatMap((kind) => {
      const [added, busy] = [middle(parts, `${kind}_added`), middle(parts, `${kind}_busy_of_two`)];
      if (added >= LEAST_ADDED || busy >= FULL) return [];
      return [`a second ${kind} process added ${added.toFixed(2)}, the processors were ${percent(busy)} at work`];
    }),
  summary: (parts) =>
    KINDS.map((kind) => {
      const of = (figure: string): number => middle(parts, `${kind}_${figure}`);
      const limit = of('busy_of_two') >= FULL ? 'full' : 'not full';
      return (
        `${kind}: one ${of('one').toFixed(0)}/s, two ${of('two').toFixed(0)}/s, the second adds ${of('added').toFixed(2)}; ` +
        `processors at work ${percent(of('busy_of_one'))} and ${percent(of('busy_of_two'))}, ${limit}`
      );
    }).join('; '),
};

const middle = (parts: readonly Part[], name: string): number =>
  median(parts.flatMap(({ figures }) => figures?.[name] ?? []));
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What the API processes are asked for is what the workers have to do afterwards. */
async function round(rig: FaultRig): Promise<Part> {
  const { apis, workers } = rig.deployment;
  await stopAll([...workers, ...apis.slice(1)]);
  const oneApi = await openingsOf(rig);
  await startAll(apis);
  const twoApis = await openingsOf(rig);
  await stopAll(apis);
  await startAll(workers.slice(0, 1));
  const oneWorker = await linksOf(rig);
  await startAll(workers);
  const twoWorkers = await linksOf(rig);
  await startAll(apis);
  return {
    units: 1,
    faults: [],
    figures: { ...figuresOf('api', oneApi, twoApis), ...figuresOf('worker', oneWorker, twoWorkers) },
  };
}

const figuresOf = (kind: Kind, one: Speed, two: Speed): Record<string, number> => ({
  [`${kind}_one`]: one.perSecond,
  [`${kind}_two`]: two.perSecond,
  [`${kind}_added`]: two.perSecond / one.perSecond - 1,
  [`${kind}_busy_of_one`]: one.busy,
  [`${kind}_busy_of_two`]: two.busy,
});

type Processes = FaultRig['deployment']['apis'];

async function stopAll(processes: Processes): Promise<void> {
  for (const one of processes) if (one.running) await one.stop();
}

async function startAll(processes: Processes): Promise<void> {
  for (const one of processes) if (!one.running) await one.start();
}

/** Cases opened in a second, by as many processes as run behind the one address. */
async function openingsOf(rig: FaultRig): Promise<Speed> {
  const { database, ring } = rig.deployment.own;
  const warming = await load(rig.deployment.url, await openings({ database, ring }, OPENINGS_TO_WARM));
  const requests = await openings({ database, ring }, OPENINGS);
  const { result, busy } = await whileWatched(() => load(rig.deployment.url, requests));
  const refused = warming.refused + result.refused;
  if (refused > 0) throw new Error(`${refused} openings were refused`);
  return { perSecond: result.perSecond, busy };
}

/** Links made in a second, by as many workers as run; there are more to make than are waited for. */
async function linksOf(rig: FaultRig): Promise<Speed> {
  const before = await linksMade(rig);
  const until = (count: number): Promise<unknown> =>
    eventually('links are made', async () => (await linksMade(rig)) >= before + count, { timeoutMs: 300_000 });
  await until(LINKS_TO_WARM);
  const startedWith = await linksMade(rig);
  const startedAt = performance.now();
  const { busy } = await whileWatched(() => until(LINKS_TO_WARM + LINKS));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: ((await linksMade(rig)) - startedWith) / seconds, busy };
}

const linksMade = async ({ database }: FaultRig): Promise<number> =>
  (await database.read((tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM recovery_links`)).count;

async function whileWatched<Result>(work: () => Promise<Result>): Promise<{ result: Result; busy: number }> {
  const before = processorTimes();
  const result = await work();
  const after = processorTimes();
  return { result, busy: 1 - (after.idle - before.idle) / (after.all - before.all) };
}

function processorTimes(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, one) => sum + one.idle, 0);
  return { idle, all: idle + times.reduce((sum, one) => sum + one.user + one.nice + one.sys + one.irq, 0) };
}
