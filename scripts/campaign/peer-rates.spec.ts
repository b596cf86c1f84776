import { describe, expect, it } from '@jest/globals';
import { SAMPLE_HEADS } from './face-pictures.js';
import { judgePeers, KINDS, NOT_ACQUIRED, PEER_NAMES, scoredPairs, summariseRates } from './peer-rates.js';
import type { Part } from './progress.js';

const COUNT = SAMPLE_HEADS.length;
const headsOf = (person: string): number[] =>
  SAMPLE_HEADS.flatMap((head, index) => (head.person === person ? [index] : []));
const [first = 0, second = 0] = headsOf('ana');

/** One round in which only `ana` is known again, by the score that each name is given. */
function roundOf(scores: Readonly<Record<string, number>>): Part {
  const figures = Object.fromEntries(
    Object.entries(scores).flatMap(([name, score]) => {
      const selfies = Array.from({ length: (COUNT * (COUNT - 1)) / 2 }, () => 0.1);
      const before = first * COUNT - (first * (first + 1)) / 2;
      selfies[before + second - first - 1] = score;
      const cards = Array.from({ length: COUNT ** 2 }, () => 0.1);
      cards[first * COUNT + second] = score;
      cards[first * COUNT + first] = NOT_ACQUIRED;
      return [
        [`${name}.selfies`, selfies],
        [`${name}.cards`, cards],
      ];
    }),
  );
  return { units: 1, faults: [], figures };
}

const genuine = (part: Part, kind: (typeof KINDS)[number]): number[] =>
  scoredPairs([part], 'fused', kind)
    .filter(({ people: [one, other] }) => one === other)
    .map(({ score }) => score);

describe('scoredPairs', () => {
  const part = roundOf({ fused: 0.9 });

  it('gives every score to the people it is of', () => {
    expect(genuine(part, 'selfies')).toEqual([0.9, 0.1, 0.1]);
    expect(genuine(part, 'cards')).toEqual([0.9, 0.1, 0.1, 0.1, 0.1, 0.1]);
  });

  it('keeps card and selfie of one photograph apart from two photographs of one person', () => {
    expect(genuine(part, 'one_photograph')).toEqual([-Infinity, ...Array.from({ length: COUNT - 1 }, () => 0.1)]);
  });

  it('has the same pairs of different people for both kinds of cards', () => {
    const impostors = (kind: (typeof KINDS)[number]): number =>
      scoredPairs([part], 'fused', kind).filter(({ people: [one, other] }) => one !== other).length;
    expect([impostors('selfies'), impostors('cards'), impostors('one_photograph')]).toEqual([228, 456, 456]);
  });
});

describe('judgePeers', () => {
  const all = (fused: number, peers: number): Part =>
    roundOf({ fused, clean: 0.1, ...Object.fromEntries(PEER_NAMES.map((peer) => [peer, peers])) });

  it('names each library that knows more people again', () => {
    expect(judgePeers([all(0.9, 0.1)])).toEqual([]);
    expect(judgePeers([all(0.9, 0.9)])).toEqual([]);
    expect(judgePeers([all(0.1, 0.9)])).toHaveLength(2 * PEER_NAMES.length);
  });

  it('says rates with their spread', () => {
    expect(summariseRates([all(0.9, 0.1)])).toContain('fused selfies: TAR at FMR 0.1 % 33.3 (1 of 3; 3 people');
  });
});
