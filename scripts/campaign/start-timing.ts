import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { insertSubject } from '../../test/support/approved-case.js';
import { SeededRandom } from '../harness/seeded-random.js';
import { Subjects } from '../../src/directory/subjects.js';
import type { Campaign } from './campaign.js';
import { medianDifference, permutationTest } from './permutation-test.js';
import type { Part } from './progress.js';
import { startTwoProcesses } from './two-processes.js';

const PAIRS_PER_PART = 100;
const WARM_UP_REQUESTS = 100;
const MAX_EFFECT_MS = 5;
/** Below this, chance is no longer a likely explanation. */
const MIN_P = 0.001;
const PERMUTATIONS = 2_000;

/** Self-service start for known and unknown logins, in turn: nobody can tell them apart by a watch (T2). */
export const startTiming: Campaign = {
  help: '2 × 500 interleaved self-service starts; permutation test on the medians, effect < 5 ms',
  defaultUnits: 500,
  unit: 'pairs',
  async *run({ units, done, seed }) {
    const rig = await startTwoProcesses();
    try {
      const [url] = rig.baseUrls;
      const login = await rig.database.transaction(async (tx) => {
        const subject = await new Subjects(rig.ring).find(tx, await insertSubject(tx, rig.ring));
        return subject?.profile.reveal().login ?? '';
      });
      for (let request = 0; request < WARM_UP_REQUESTS; request += 1) await timeStart(url, unknownLogin(login));
      for (let at = done; at < units; at += PAIRS_PER_PART) {
        const pairs = Math.min(PAIRS_PER_PART, units - at);
        yield await measure(url, { pairs, login, random: new SeededRandom(seed + at) });
      }
    } finally {
      await rig.stop();
    }
  },
  judge(parts) {
    const { known, unknown } = timesOf(parts);
    const effectMs = Math.abs(medianDifference(known, unknown));
    const p = permutationTest(known, unknown, { permutations: PERMUTATIONS, random: new SeededRandom(1) });
    if (effectMs < MAX_EFFECT_MS && p >= MIN_P) return [];
    return [`medians differ by ${effectMs.toFixed(3)} ms, p = ${p.toFixed(4)}`];
  },
  summary(parts) {
    const { known, unknown } = timesOf(parts);
    const p = permutationTest(known, unknown, { permutations: PERMUTATIONS, random: new SeededRandom(1) });
    return `medians differ by ${medianDifference(known, unknown).toFixed(3)} ms over 2 × ${known.length}, p = ${p.toFixed(3)}`;
  },
};

/** As long as a known one, so that length is no difference. */
const unknownLogin = (known: string): string => `person.${randomBytes(32).toString('hex')}`.slice(0, known.length);

async function measure(url: string, given: { pairs: number; login: string; random: SeededRandom }): Promise<Part> {
  const { pairs, login, random } = given;
  const known: number[] = [];
  const unknown: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Who comes first changes by chance: a slow moment of the machine hits both alike.
    const knownFirst = random.chance(0.5);
    const first = await timeStart(url, knownFirst ? login : unknownLogin(login));
    const second = await timeStart(url, knownFirst ? unknownLogin(login) : login);
    known.push(knownFirst ? first : second);
    unknown.push(knownFirst ? second : first);
  }
  return { units: pairs, faults: [], figures: { known, unknown } };
}

async function timeStart(url: string, login: string): Promise<number> {
  const body = JSON.stringify({ login });
  const startedAt = performance.now();
  const response = await fetch(`${url}/v1/recovery-requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`a start was answered with ${response.status}`);
  return performance.now() - startedAt;
}

function timesOf(parts: readonly Part[]): { known: number[]; unknown: number[] } {
  const all = (name: string): number[] => parts.flatMap((part) => part.figures?.[name] ?? []);
  return { known: all('known'), unknown: all('unknown') };
}
