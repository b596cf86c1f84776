import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../demo/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';

const COPIES = 10;
const ROUNDS = 15;
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
    injected: 'every decision fails for as long as the queue tries, and longer; other work goes on',
    people: 2,
    async during({ rig }) {
      for (const worker of rig.deployment.workers) await rig.deployment.rearm(worker, 'job.before:adjudicate=error');
      const stuck = await rig.newPeople(4);
      const load = rig.recoverAll(stuck);
      await Promise.all(stuck.map((one) => one.open()));
      const states = (): Promise<string[]> => Promise.all(stuck.map((one) => one.state()));
      const allStuck = async (): Promise<boolean> => (await states()).every((state) => state === 'adjudicating');
      await eventually('all wait for a decision', allStuck, { timeoutMs: 90_000 });
      await pause(20_000);
      for (const one of await rig.newPeople(2)) await one.open();
      const still = await states();
      for (const worker of rig.deployment.workers) await rig.deployment.rearm(worker, '');
      return [
        ...(still.every((state) => state === 'adjudicating')
          ? []
          : [`a poisoned decision was taken: ${still.join(', ')}`]),
        ...(await load),
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
