import { HEADS, printedPortrait, selfieOf, drawDocument, photograph } from '../../test/cards/index.js';
import type { Campaign } from './campaign.js';
import { median } from './permutation-test.js';
import type { Part } from './progress.js';
import { decoded, type DecodedPicture } from './speed/decoded-picture.js';
import { ContenderProcess, type Contender } from './speed/contender-process.js';

const ROUNDS_PER_PART = 5;

/** The set that is measured against the others comes first. */
const CONTENDERS: readonly Contender[] = [
  { name: 'fused', module: 'own-contender', argument: 'fused' },
  { name: 'clean', module: 'own-contender', argument: 'clean' },
  { name: 'human', module: 'human-contender' },
  { name: 'face_api', module: 'face-api-contender' },
  { name: 'face_api_tiny', module: 'face-api-contender', argument: 'tiny' },
];
const PEERS = ['human', 'face_api', 'face_api_tiny'] as const;

const LEAST_AGAINST_FASTEST = 1.5;
const LEAST_AGAINST_SLOWEST = 3;

/**
 * Finds, aligns and describes the faces of a selfie and of a photographed card, both decoded beforehand, with one thread.
 * The contenders take turns, so that a slow moment of the machine hits all of them.
 */
export const localSpeed: Campaign = {
  help: 'detection, landmarks and description of two pictures beside @vladmandic/human and @vladmandic/face-api (wasm)',
  defaultUnits: 25,
  unit: 'rounds',
  async *run({ units, done }) {
    const pictures = await decodedPair();
    const contenders: ContenderProcess[] = [];
    try {
      for (const contender of CONTENDERS) contenders.push(await ContenderProcess.open(contender, pictures));
      for (let at = done; at < units; at += ROUNDS_PER_PART) {
        yield await raceOnce(contenders, Math.min(ROUNDS_PER_PART, units - at));
      }
    } finally {
      for (const contender of contenders) contender.close();
    }
  },
  judge(parts) {
    const [fastest, slowest] = peerTimes(parts);
    const own = timeOf(parts, 'fused');
    return [
      ...(fastest / own < LEAST_AGAINST_FASTEST ? [`only ${(fastest / own).toFixed(2)} × the fastest peer`] : []),
      ...(slowest / own < LEAST_AGAINST_SLOWEST ? [`only ${(slowest / own).toFixed(2)} × the slowest peer`] : []),
    ];
  },
  summary(parts) {
    const [fastest, slowest] = peerTimes(parts);
    const own = timeOf(parts, 'fused');
    const times = CONTENDERS.map(({ name }) => {
      const missed = valuesOf(parts, `${name}.missed`).reduce((sum, value) => sum + value, 0);
      const wall = median(valuesOf(parts, `${name}.wall_ms`));
      return `${name} ${Math.round(timeOf(parts, name))} ms (wall ${Math.round(wall)})${missed > 0 ? `, ${missed} faces missed` : ''}`;
    });
    return `median processor time of two pictures: ${times.join(', ')}; ${(fastest / own).toFixed(2)} × the fastest peer, ${(slowest / own).toFixed(2)} × the slowest`;
  },
};

async function decodedPair(): Promise<DecodedPicture[]> {
  const { portrait, selfie } = HEADS.ana;
  const { front } = await drawDocument({ seed: 1, kind: 'td2', portrait: await printedPortrait(portrait) });
  const card = await photograph(front, { seed: 1, severity: 'clean', cardWidth: 1280 });
  return Promise.all([decoded(await selfieOf(selfie)), decoded(card)]);
}

async function raceOnce(contenders: readonly ContenderProcess[], rounds: number): Promise<Part> {
  const figures: Record<string, number[]> = {};
  const note = (name: string, value: number): void => void (figures[name] ??= []).push(value);
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const { wallMs, cpuMs, found } = await contender.run();
      note(`${contender.name}.wall_ms`, wallMs);
      note(`${contender.name}.cpu_ms`, cpuMs);
      note(`${contender.name}.missed`, found.filter((face) => !face).length);
    }
  }
  return { units: rounds, faults: [], figures };
}

function valuesOf(parts: readonly Part[], name: string): number[] {
  return parts.flatMap(({ figures }) => figures?.[name] ?? []);
}

/** Processor time: the machine may have something else to do meanwhile. Every contender has one thread that works. */
function timeOf(parts: readonly Part[], name: string): number {
  return median(valuesOf(parts, `${name}.cpu_ms`));
}

function peerTimes(parts: readonly Part[]): [fastest: number, slowest: number] {
  const times = PEERS.map((name) => timeOf(parts, name));
  return [Math.min(...times), Math.max(...times)];
}
