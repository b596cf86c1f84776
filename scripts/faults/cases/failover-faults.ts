import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { DatabasePair, FailOver } from '../rig/database-pair.js';
import type { Person } from '../rig/person.js';

const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
const POOLS_BACK_MS = 30_000;
/** A commit or an answer to it that is held up this long is under way when the primary ends. */
const HELD_MS = 1_500;
/** A checkpoint is made every five seconds here, when something happened. */
const ANCHORED_WITHIN_MS = 60_000;
const COMMITS_WITHOUT_ANSWER = 6;

/** Each way a primary may end: what the standby has, how sudden it is, and when the connections are moved. */
const ROUNDS: readonly (FailOver & { armed?: string })[] = [
  { commits: 'any', end: 'immediate', movedFirst: false },
  { commits: 'lost', end: 'power cut', movedFirst: false },
  { commits: 'kept', end: 'power cut', movedFirst: false },
  { commits: 'kept', end: 'immediate', movedFirst: false },
  { commits: 'lost', end: 'immediate', movedFirst: true },
  { commits: 'any', end: 'power cut', movedFirst: true, armed: `transaction.before_commit=delay:${HELD_MS}` },
  { commits: 'any', end: 'power cut', movedFirst: false, armed: `transaction.after_commit=delay:${HELD_MS}` },
];

function pairOf({ rig }: Scene): DatabasePair {
  const { databases } = rig.deployment.servers;
  if (!databases) throw new Error('there is no standby');
  return databases;
}

/** One primary dies with people on their way. Gives back what did not hold. */
async function oneRound(scene: Scene, round: FailOver & { armed?: string }): Promise<string[]> {
  const { rig, random, note } = scene;
  const { deployment } = rig;
  if (round.armed)
    for (const list of [deployment.apis, deployment.workers]) if (list[0]) await deployment.rearm(list[0], round.armed);
  const more = rig.recoverAll(await rig.newPeople(3));
  await pause(500 + random.below(3_000));
  if (round.commits === 'any')
    deployment.network.database.weather = { kind: 'cut_commit', times: COMMITS_WITHOUT_ANSWER };
  const [startedAt, cutBefore] = [performance.now(), deployment.network.database.cutCommits];
  const { underWay, kept, promotedMs } = await pairOf(scene).failOver(round);
  deployment.network.database.weather = { kind: 'clear' };
  const ready = async (): Promise<boolean> =>
    (await Promise.all(deployment.processes.map((one) => one.isReady()))).every(Boolean);
  const faults: string[] = [];
  await eventually('all pools are back', ready, { timeoutMs: POOLS_BACK_MS }).catch((error: Error) =>
    faults.push(error.message),
  );
  const backMs = Math.round(performance.now() - startedAt);
  note(
    `${round.end}, ${round.movedFirst ? 'moved, then promoted' : 'promoted, then moved'}, commits ${round.commits}: ` +
      `${deployment.network.database.cutCommits - cutBefore} answers cut, ` +
      `${underWay} under way, ${kept} on the new primary; promoted after ${promotedMs} ms, all ready after ${backMs} ms`,
  );
  if (round.commits === 'kept' && kept < underWay)
    faults.push(`${underWay - kept} commits that the standby had are gone`);
  // What was on its way when the replication was cut may have arrived.
  if (round.commits === 'lost' && kept === underWay) faults.push('the standby had every commit');
  return [...faults, ...(await more)];
}

/** Names of anchors sort as their checkpoints do. */
function newestAnchorIn(objectsDir: string): string {
  const folder = join(objectsDir, 'checkpoints');
  return (existsSync(folder) ? readdirSync(folder) : []).sort().at(-1) ?? '';
}

async function untilAnchored({ rig }: Scene): Promise<void> {
  const { objectsDir } = rig.deployment;
  const before = newestAnchorIn(objectsDir);
  await eventually('an anchor', async () => newestAnchorIn(objectsDir) !== before, { timeoutMs: ANCHORED_WITHIN_MS });
}

const timesNoticed = ({ rig }: Scene): number =>
  rig.deployment.logs().reduce((sum, { text }) => sum + text.split('database_set_back').length - 1, 0);

/** People get answers that the standby never hears of, until it takes over. Gives back how many of their cases are gone. */
async function loseAnswers(
  scene: Scene,
  lag: { people: number; answered: (people: readonly Person[]) => Promise<unknown> },
): Promise<number> {
  const { rig } = scene;
  const people = await rig.newPeople(lag.people);
  pairOf(scene).cutReplication();
  await lag.answered(people);
  await pairOf(scene).failOver({ commits: 'any', end: 'power cut', movedFirst: false });
  const promised = people.flatMap(({ openedCases }) => [...openedCases]);
  const { count } = await rig.database.read(
    (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM recovery_cases WHERE id = ANY(${promised})`,
  );
  rig.forgetPromises();
  return promised.length - count;
}

/** Nothing is sealed meanwhile: the object store hears no more of it than the standby. */
async function withoutAnchors({ rig }: Scene, work: () => Promise<number>): Promise<number> {
  const { workers } = rig.deployment;
  for (const worker of workers) worker.pause();
  try {
    return await work();
  } finally {
    for (const worker of workers) worker.resume();
  }
}

/**
 * A standby that answers do not wait for: what it had not heard is gone. That is noticed when an anchor tells of it, and else
 * by nobody.
 */
async function asynchronous(scene: Scene): Promise<string[]> {
  const { rig, note } = scene;
  await pairOf(scene).replicate('asynchronously');
  const faults = await rig.recoverAll(await rig.newPeople(2));
  await untilAnchored(scene);
  const open = async ([one]: readonly Person[]): Promise<void> => one?.open();
  const shortly = await withoutAnchors(scene, () => loseAnswers(scene, { people: 1, answered: open }));
  faults.push(...(await rig.recoverAll(await rig.newPeople(1))));
  await untilAnchored(scene);
  note(`a moment behind: ${shortly} answered case is gone, noticed ${timesNoticed(scene)} times`);
  const completed = async (people: readonly Person[]): Promise<void> => {
    faults.push(...(await rig.recoverAll(people)));
    await untilAnchored(scene);
  };
  const longer = await loseAnswers(scene, { people: 2, answered: completed });
  if (shortly === 0 || longer === 0) faults.push('nothing was lost although the standby had heard nothing');
  // Somebody has something written, so that there is something to seal.
  await Promise.all((await rig.newPeople(1)).map((one) => one.open()));
  const noticed = eventually('it is noticed', async () => timesNoticed(scene) > 0, { timeoutMs: ANCHORED_WITHIN_MS });
  await noticed.catch((error: Error) => faults.push(error.message));
  note(`an anchor behind: ${longer} completed cases are gone, noticed ${timesNoticed(scene)} times`);
  rig.forgetPromises();
  return faults;
}

export const FAILOVER_FAULTS: readonly FaultCase[] = [
  {
    id: 'F16b',
    on: 'standby',
    injected: `the primary ends in the middle of commits, its synchronous standby takes over, ${ROUNDS.length} times`,
    people: 6,
    async during(scene) {
      const faults: string[] = [];
      for (const round of ROUNDS) faults.push(...(await oneRound(scene, round)));
      return faults;
    },
    afterwards: (scene) => doubled(scene.rig, ONCE),
  },
  {
    id: 'F49b',
    on: 'standby',
    injected: 'an asynchronous standby takes over without the last answers, twice',
    people: 0,
    during: asynchronous,
  },
];
