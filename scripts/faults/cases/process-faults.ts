import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../harness/eventually.js';
import { BESIDE } from './work-beside.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { ManagedProcess } from '../../harness/managed-process.js';

const OPENING = 'POST /v1/recovery-cases';
/** The jobs that a recovery with a partner comes by. */
const JOBS = ['deliver-link', 'send-notices', 'match-push', 'collect-result', 'adjudicate', 'erase-case'];
const MOST_STEPS = 12;
/** An erasure finds a case that is kept a while yet; all others do their work. */
const LEAST_STEPS: Readonly<Record<string, number>> = { 'erase-case': 2 };
const LIFE_MS = 12_000;
const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];

/** Starts `one` with a fault armed and waits until it died of it. */
async function diesOf(one: ManagedProcess, failpoints: string, lifeMs = LIFE_MS): Promise<boolean> {
  await one.start(failpoints);
  return one.ended(lifeMs).then(
    () => true,
    () => false,
  );
}

/** The same for work that no recovery with a partner comes by: each kind is asked for, of a recovery that is over or anew. */
async function diesBeside(
  rig: Scene['rig'],
  { worker, other }: Record<'worker' | 'other', ManagedProcess>,
): Promise<string[]> {
  const missed: string[] = [];
  const [over] = await rig.newPeople(1);
  if (!over) return ['there is nobody'];
  missed.push(...(await rig.recoverAll([over])));
  for (const [job, ask] of Object.entries(BESIDE)) {
    let steps = 0;
    for (let step = 1; step <= MOST_STEPS; step += 1) {
      await worker.stop();
      await other.stop();
      await ask(rig, over);
      const died = await diesOf(worker, `any:${job}=crash@${step}`);
      await other.start();
      if (!died) break;
      steps += 1;
    }
    if (steps < 2) missed.push(`${job} was only killed at ${steps} steps`);
  }
  return missed;
}

/** The first API process dies when somebody comes by for the nth time while opening a case; people go on with the other one. */
async function apiDiesAt(scene: Scene, passages: readonly number[], name: string): Promise<string[]> {
  const [api] = scene.rig.deployment.apis;
  if (!api) return ['there is no API process'];
  const missed: string[] = [];
  for (const nth of passages) {
    const place = `${name}:${OPENING}=crash@${nth}`;
    await scene.rig.deployment.rearm(api, place);
    const more = await scene.rig.newPeople(3);
    await Promise.all(more.map((one) => one.open()));
    const died = await api.ended(LIFE_MS).catch(() => missed.push(`nobody came by ${place}`));
    missed.push(...(died === undefined ? await twoCases(scene, more) : []));
  }
  return missed;
}

/** One case for each account, whatever its key was repeated. */
async function twoCases({ rig }: Scene, people: Scene['people']): Promise<string[]> {
  const ids = people.map(({ identity }) => identity.subjectId);
  const rows = await rig.database.read(
    (tx) => tx.many<{ id: string }>`
      SELECT subject_id AS id FROM recovery_cases WHERE subject_id = ANY(${ids}) GROUP BY subject_id HAVING count(*) <> 1`,
  );
  return rows.map(({ id }) => `${id} has not one case`);
}

const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, ONCE);

