import type { SeededRandom } from '../harness/seeded-random.js';

/** Two pictures of faces, of whom they are, and how alike somebody finds them: higher is more alike, on any scale. */
export interface ScoredPair {
  people: readonly [string, string];
  /** `-Infinity` when a face was not acquired: it matches at no threshold. */
  score: number;
}

/** True match rates as ISO/IEC 19795-1 counts them: failures to acquire are non-matches. */
export interface RecognitionRates {
  genuine: number;
  impostors: number;
  /** Pairs of either kind that were not acquired. */
  notAcquired: number;
  /** Share of genuine pairs above what all but one in a hundred or thousand, or all, pairs of different people reach. */
  tarAt1Percent: number;
  tarAt01Percent: number;
  tarAtNone: number;
  equalErrorRate: number;
  /** Distance of the two means in standard deviations, of acquired pairs. */
  dPrime: number;
}

/** A person's weight among the others: how often they were drawn again. */
type Weights = ReadonlyMap<string, number>;

export function recognitionRates(pairs: readonly ScoredPair[]): RecognitionRates {
  const all = ranked(pairs);
  const { genuine, impostors } = all;
  return {
    genuine: genuine.length,
    impostors: impostors.length,
    notAcquired: pairs.filter(({ score }) => score === -Infinity).length,
    tarAt1Percent: tarAt(all, 0.01),
    tarAt01Percent: tarAt(all, 0.001),
    tarAtNone: tarAt(all, 0),
    equalErrorRate: equalErrorRate(genuine, impostors),
    dPrime: dPrime(genuine, impostors),
  };
}

/** Pairs of one person, and of different people with the likest first. */
export interface RankedPairs {
  genuine: readonly ScoredPair[];
  impostors: readonly ScoredPair[];
}

export function ranked(pairs: readonly ScoredPair[]): RankedPairs {
  const genuine: ScoredPair[] = [];
  const impostors: ScoredPair[] = [];
  for (const pair of pairs) (pair.people[0] === pair.people[1] ? genuine : impostors).push(pair);
  return { genuine, impostors: impostors.sort((one, other) => other.score - one.score) };
}

/** Share of genuine pairs above the threshold at which at most `falseMatchRate` of the others match. NaN without any. */
export function tarAt({ genuine, impostors }: RankedPairs, falseMatchRate: number, weights?: Weights): number {
  const limit = highestRefused(impostors, falseMatchRate, weights);
  const matched = genuine.filter(({ score }) => score > limit);
  return sumOf(matched, weights) / sumOf(genuine, weights);
}

/**
 * Draws the people again, as many as there are, and gives what `measure` says each time: how far a figure depends on who
 * happened to be in the pictures. Those of whom there is a genuine pair and those who only serve as others are drawn
 * apart, so that every draw has genuine pairs.
 */
export function drawnAgain<Result>(
  { genuine, impostors }: RankedPairs,
  options: { draws: number; random: SeededRandom },
  measure: (weights: Weights) => Result,
): Result[] {
  const known = [...new Set(genuine.map(({ people }) => people[0]))];
  const others = [...new Set(impostors.flatMap(({ people }) => people))].filter((person) => !known.includes(person));
  return Array.from({ length: options.draws }, () => {
    const weights = new Map<string, number>();
    for (const people of [known, others])
      for (let drawn = 0; drawn < people.length; drawn += 1) {
        const person = options.random.pick(people);
        weights.set(person, (weights.get(person) ?? 0) + 1);
      }
    return measure(weights);
  });
}

/** The middle 95 of a hundred values. */
export function middle95(values: readonly number[]): [low: number, high: number] {
  const sorted = values.filter(Number.isFinite).sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

/** Wilson's 95 % interval of a share seen among `count` independent trials; does not shrink to a point at 0 or 1. */
export function wilson95(share: number, count: number): [low: number, high: number] {
  const z = 1.959964;
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const reach = (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) / (1 + (z * z) / count);
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}

/** The score that a match has to exceed; the likest come first. */
function highestRefused(impostors: readonly ScoredPair[], falseMatchRate: number, weights?: Weights): number {
  const allowed = falseMatchRate * sumOf(impostors, weights) + 1e-9;
  let matched = 0;
  for (const pair of impostors) {
    matched += weightOf(pair, weights);
    if (matched > allowed) return pair.score;
  }
  return -Infinity;
}

function sumOf(pairs: readonly ScoredPair[], weights?: Weights): number {
  return weights ? pairs.reduce((sum, pair) => sum + weightOf(pair, weights), 0) : pairs.length;
}

function weightOf({ people: [one, other] }: ScoredPair, weights?: Weights): number {
  if (!weights) return 1;
  const weight = weights.get(one) ?? 0;
  return one === other ? weight : weight * (weights.get(other) ?? 0);
}

/** Where as large a share of the ones is refused as of the others matches. */
function equalErrorRate(genuine: readonly ScoredPair[], impostors: readonly ScoredPair[]): number {
  const thresholds = [...new Set([...genuine, ...impostors].map(({ score }) => score))];
  const errors = thresholds.map((threshold) => {
    const refused = genuine.filter(({ score }) => !(score > threshold)).length / genuine.length;
    const matched = impostors.filter(({ score }) => score > threshold).length / impostors.length;
    return { apart: Math.abs(refused - matched), mean: (refused + matched) / 2 };
  });
  return errors.sort((one, other) => one.apart - other.apart)[0]?.mean ?? Number.NaN;
}

function dPrime(genuine: readonly ScoredPair[], impostors: readonly ScoredPair[]): number {
  const [same, other] = [genuine, impostors].map(momentsOf);
  if (!same || !other) return Number.NaN;
  return (same.mean - other.mean) / Math.sqrt((same.variance + other.variance) / 2);
}

function momentsOf(pairs: readonly ScoredPair[]): { mean: number; variance: number } {
  const scores = pairs.map(({ score }) => score).filter(Number.isFinite);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { mean, variance: scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length };
}
