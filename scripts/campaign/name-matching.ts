import fc from 'fast-check';
import { compareIdentity } from '../../src/adjudication/matching/compare-identity.js';
import { agreed, MATCH_OUTCOMES } from '../../src/adjudication/matching/match-outcome.js';
import { weighIdentity } from '../../src/adjudication/matching/weigh-identity.js';
import { printed } from '../../test/people/person.js';
import { generatePeople } from '../../test/people/generate-people.js';
import type { Campaign } from './campaign.js';

const PAIRS_PER_PART = 2_000;
const LIMIT_MS = 5;
const MOST_TRIES = 20;
const KNOWN = new Set<unknown>(MATCH_OUTCOMES);

interface WildPair {
  record: object;
  claim: object;
}

/** Names that people have, names that nobody has, and what is no name at all, through all of the matcher (T63, T89). */
export const nameMatching: Campaign = {
  help: 'matching of 200,000 pairs of names, true, mutated and hostile: none throws and none takes 5 ms',
  defaultUnits: 200_000,
  unit: 'pairs',
  async *run({ units, done, seed }) {
    for (let at = done; at < units; at += PAIRS_PER_PART) {
      const count = Math.min(PAIRS_PER_PART, units - at);
      const faults: string[] = [];
      let worst = 0;
      for (const pair of fc.sample(pairs(seed + at), { numRuns: count, seed: seed + at })) {
        const took = timed(pair, (fault) => faults.push(fault));
        worst = Math.max(worst, took);
        if (took > LIMIT_MS) faults.push(`${took.toFixed(1)} ms: ${JSON.stringify(pair).slice(0, 200)}`);
      }
      yield { units: count, faults, figures: { worst } };
    }
  },
  summary: (parts) => `${Math.max(...parts.map(({ figures }) => Number(figures?.worst ?? 0))).toFixed(2)} ms at worst`,
};

/**
 * Milliseconds that a comparison takes of its thread, at most: the least of some tries, each by the clock or by processor
 * time, whichever says less. Both only ever say more than the thread took: the clock counts whatever else the machine does,
 * processor time the threads that meanwhile collect what earlier pairs left, for as long as a collection lasts.
 */
function timed({ record, claim }: WildPair, fault: (text: string) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < MOST_TRIES && best > LIMIT_MS / 2; tries++) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    try {
      const match = compareIdentity(record, claim, { document: agreed('exact', 'same_number') });
      weighIdentity(match);
      if (Object.values(match).some(({ outcome }) => !KNOWN.has(outcome))) fault('an unknown outcome');
    } catch (error) {
      fault(String(error));
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, performance.now() - began, (user + system) / 1_000);
  }
  return best;
}

const UNITS = [
  'a',
  'A ',
  'Ü',
  'Й',
  'щ',
  'ا',
  'ي',
  '\u0651',
  '\u0301',
  '-',
  "'",
  'ﷺ',
  'ǅ',
  '日',
  'Jr',
  'van ',
  '<',
  '\u200d',
];

/** Names of people, of nobody, of thousands of letters, and what is no text. */
function names(people: readonly string[]): fc.Arbitrary<unknown> {
  const real = fc.constantFrom(...people);
  const unit = fc.constantFrom(...UNITS);
  const repeated = fc
    .tuple(fc.array(unit, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 5_000 }))
    .map(([parts, times]) => parts.join('').repeat(times));
  return fc.oneof(
    { weight: 3, arbitrary: real },
    { weight: 3, arbitrary: fc.array(fc.oneof(real, unit), { maxLength: 30 }).map((parts) => parts.join(' ')) },
    { weight: 2, arbitrary: repeated },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
    { weight: 1, arbitrary: fc.anything() },
  );
}

function pairs(seed: number): fc.Arbitrary<WildPair> {
  const people = [...generatePeople(seed, 200)].flatMap(({ given, family }) => [printed(given), printed(family)]);
  const name = names(people);
  const former = fc.array(fc.record({ givenName: name, familyName: name }, { requiredKeys: [] }), { maxLength: 8 });
  const side = fc.record(
    {
      givenName: name,
      familyName: name,
      birthDate: fc.oneof(fc.constantFrom('1980-01-02', '1980-00-00'), fc.anything()),
      nationality: fc.oneof(fc.constantFrom('RUS', 'EGY', 'ESP', 'D<<', 'IDN'), fc.anything()),
      formerNames: fc.oneof(former, fc.anything()),
    },
    { requiredKeys: [] },
  );
  return fc.oneof(
    fc.record({ record: side, claim: side }),
    side.map((same) => ({ record: same, claim: { ...same, familyName: people[0] } })),
  );
}
