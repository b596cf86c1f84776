import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { QueueServers } from '../rig/queue-servers.js';

const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
/** A notice whose job was lost is looked for after ten minutes (src/sweeper). */
const NOTICES_FOUND_MS = 11 * 60_000;
/** Opening a case needs no queue: its answer must not wait for one. */
const OPENED_WITHIN_MS = 5_000;

const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, ONCE);

function queueOf({ rig }: Scene): QueueServers {
  const { queue } = rig.deployment.servers;
  if (!queue) throw new Error('there is no Redis');
  return queue;
}

/** Some more people ask for help while the queue is away. Gives back what was not accepted in time. */
async function openMeanwhile({ rig }: Scene): Promise<string[]> {
  const late: string[] = [];
  for (const one of await rig.newPeople(2)) {
    const startedAt = performance.now();
    await one.open();
    const tookMs = Math.round(performance.now() - startedAt);
    if (tookMs > OPENED_WITHIN_MS) late.push(`a case was opened after ${tookMs} ms without a queue`);
  }
  return late;
}

const readiness = ({ rig }: Scene): Promise<boolean[]> =>
  Promise.all(rig.deployment.workers.map((worker) => worker.isReady()));

/** The workers come back alone, none was ended. */
async function workAgain(scene: Scene): Promise<string[]> {
  const ended = scene.rig.deployment.workers.filter(({ running }) => !running).map(({ name }) => `${name} has ended`);
  const back = eventually('all workers are back', async () => (await readiness(scene)).every(Boolean), {
    timeoutMs: 40_000,
  });
  return [
    ...ended,
    ...(await back.then(
      () => [],
      (error: Error) => [error.message],
    )),
  ];
}

export const REDIS_FAULTS: readonly FaultCase[] = [
  {
    id: 'F11',
    on: 'redis',
    injected: 'Redis killed three times; what came in the second before is not in its file',
    people: 8,
    async during(scene) {
      const queue = queueOf(scene);
      let lost = 0;
      for (let round = 0; round < 3; round += 1) {
        lost += await queue.loseLastSecond();
        await queue.startAgain();
        await pause(scene.random.below(1_500));
      }
      return [...(lost === 0 ? ['nothing was lost'] : []), ...(await workAgain(scene))];
    },
    quietWithinMs: NOTICES_FOUND_MS,
    afterwards: once,
  },
  {
    id: 'F12',
    on: 'redis',
    injected: 'a replica takes over without the last writes; the old one, which has them, comes back for a while',
    people: 8,
    async during(scene) {
      await pause(500);
      const lost = await queueOf(scene).failOver({ apartMs: 2_000, backMs: 2_000 });
      return [...(lost <= 0 ? ['no write was lost'] : []), ...(await workAgain(scene))];
    },
    quietWithinMs: NOTICES_FOUND_MS,
    afterwards: once,
  },
  {
    id: 'F13',
    on: 'redis',
    injected: 'Redis is not there when the workers start, goes silent for 30 s, is gone for 60 s, and flaps',
    people: 6,
    async during(scene) {
      const queue = queueOf(scene);
      const { workers } = scene.rig.deployment;
      await Promise.all(workers.map((worker) => worker.stop()));
      await queue.kill();
      for (const worker of workers) worker.launch();
      const faults = await openMeanwhile(scene);
      await pause(10_000);
      if ((await readiness(scene)).some(Boolean)) faults.push('a worker says it is ready without a queue');
      await queue.startAgain();
      faults.push(...(await workAgain(scene)));
      queue.network.weather = { kind: 'silent' };
      faults.push(...(await openMeanwhile(scene)));
      await pause(30_000);
      queue.network.weather = { kind: 'clear' };
      await queue.kill();
      faults.push(...(await openMeanwhile(scene)));
      await pause(60_000);
      await queue.startAgain();
      for (let flap = 0; flap < 10; flap += 1) {
        queue.network.weather = { kind: flap % 2 === 0 ? 'refuse' : 'clear' };
        await pause(500 + scene.random.below(1_000));
      }
      queue.network.weather = { kind: 'clear' };
      return [...faults, ...(await workAgain(scene))];
    },
    quietWithinMs: NOTICES_FOUND_MS,
    afterwards: once,
  },
  {
    id: 'F14',
    on: 'redis',
    injected: 'Redis out of memory for 20 s; then a worker is started on one that may evict',
    people: 6,
    async during(scene) {
      const queue = queueOf(scene);
      await queue.ask('CONFIG', 'SET', 'maxmemory', '1mb');
      const faults = await openMeanwhile(scene);
      await pause(20_000);
      const stats = String(await queue.ask('INFO', 'errorstats'));
      if (!stats.includes('errorstat_OOM')) faults.push('no write was refused for want of memory');
      await queue.ask('CONFIG', 'SET', 'maxmemory', '0');
      await queue.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      const [worker] = scene.rig.deployment.workers;
      await worker?.stop();
      worker?.launch();
      const refused = await worker?.ended(30_000).then(
        () => worker.exitCode !== 0,
        () => false,
      );
      if (!refused) faults.push('a worker works on a server that may evict its jobs');
      await queue.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      await worker?.start();
      return [...faults, ...(await workAgain(scene))];
    },
    afterwards: once,
  },
];
