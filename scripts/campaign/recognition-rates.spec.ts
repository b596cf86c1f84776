import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../harness/seeded-random.js';
import {
  drawnAgain,
  middle95,
  ranked,
  recognitionRates,
  tarAt,
  wilson95,
  type ScoredPair,
} from './recognition-rates.js';

const genuine = (...scores: number[]): ScoredPair[] =>
  scores.map((score, at) => ({ people: [`p${at}`, `p${at}`], score }));

/** 0, 1, … by different people. */
const impostors = (count: number): ScoredPair[] =>
  Array.from({ length: count }, (_, score) => ({ people: ['p0', `q${score % 20}`], score }));

describe('recognitionRates', () => {
  it('counts true matches above what the allowed share of other people reaches', () => {
    // Of 0 … 999 the highest may match at one in a thousand, the ten highest at one in a hundred.
    const pairs = [...genuine(999.5, 998.5, 995, 989, 500), ...impostors(1_000)];
    expect(recognitionRates(pairs)).toMatchObject({
      genuine: 5,
      impostors: 1_000,
      tarAtNone: 1 / 5,
      tarAt01Percent: 2 / 5,
      tarAt1Percent: 3 / 5,
    });
  });

  it('allows no false match where there are too few pairs for the rate', () => {
    expect(tarAt(ranked([...genuine(997.5, 999), ...impostors(999)]), 0.001)).toBe(1 / 2);
  });

  it('takes a face that was not acquired for one that does not match, at any rate', () => {
    const pairs = [...genuine(5, -Infinity), ...impostors(3), { people: ['p0', 'q0'] as const, score: -Infinity }];
    expect(recognitionRates(pairs)).toMatchObject({ notAcquired: 2, tarAtNone: 1 / 2 });
    expect(tarAt(ranked(genuine(-Infinity)), 1)).toBe(0);
    expect(Number.isFinite(recognitionRates(pairs).dPrime)).toBe(true);
  });

  it('knows where the two kinds of error are equal', () => {
    expect(recognitionRates([...genuine(10, 11, 12), ...impostors(9)]).equalErrorRate).toBe(0);
    expect(recognitionRates([...genuine(2, 5, 6, 7), ...impostors(4)]).equalErrorRate).toBe(1 / 4);
  });

  it('measures how far apart the two kinds are in their own spread', () => {
    expect(recognitionRates([...genuine(10, 12), ...impostors(3)]).dPrime).toBeCloseTo(10 / Math.sqrt((1 + 2 / 3) / 2));
  });
});

describe('drawnAgain', () => {
  const pairs = ranked([...genuine(0.5, 5, 5), ...impostors(2)]);
  const draw = (seed: number): number[] =>
    drawnAgain(pairs, { draws: 400, random: new SeededRandom(seed) }, (weights) => tarAt(pairs, 0, weights));

  it('always has genuine pairs, is the same again with the same seed, and spreads as few people make it', () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7).every((rate) => rate >= 0 && rate <= 1)).toBe(true);
    expect(middle95(draw(7))).toEqual([1 / 3, 1]);
    expect(draw(7).reduce((sum, rate) => sum + rate, 0) / 400).toBeCloseTo(3 / 4, 1);
  });

  it('leaves no pair of a person with themself drawn twice among the others', () => {
    const two = ranked([...genuine(1), { people: ['p0', 'q0'] as const, score: 2 }]);
    expect(drawnAgain(two, { draws: 1, random: new SeededRandom(1) }, (weights) => [...weights])).toEqual([
      [
        ['p0', 1],
        ['q0', 1],
      ],
    ]);
  });
});

describe('wilson95', () => {
  it('stays wide with few trials, also when all or none succeeded', () => {
    expect(wilson95(1, 3)[0]).toBeCloseTo(0.4385, 3);
    expect(wilson95(1, 3)[1]).toBe(1);
    expect(wilson95(0, 3)[1]).toBeCloseTo(0.5615, 3);
    // Brown, Cai and DasGupta (2001), 15 of 50.
    expect(wilson95(0.3, 50).map((value) => value.toFixed(3))).toEqual(['0.191', '0.438']);
  });
});
