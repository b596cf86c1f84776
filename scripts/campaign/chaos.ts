import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { SeededRandom } from '../../test/model/seeded-random.js';
import { CHAOS } from '../faults/chaos-acts.js';
import { crowd } from '../faults/crowd.js';
import { heal } from '../faults/fault-case.js';
import { FaultRig } from '../faults/rig/fault-rig.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

const PEOPLE = 50;
const PATIENCE_MS = 420_000;
const CALM_MS = 2_000;
const CALM_SPREAD_MS = 6_000;
const MINUTE_MS = 60_000;

/** Everything may die at any moment, by a schedule that the seed decides (F48). Ends with a report in `docs/chaos.md`. */
export const chaos: Campaign = {
  help: '30 minutes, 50 people, 2 API and 2 worker processes: kills, pauses, restarts of everything, a partner that fails',
  defaultUnits: 30,
  unit: 'minutes',
  async *run({ units, done, seed }) {
    if (done >= units) return;
    const rig = await FaultRig.start();
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
  const { quietMs, faults: restless } = await rig.quiesce();
  faults.push(...report.others, ...restless, ...rig.book.failures(), ...(await rig.invariants()));
  const figures = {
    minutes,
    started: report.started,
    completed: report.completed,
    inReview: report.inReview,
    acts: [...acts.values()].reduce((sum, count) => sum + count, 0),
    repeated: rig.book.retried,
    quietMs,
  };
  writeFileSync(packagePath('docs/chaos.md'), chaosPage({ seed, figures, acts, faults }));
  return { units: minutes, faults, figures };
}

function chaosPage(run: {
  seed: number;
  figures: Readonly<Record<string, number>>;
  acts: ReadonlyMap<string, number>;
  faults: readonly string[];
}): string {
  const { minutes = 0, started = 0, completed = 0, inReview = 0, repeated = 0, quietMs = 0 } = run.figures;
  return [
    '# Chaos',
    '',
    `Written by \`npm run campaign -- chaos --units ${minutes} --seed ${run.seed} --fresh\` on ${new Date().toISOString().slice(0, 10)}.`,
    '',
    `${PEOPLE} people at a time for ${minutes} minutes on two API and two worker processes: ${started} recoveries were begun and`,
    `${completed} ended with a new passkey, ${inReview} wait for a reviewer. Clients repeated ${repeated} requests. At rest ${quietMs} ms after the last one.`,
    '',
    '| what happened | times |',
    '|---|---|',
    ...[...run.acts].sort().map(([name, count]) => `| ${name} | ${count} |`),
    '',
    run.faults.length === 0 ? 'The twelve invariants held, and nobody was lost.' : '**What did not hold**',
    ...run.faults.slice(0, 50).map((fault) => `- ${fault}`),
    '',
  ].join('\n');
}
