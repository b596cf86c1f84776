import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { eventually } from '../harness/eventually.js';
import { FaultRig } from '../faults/rig/fault-rig.js';
import type { Campaign } from './campaign.js';
import { median } from './permutation-test.js';
import type { Part } from './progress.js';
import { load } from './throughput/load.js';
import { openings } from './throughput/operations.js';

/**
 * Delay in milliseconds, each way, between the processes and PostgreSQL, as if they ran on different machines. A process
 * then waits for its database, not for one of this machine's few processors. If two processes make each other wait – for
 * a lock, a row, a queue – they do so at any distance; a lack of processor time matters less with distance. Measuring at
 * several distances tells the two apart.
 */
const DISTANCES_MS = [5, 10, 20] as const;
const OPENINGS = 1_600;
/** Before the clock runs: a process that has just started compiles first, which is not what is measured. */
const OPENINGS_TO_WARM = 800;
/** Links that are made and mailed while the clock runs. */
const LINKS = 250;
/** Before it runs, likewise. */
const LINKS_TO_WARM = 150;

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
      for (let at = done; at < units; at += 1) yield await round(rig);
    } finally {
      await rig.stop();
    }
  },
  judge: (parts) =>
    MEASURED.flatMap(({ kind, distance, name }) => {
      const [added, busy] = [middle(parts, `${name}_added`), middle(parts, `${name}_busy_of_two`)];
      if (added >= LEAST_ADDED || busy >= FULL) return [];
      const away = `with the database ${distance} ms away`;
      return [
        `${away} a second ${kind} process added ${added.toFixed(2)}, the processors were ${percent(busy)} at work`,
      ];
    }),
  summary: (parts) =>
    MEASURED.map(({ kind, distance, name }) => {
      const of = (figure: string): number => middle(parts, `${name}_${figure}`);
      return (
        `${kind}, database ${distance} ms away: one ${of('one').toFixed(0)}/s, two ${of('two').toFixed(0)}/s, ` +
        `the second adds ${of('added').toFixed(2)}; ` +
        `processors at work ${percent(of('busy_of_one'))} and ${percent(of('busy_of_two'))}`
      );
    }).join('; '),
};

/** The name of what one kind of process does at one distance, among the figures of a round. */
const nameOf = (kind: Kind, distance: number): string => `${kind}_${distance}ms`;
const MEASURED = DISTANCES_MS.flatMap((distance) =>
  KINDS.map((kind) => ({ kind, distance, name: nameOf(kind, distance) })),
);

const middle = (parts: readonly Part[], name: string): number =>
  median(parts.flatMap(({ figures }) => figures?.[name] ?? []));
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** One and two processes of each kind, at each distance. */
async function round(rig: FaultRig): Promise<Part> {
  let figures: Record<string, number> = {};
  for (const distance of DISTANCES_MS) {
    rig.deployment.network.database.weather = { kind: 'slow', delayMs: distance };
    figures = { ...figures, ...(await apisAndWorkers(rig, distance)) };
  }
  return { units: 1, faults: [], figures };
}

/** What the API processes are asked for is what the workers have to do afterwards. */
async function apisAndWorkers(rig: FaultRig, distance: number): Promise<Record<string, number>> {
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
    ...figuresOf(nameOf('api', distance), oneApi, twoApis),
    ...figuresOf(nameOf('worker', distance), oneWorker, twoWorkers),
  };
}

const figuresOf = (name: string, one: Speed, two: Speed): Record<string, number> => ({
  [`${name}_one`]: one.perSecond,
  [`${name}_two`]: two.perSecond,
  [`${name}_added`]: two.perSecond / one.perSecond - 1,
  [`${name}_busy_of_one`]: one.busy,
  [`${name}_busy_of_two`]: two.busy,
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
