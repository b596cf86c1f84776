import { setTimeout as pause } from 'node:timers/promises';
import { MOST_DEATHS } from '../../../src/sweeper/exhausted-work.js';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';

const COPIES = 10;
const ROUNDS = 15;
const STUCK_MS = 400_000;
const ONCE = ['case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
/** A notice whose job was lost is looked for after ten minutes (src/sweeper). */
const NOTICES_FOUND_MS = 11 * 60_000;

/** Work whose repetition must change nothing. A link is another: each one kills the one before. */
const REPEATABLE = [
  'verification.session_pending',
  'verification.collect_due',
  'verification.push_received',
  'verification.reported',
  'case.approved',
  'case.completed',
];

export const QUEUE_FAULTS: readonly FaultCase[] = [
  {
    id: 'F7',
    injected: `every job ${COPIES} times at once, under other job ids, while it is worked on`,
    people: 8,
    async during({ rig }) {
      let copied = 0;
      let last = '0';
      for (let round = 0; round < ROUNDS; round += 1) {
        await pause(500);
        const rows = await rig.database.transaction(
          (tx) => tx.many<{ id: string }>`
            WITH fresh AS (SELECT * FROM outbox WHERE id > ${last}::bigint AND event = ANY(${REPEATABLE}) AND due_at < clock_timestamp()),
              copies AS (INSERT INTO outbox (event, payload) SELECT event, payload FROM fresh CROSS JOIN generate_series(2, ${COPIES}))
            SELECT id::text FROM fresh`,
        );
        copied += rows.length;
        const { max } = await rig.database.read(
          (tx) => tx.one<{ max: string }>`SELECT COALESCE(max(id), 0)::text AS max FROM outbox`,
        );
        last = max;
      }
      return copied === 0 ? ['nothing was copied'] : [];
    },
    afterwards: async (scene) => [...(await doubled(scene.rig, ONCE)), ...(await mailedTwice(scene))],
  },
  {
    id: 'F8',
    injected:
      'every decision fails whenever it is tried, until it is left to a reviewer; other work goes on; dead letters are put back',
    people: 0,
    async during({ rig }) {
      for (const worker of rig.deployment.workers) await rig.deployment.rearm(worker, 'job.before:adjudicate=error');
      const stuck = await rig.newPeople(4);
      // Each ends where a reviewer has to look; what keeps them from it is told by their state below.
      const load = rig.recoverAll(stuck, STUCK_MS);
      await Promise.all(stuck.map((one) => one.open()));
      const states = (): Promise<string[]> => Promise.all(stuck.map((one) => one.state()));
      const allStuck = async (): Promise<boolean> => (await states()).every((state) => state === 'adjudicating');
      await eventually('all wait for a decision', allStuck, { timeoutMs: 90_000 });
      for (const one of await rig.newPeople(2)) await one.open();
      const cases = stuck.map(({ caseId }) => caseId);
      const twice = await diedAgain(rig, cases);
      await eventually('all are left to a reviewer', async () => (await states()).every((one) => one === 'in_review'), {
        timeoutMs: 120_000,
      });
      const letters = await deadLettersOf(rig);
      for (const worker of rig.deployment.workers) await rig.deployment.rearm(worker, '');
      const redriven = (await rig.deployment.workers[0]?.redrive())?.redriven ?? [];
      const back = redriven.flatMap(({ queue, jobIds }) => (queue === 'adjudicate' ? jobIds : []));
      await load;
      const decided = async (): Promise<boolean> => (await states()).every((one) => one !== 'in_review');
      await eventually('all are decided after all', decided, { timeoutMs: 60_000 });
      const ends = await Promise.all(
        stuck.map((one) => one.recoverAfterAll(STUCK_MS).catch((error: Error) => error.message)),
      );
      return [
        ...twice,
        ...(letters.length === cases.length ? [] : [`${letters.length} dead letters of ${cases.length} decisions`]),
        ...letters.filter((id) => !back.includes(id)).map((id) => `${id} was not put back`),
        ...ends.filter((end) => end !== 'completed').map((end) => `after its decision was put back: ${end}`),
      ];
    },
    afterwards: (scene) => doubled(scene.rig, ONCE),
  },
  {
    id: 'F10',
    injected: 'the whole queue emptied three times while jobs are under way',
    people: 8,
    async during({ rig, random }) {
      let lost = 0;
      for (let round = 0; round < 3; round += 1) {
        await pause(500 + random.below(1_500));
        lost += await rig.deployment.emptyQueue();
      }
      return lost === 0 ? ['there was nothing in the queue'] : [];
    },
    quietWithinMs: NOTICES_FOUND_MS,
    afterwards: (scene) => doubled(scene.rig, ONCE),
  },
];

/**
 * Waits until each decision has used up its tries twice, and then counts it as often as the sweeper looks on: it would be
 * half an hour until then.
 */
async function diedAgain(rig: Scene['rig'], cases: readonly string[]): Promise<string[]> {
  const deaths = (): Promise<number[]> =>
    rig.database.read(async (tx) =>
      (
        await tx.many<{ deaths: number }>`SELECT deaths FROM dead_letters
          WHERE queue = 'adjudicate' AND about IN (SELECT 'attempt=1 caseId=' || id FROM unnest(${cases}::text[]) AS id)`
      ).map((row) => row.deaths),
    );
  const twice = async (): Promise<boolean> => {
    const noted = await deaths();
    return noted.length === cases.length && noted.every((count) => count >= 2);
  };
  const late = await eventually('each has died twice', twice, { timeoutMs: 180_000 }).then(
    () => [],
    async () => [`deaths of the decisions: ${(await deaths()).join(', ')}`],
  );
  await rig.database.transaction(
    (tx) => tx.run`UPDATE dead_letters SET deaths = ${MOST_DEATHS}, died_at = died_at - interval '1 hour'
      WHERE queue = 'adjudicate'`,
  );
  return late;
}

/** Ids of the dead letters that the queue holds of decisions. */
async function deadLettersOf(rig: Scene['rig']): Promise<string[]> {
  const { dead } = await rig.deployment.queueContent();
  return dead.filter((letter) => letter.startsWith('adjudicate ')).map((letter) => letter.split(' ')[1] ?? '');
}

/** One mail of a kind for each address and case: the same text did not arrive twice. */
async function mailedTwice({ rig, people }: Scene): Promise<string[]> {
  const notices = rig.mail.mails.filter(({ text }) => text.includes('/notices/'));
  return people.flatMap(({ identity, caseId }) => {
    const pages = notices
      .filter(({ to }) => to === identity.email)
      .map(({ text }) => /\/notices\/([\w-]+)/.exec(text)?.[1]);
    return new Set(pages).size === pages.length ? [] : [`${caseId}: a notice was mailed twice`];
  });
}
