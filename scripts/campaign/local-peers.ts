import { localEnvironment } from '../../providers/local/config.js';
import type { FaceAnalyser, InspectedFace } from '../../providers/local/faces/face-analyser.js';
import { BUILT_IN_SETS, type BuiltInSetName } from '../../providers/local/faces/model-sets.js';
import { loadAnalyser } from '../../providers/local/onnx-analyser.js';
import type { Campaign } from './campaign.js';
import { photographCard, SAMPLE_HEADS, takeSelfie } from './face-pictures.js';
import { judgePeers, NOT_ACQUIRED, PEER_NAMES, summariseRates, type PeerName } from './peer-rates.js';
import type { Part } from './progress.js';
import type { Description } from './speed/contender.js';
import { ContenderProcess } from './speed/contender-process.js';
import { decoded } from './speed/decoded-picture.js';

const OWN_SETS = Object.keys(BUILT_IN_SETS) as BuiltInSetName[];

const PEERS: Readonly<Record<PeerName, { module: string; argument?: string }>> = {
  human: { module: 'human-contender' },
  face_api: { module: 'face-api-contender' },
  face_api_tiny: { module: 'face-api-contender', argument: 'tiny' },
};

/**
 * Who knows people again better: both sets and the two libraries, each with its own detection, landmarks, descriptor and
 * measure of likeness, on the same pictures. No quality gate: a face that is not acquired is a face that does not match.
 */
export const localPeers: Campaign = {
  help: 'true match rates beside @vladmandic/human and @vladmandic/face-api (wasm) on the same selfies and cards',
  defaultUnits: 8,
  unit: 'rounds',
  async *run({ units, done, seed }) {
    const folder = localEnvironment.parse(process.env).LOCAL_MODELS_DIR;
    const own = new Map<BuiltInSetName, FaceAnalyser>();
    const peers: ContenderProcess[] = [];
    try {
      for (const set of OWN_SETS) own.set(set, await loadAnalyser(folder, { set }));
      for (const name of PEER_NAMES) peers.push(await ContenderProcess.open({ name, ...PEERS[name] }));
      for (let round = done; round < units; round += 1) yield await playRound({ own, peers }, seed * 1_000 + round);
    } finally {
      for (const peer of peers) peer.close();
    }
  },
  judge: judgePeers,
  summary: summariseRates,
};

interface Field {
  own: ReadonlyMap<BuiltInSetName, FaceAnalyser>;
  peers: readonly ContenderProcess[];
}

type Evidence = 'selfie' | 'document_front';

async function playRound({ own, peers }: Field, seed: number): Promise<Part> {
  const figures: Record<string, number[]> = {};
  const selfies: Buffer[] = [];
  const cards: Buffer[] = [];
  for (const [index, head] of SAMPLE_HEADS.entries()) {
    selfies.push(await takeSelfie(head, seed * 100 + index));
    cards.push(await photographCard(head, seed * 100 + index));
  }
  for (const [set, analyser] of own) {
    const look = async (evidence: Evidence, pictures: readonly Buffer[]): Promise<InspectedFace[]> => {
      const faces: InspectedFace[] = [];
      for (const picture of pictures) faces.push(await analyser.inspect(evidence, picture));
      return faces;
    };
    const scores = everyPair(
      await look('selfie', selfies),
      await look('document_front', cards),
      (one, other) => analyser.comparePair(one, other)?.similarity,
    );
    figures[`${set}.selfies`] = scores.selfies;
    figures[`${set}.cards`] = scores.cards;
  }
  for (const peer of peers) {
    const look = async (pictures: readonly Buffer[]): Promise<(Description | undefined)[]> => {
      const faces: (Description | undefined)[] = [];
      for (const picture of pictures) faces.push(await peer.describe(await decoded(picture)));
      return faces;
    };
    const scores = everyPair(await look(selfies), await look(cards), likeness);
    figures[`${peer.name}.selfies`] = scores.selfies;
    figures[`${peer.name}.cards`] = scores.cards;
  }
  return { units: 1, faults: [], figures };
}

/** Every selfie with every later one, and every card with every selfie, in the order of {@link SAMPLE_HEADS}. */
function everyPair<Face>(
  selfies: readonly Face[],
  cards: readonly Face[],
  compare: (one: Face, other: Face) => number | undefined,
): Record<'selfies' | 'cards', number[]> {
  const score = (one: Face, other: Face): number => round(compare(one, other) ?? NOT_ACQUIRED);
  return {
    selfies: selfies.flatMap((one, at) => selfies.slice(at + 1).map((other) => score(one, other))),
    cards: cards.flatMap((card) => selfies.map((selfie) => score(card, selfie))),
  };
}

/** Both libraries tell people apart by the Euclidean distance of their descriptors; theirs is cut off to 0..1, this is not. */
function likeness(one: Description | undefined, other: Description | undefined): number | undefined {
  const [left, right] = [one?.[0], other?.[0]];
  if (!left || !right) return undefined;
  return -Math.hypot(...left.map((value, at) => value - (right[at] ?? Number.NaN)));
}

function round(score: number): number {
  return Math.round(score * 100_000) / 100_000;
}