export const PROCESS_FAULTS: readonly FaultCase[] = [
  {
    id: 'F1',
    injected: 'SIGKILL of an API process before each commit of opening a case; the client repeats with its key',
    people: 4,
    during: (scene) => apiDiesAt(scene, [1, 2], 'transaction.before_commit'),
    afterwards: once,
  },
  {
    id: 'F2',
    injected: 'SIGKILL of an API process after the commit of opening a case, before and at the answer',
    people: 4,
    during: async (scene) => [
      ...(await apiDiesAt(scene, [2, 3], 'transaction.after_commit')),
      ...(await apiDiesAt(scene, [1], 'request.before_response')),
    ],
    afterwards: once,
  },
  {
    id: 'F3',
    injected: 'SIGKILL of the worker between the outbox row and the queue, before, within and after handing over',
    people: 6,
    async during({ rig }) {
      const [worker, other] = rig.deployment.workers;
      if (!worker || !other) return ['there are no workers'];
      await other.stop();
      const missed: string[] = [];
      for (const place of ['outbox.before_publish', 'queue.after_add', 'outbox.after_publish']) {
        await worker.stop();
        const [person] = await rig.newPeople(1);
        await person?.open();
        if (!(await diesOf(worker, `${place}=crash`))) missed.push(`nobody came by ${place}`);
      }
      return missed;
    },
    afterwards: once,
  },
  {
    id: 'F4',
    injected: 'SIGKILL of a worker at step k of n of each of the fourteen kinds of work, for every k',
    people: 4,
    async during({ rig }) {
      const [worker, other] = rig.deployment.workers;
      if (!worker || !other) return ['there are no workers'];
      const missed: string[] = [];
      for (const job of JOBS) {
        let steps = 0;
        for (let step = 1; step <= MOST_STEPS; step += 1) {
          await worker.stop();
          await other.stop();
          const people = await rig.newPeople(1);
          const load = rig.recoverAll(people);
          const died = await diesOf(worker, `any:${job}=crash@${step}`);
          await other.start();
          missed.push(...(await load).map((text) => `${job} step ${step}: ${text}`));
          if (!died) break;
          steps += 1;
        }
        if (steps < (LEAST_STEPS[job] ?? 3)) missed.push(`${job} was only killed at ${steps} steps`);
      }
      return [...missed, ...(await diesBeside(rig, { worker, other }))];
    },
    afterwards: once,
  },
  {
    id: 'F5',
    injected: 'SIGSTOP of a worker in the middle of a collection, past its lock; SIGCONT after another has finished it',
    people: 6,
    async during({ rig, people }) {
      const [worker, other] = rig.deployment.workers;
      if (!worker || !other) return ['there are no workers'];
      await other.stop();
      await rig.deployment.rearm(worker, 'provider.after_fetch=delay:4000');
      await eventually('a collection is under way', () => collecting(rig), { timeoutMs: 60_000 });
      await pause(1_000);
      worker.pause();
      await other.start();
      const ends = await rig.recoverAll(people);
      worker.resume();
      await pause(3_000);
      return ends;
    },
    afterwards: once,
  },
  {
    id: 'F6',
    injected: 'the event loop of a worker blocked for 15 s in the middle of a job, longer than its lock',
    people: 6,
    async during({ rig }) {
      const [worker, other] = rig.deployment.workers;
      if (!worker || !other) return ['there are no workers'];
      await other.stop();
      await rig.deployment.rearm(worker, 'job.before:adjudicate=busy:15000@1');
      await eventually('it does not answer any more', async () => !(await worker.isReady()), { timeoutMs: 60_000 });
      await other.start();
      await eventually('it answers again', () => worker.isReady(), { timeoutMs: 60_000 });
      return [];
    },
    afterwards: once,
  },
  {
    id: 'F9',
    injected: 'the same decision stalls four times: SIGKILL at its first step in four lives of the only worker',
    people: 3,
    async during({ rig }) {
      const [worker, other] = rig.deployment.workers;
      if (!worker || !other) return ['there are no workers'];
      await other.stop();
      const missed: string[] = [];
      for (let life = 1; life <= 4; life += 1) {
        await worker.kill9();
        if (!(await diesOf(worker, 'job.before:adjudicate=crash', 40_000))) missed.push(`life ${life} saw no decision`);
      }
      return missed;
    },
    afterwards: once,
  },
  {
    id: 'F50',
    injected: 'SIGKILL of every process and of PostgreSQL at one moment, as a power cut',
    people: 10,
    async during({ rig, random }) {
      await pause(2_000 + random.below(3_000));
      const { deployment } = rig;
      await Promise.all([...deployment.processes.map((one) => one.kill9()), deployment.restartPostgres('SIGKILL')]);
      return [];
    },
    afterwards: once,
  },
];

/** A partner has pushed, and its result is being fetched. */
async function collecting(rig: Scene['rig']): Promise<boolean> {
  const { count } = await rig.database.read(
    (tx) =>
      tx.one<{
        count: number;
      }>`SELECT count(*)::int AS count FROM webhook_inbox i JOIN verification_sessions s ON s.id = i.session_id WHERE s.state = 'open'`,
  );
  return count > 0;
}
