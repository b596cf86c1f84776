import { SeededRandom } from '../harness/seeded-random.js';
import { SAMPLE_HEADS } from './face-pictures.js';
import type { Part } from './progress.js';
import {
  drawnAgain,
  middle95,
  ranked,
  recognitionRates,
  tarAt,
  wilson95,
  type ScoredPair,
} from './recognition-rates.js';

export const PEER_NAMES = ['human', 'face_api', 'face_api_tiny'] as const;
export type PeerName = (typeof PEER_NAMES)[number];
const OWN_NAMES = ['fused', 'clean'] as const;

/**
 * `selfies`: two photographs of a person as selfies. `cards`: one of them printed on a card, the other a selfie.
 * `one_photograph`: card and selfie of the same photograph, which tells nothing of how somebody is known again but how
 * print, tilt, light and compression are borne; there are 22 of those and only three people in two photographs.
 */
export const KINDS = ['selfies', 'cards', 'one_photograph'] as const;
export type Kind = (typeof KINDS)[number];

const DRAWS = 1_000;
const DRAW_SEED = 20_261_127;

/** All scores of one contender, from the parts of `local-peers`. */
export function scoredPairs(parts: readonly Part[], name: string, kind: Kind): ScoredPair[] {
  const last = SAMPLE_HEADS.length - 1;
  return parts.flatMap(({ figures }) => {
    const scores = figures?.[`${name}.${kind === 'selfies' ? 'selfies' : 'cards'}`];
    if (!Array.isArray(scores)) return [];
    return kind === 'selfies'
      ? everyHead((one) => range(one + 1, last).map((other) => pairOf(one, other))).map(withScore(scores))
      : everyHead((card) => range(0, last).map((selfie) => pairOf(card, selfie)))
          .map(withScore(scores))
          .filter(
            ({ people: [one, other], samePicture }) => one !== other || samePicture === (kind === 'one_photograph'),
          );
  });
}

/** Where ours is not better than a library: where its true match rate at one false match in a thousand is lower. */
export function judgePeers(parts: readonly Part[]): string[] {
  return KINDS.flatMap((kind) => {
    const rate = (name: string): number => tarAt(ranked(scoredPairs(parts, name, kind)), 0.001);
    const own = rate('fused');
    return PEER_NAMES.filter((peer) => !(own >= rate(peer))).map((peer) => `${kind}: fewer true matches than ${peer}`);
  });
}

export function summariseRates(parts: readonly Part[]): string {
  return KINDS.flatMap((kind) => [
    ...[...OWN_NAMES, ...PEER_NAMES].map((name) => describeContender(parts, name, kind)),
    ...PEER_NAMES.map((peer) => describeDifference(parts, peer, kind)),
  ]).join('\n  ');
}

function describeContender(parts: readonly Part[], name: string, kind: Kind): string {
  const pairs = scoredPairs(parts, name, kind);
  const rates = recognitionRates(pairs);
  const people = new Set(pairs.filter(({ people: [one, other] }) => one === other).map(({ people }) => people[0])).size;
  const matched = Math.round(rates.tarAt01Percent * rates.genuine);
  return (
    `${name} ${kind}: TAR at FMR 0.1 % ${percent(rates.tarAt01Percent)} (${matched} of ${rates.genuine}; ` +
    `${people} people, Wilson for as many ${span(wilson95(rates.tarAt01Percent, people))}), ` +
    `at 1 % ${percent(rates.tarAt1Percent)}, at none of ${rates.impostors} ${percent(rates.tarAtNone)}; ` +
    `EER ${percent(rates.equalErrorRate)}, d' ${rates.dPrime.toFixed(2)}, ${rates.notAcquired} pairs not acquired`
  );
}

/** On the same draws of people for both, so that a hard picture counts for both alike. */
function describeDifference(parts: readonly Part[], peer: PeerName, kind: Kind): string {
  const [own, theirs] = ['fused', peer].map((name) => ranked(scoredPairs(parts, name, kind)));
  if (!own || !theirs) return '';
  const options = { draws: DRAWS, random: new SeededRandom(DRAW_SEED) };
  const differences = drawnAgain(own, options, (weights) => tarAt(own, 0.001, weights) - tarAt(theirs, 0.001, weights));
  const difference = tarAt(own, 0.001) - tarAt(theirs, 0.001);
  return `fused less ${peer}, ${kind}: ${percent(difference)} points, ${span(middle95(differences))} with people drawn again`;
}

interface HeadPair {
  people: readonly [string, string];
  samePicture: boolean;
}

function pairOf(one: number, other: number): HeadPair {
  const person = (head: number): string => SAMPLE_HEADS[head]?.person ?? '';
  return { people: [person(one), person(other)], samePicture: one === other };
}

const withScore =
  (scores: readonly number[]) =>
  (pair: HeadPair, at: number): HeadPair & ScoredPair => {
    const score = scores[at] ?? NOT_ACQUIRED;
    return { ...pair, score: score === NOT_ACQUIRED ? -Infinity : score };
  };

/** In `.campaign` files, which have no infinity; no score of anybody is as low. */
export const NOT_ACQUIRED = -1_000;

function everyHead<Item>(items: (head: number) => Item[]): Item[] {
  return SAMPLE_HEADS.flatMap((_, head) => items(head));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}`;
const span = ([low, high]: readonly [number, number]): string => `${percent(low)}–${percent(high)}`;
