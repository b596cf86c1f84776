import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { SeededRandom } from '../harness/seeded-random.js';
import { CHAOS } from '../faults/chaos-acts.js';
import { crowd } from '../faults/crowd.js';
import { heal } from '../faults/fault-case.js';
import { reviewReasons } from '../faults/review-reasons.js';
import { FaultRig } from '../faults/rig/fault-rig.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

const PEOPLE = 50;
const PATIENCE_MS = 420_000;
const CALM_MS = 2_000;
const CALM_SPREAD_MS = 6_000;
const MINUTE_MS = 60_000;
/** A notice whose job was lost with the queue is looked for after ten minutes (src/sweeper). */
const QUIET_WITHIN_MS = 11 * MINUTE_MS;

/** Everything may die at any moment, by a schedule that the seed decides (F48). Ends with a report in `docs/chaos.md`. */
export const chaos: Campaign = {
  help: '30 minutes, 50 people, 2 API and 2 worker processes, Redis: kills, pauses, restarts of everything, a partner that fails',
  defaultUnits: 30,
  unit: 'minutes',
  async *run({ units, done, seed }) {
    if (done >= units) return;
    const rig = await FaultRig.start({ queue: 'redis' });
    try {
      yield await storm(rig, { minutes: units - done, seed: seed + done });
    } finally {
      await rig.stop();
    }
  },
  summary: (parts) => JSON.stringify(parts.at(-1)?.figures ?? {}),
};

async function storm(rig: FaultRig, { minutes, seed }: { minutes: number; seed: number }): Promise<Part> {
  const random = new SeededRandom(seed);
  const over = new AbortController();
  const walking = crowd(rig, { people: PEOPLE, over: over.signal, patienceMs: PATIENCE_MS });
  const until = Date.now() + minutes * MINUTE_MS;
  const acts = new Map<string, number>();
  const faults: string[] = [];
  while (Date.now() < until) {
    await pause(CALM_MS + random.below(CALM_SPREAD_MS));
    const act = random.pick(CHAOS);
    acts.set(act.name, (acts.get(act.name) ?? 0) + 1);
    await act.happen(rig, random).catch((error: Error) => faults.push(`${act.name}: ${error.message}`));
  }
  over.abort();
  await heal(rig);
  const report = await walking;
  const { quietMs, faults: restless } = await rig.quiesce(QUIET_WITHIN_MS);
  const { partnerFailed, unexplained } = await reviewReasons(rig.database);
  faults.push(...report.others, ...unexplained, ...restless, ...(await rig.seen()), ...(await rig.invariants()));
  const figures = {
    minutes,
    started: report.started,
    completed: report.completed,
    inReview: report.inReview,
    acts: [...acts.values()].reduce((sum, count) => sum + count, 0),
    contested: rig.history.contested,
    repeated: rig.book.retried,
    quietMs,
  };
  writeFileSync(packagePath('docs/chaos.md'), chaosPage({ seed, figures, acts, partnerFailed, faults }));
  return { units: minutes, faults, figures };
}

function chaosPage(run: {
  seed: number;
  figures: Readonly<Record<string, number>>;
  acts: ReadonlyMap<string, number>;
  partnerFailed: ReadonlyMap<string, number>;
  faults: readonly string[];
}): string {
  const {
    minutes = 0,
    started = 0,
    completed = 0,
    inReview = 0,
    contested = 0,
    repeated = 0,
    quietMs = 0,
  } = run.figures;
  return [
    '# Chaos',
    '',
    `Written by \`npm run campaign -- chaos --units ${minutes} --seed ${run.seed} --fresh\` on ${new Date().toISOString().slice(0, 10)}.`,
    '',
    `${PEOPLE} people at a time for ${minutes} minutes on two API and two worker processes, PostgreSQL and Redis: ${started} recoveries`,
    `were begun and ${completed} ended with a new passkey; ${inReview} wait for a reviewer because the partner had failed them as often as`,
    `the policy allows. Clients repeated ${repeated} requests. At rest ${Math.round(quietMs / 1_000)} s after the last one. ${contested} tokens and idempotency keys were used by`,
    'two requests at the same time.',
    '',
    ...table('what happened', run.acts),
    '',
    ...(run.partnerFailed.size > 0 ? [...table('how the partner failed those in review', run.partnerFailed), ''] : []),
    run.faults.length === 0
      ? 'The twelve invariants held, every token and key has a history that one order explains, and nobody was lost.'
      : '**What did not hold**',
    ...run.faults.slice(0, 50).map((fault) => `- ${fault}`),
    '',
  ].join('\n');
}

const table = (title: string, counts: ReadonlyMap<string, number>): string[] => [
  `| ${title} | times |`,
  '|---|---|',
  ...[...counts].sort().map(([name, count]) => `| ${name} | ${count} |`),
];
