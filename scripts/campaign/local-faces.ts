import type { FaceAnalyser, InspectedFace } from '../../providers/local/faces/face-analyser.js';
import { localEnvironment } from '../../providers/local/config.js';
import { BUILT_IN_SETS, type BuiltInSetName } from '../../providers/local/faces/model-sets.js';
import { loadAnalyser } from '../../providers/local/onnx-analyser.js';
import type { FacePairComparison } from '../../providers/local/types.js';
import type { Campaign } from './campaign.js';
import {
  cutSelfieFromCard,
  disguiseSelfie,
  photographCard,
  photographCardAgain,
  SAMPLE_HEADS,
  takeSelfie,
} from './face-pictures.js';
import type { Part } from './progress.js';

const SETS = Object.keys(BUILT_IN_SETS) as BuiltInSetName[];

/**
 * Of pairs of different people. These are alike in sex and age and partly in one light, so that more of them match than
 * the one in a thousand of people picked at random; with 22 heads it is a guard against a change for the worse, no rate.
 */
const MOST_FALSE_MATCHES = 0.03;
const LEAST_TRUE_MATCHES: Readonly<Record<BuiltInSetName, number>> = { fused: 0.9, clean: 0.75 };

/** The heads of the sample photographs as selfies and on photographed cards, everybody against everybody. */
export const localFaces: Campaign = {
  help: 'every head of the sample photographs as selfie and on a card: true and false matches, failures, copies',
  defaultUnits: 4,
  unit: 'rounds',
  async *run({ units, done, seed }) {
    const folder = localEnvironment.parse(process.env).LOCAL_MODELS_DIR;
    const analysers = new Map<BuiltInSetName, FaceAnalyser>();
    for (const set of SETS) analysers.set(set, await loadAnalyser(folder, { set }));
    for (let round = done; round < units; round += 1) yield await playRound(analysers, seed * 1_000 + round);
  },
  judge(parts) {
    return SETS.flatMap((set) => [
      ...JUDGED_KINDS.flatMap((kind) => judgeKind(parts, `${set}.${kind}`, LEAST_TRUE_MATCHES[set])),
      ...COPIES.flatMap((of) =>
        sum(parts, `${set}.${of}.missed`) > 0
          ? [`${set}: a selfie cut out of a card was not told from a selfie (${of})`]
          : [],
      ),
      ...JUDGED_KINDS.flatMap((kind) =>
        sum(parts, `${set}.${kind}.taken_for_copies`) > 0 ? [`${set}.${kind}: two photographs were taken for one`] : [],
      ),
    ]);
  },
  summary(parts) {
    return SETS.flatMap((set) => [
      ...KINDS.map((kind) => describeKind(parts, set, kind)),
      ...COPIES.map((of) => describeCopies(parts, set, of)),
    ]).join('; ');
  },
};

/** `gated`: both pictures good enough by the product's own limits. */
const KINDS = ['portraits', 'portraits_gated', 'cards', 'cards_gated'] as const;
type Kind = (typeof KINDS)[number];

/** Selfies cut out of the very picture of the card, out of a second photograph of it, and the latter disguised. */
const COPIES = ['copies', 'second_photographs', 'disguised'] as const;
type Copies = (typeof COPIES)[number];

/** What becomes of a copy; only the first says anything of how well copies are known. */
const COPY_ENDS = ['refused', 'missed', 'poor', 'unfound'] as const;

/** Good pictures of one person are too few to judge by. */
const JUDGED_KINDS: readonly Kind[] = ['portraits', 'cards'];

async function playRound(analysers: ReadonlyMap<BuiltInSetName, FaceAnalyser>, seed: number): Promise<Part> {
  const figures: Record<string, number> = {};
  const pictures = await takePictures(seed);
  for (const [set, analyser] of analysers) {
    const tally = (name: string, by = 1): void =>
      void (figures[`${set}.${name}`] = (figures[`${set}.${name}`] ?? 0) + by);
    const selfies = await inspectAll(analyser, 'selfie', pictures.selfies);
    const cards = await inspectAll(analyser, 'document_front', pictures.cards);
    for (const [name, faces] of [
      ['selfies', selfies],
      ['cards', cards],
    ] as const) {
      tally(`${name}.all`, faces.length);
      tally(`${name}.unfound`, faces.filter(({ described }) => !described).length);
      tally(`${name}.poor`, faces.filter(({ described, reasons }) => described && reasons.length > 0).length);
    }
    comparePortraits(analyser, selfies, tally);
    compareCards(analyser, { cards, selfies }, tally);
    for (const of of COPIES) await compareCopies(analyser, { cards, copies: pictures[of], of }, tally);
  }
  return { units: 1, faults: [], figures };
}

type Tally = (name: string, by?: number) => void;

type Pictures = Record<'selfies' | 'cards' | Copies, Buffer[]>;

async function takePictures(seed: number): Promise<Pictures> {
  const selfies: Buffer[] = [];
  const cards: Buffer[] = [];
  const copies: Buffer[] = [];
  const again: Buffer[] = [];
  const disguised: Buffer[] = [];
  for (const [index, head] of SAMPLE_HEADS.entries()) {
    const own = seed * 100 + index;
    selfies.push(await takeSelfie(head, own));
    cards.push(await photographCard(head, own));
    copies.push(await cutSelfieFromCard(cards[index] ?? Buffer.alloc(0), own));
    again.push(await cutSelfieFromCard(await photographCardAgain(head, own), own + 1));
    disguised.push(await disguiseSelfie(again[index] ?? Buffer.alloc(0), own));
  }
  return { selfies, cards, copies, second_photographs: again, disguised };
}

async function inspectAll(
  analyser: FaceAnalyser,
  evidence: 'selfie' | 'document_front',
  pictures: readonly Buffer[],
): Promise<InspectedFace[]> {
  const faces: InspectedFace[] = [];
  for (const picture of pictures) faces.push(await analyser.inspect(evidence, picture));
  return faces;
}

function comparePortraits(analyser: FaceAnalyser, selfies: readonly InspectedFace[], tally: Tally): void {
  for (let one = 0; one < selfies.length; one += 1)
    for (let other = one + 1; other < selfies.length; other += 1) {
      countPair(analyser, { faces: [selfies[one], selfies[other]], heads: [one, other], kind: 'portraits' }, tally);
    }
}

/** A head's own photograph is left out: the same picture on both sides proves nothing. */
function compareCards(
  analyser: FaceAnalyser,
  { cards, selfies }: { cards: readonly InspectedFace[]; selfies: readonly InspectedFace[] },
  tally: Tally,
): void {
  for (let card = 0; card < cards.length; card += 1)
    for (let selfie = 0; selfie < selfies.length; selfie += 1) {
      if (card === selfie) continue;
      countPair(analyser, { faces: [cards[card], selfies[selfie]], heads: [card, selfie], kind: 'cards' }, tally);
    }
}

/** Refused as the copy it is, or missed: compared as if it were a selfie. What is not compared anyway is neither. */
async function compareCopies(
  analyser: FaceAnalyser,
  { cards, copies, of }: { cards: readonly InspectedFace[]; copies: readonly Buffer[]; of: Copies },
  tally: Tally,
): Promise<void> {
  for (const [index, copy] of copies.entries()) {
    const card = cards[index];
    const pair = card && analyser.comparePair(await analyser.inspect('selfie', copy), card);
    tally(`${of}.${copyEnd(pair)}`);
  }
}

function copyEnd(pair: FacePairComparison | undefined): (typeof COPY_ENDS)[number] {
  if (!pair) return 'unfound';
  if (pair.samePhotograph) return 'refused';
  return pair.usable ? 'missed' : 'poor';
}

function describeCopies(parts: readonly Part[], set: BuiltInSetName, of: Copies): string {
  const counts = COPY_ENDS.map((end) => `${sum(parts, `${set}.${of}.${end}`)} ${end}`);
  return `${set} ${of.replace('_', ' ')} ${counts.join(', ')}`;
}

interface Pair {
  faces: [InspectedFace | undefined, InspectedFace | undefined];
  heads: [number, number];
  kind: 'portraits' | 'cards';
}

function countPair(analyser: FaceAnalyser, { faces: [one, other], heads, kind }: Pair, tally: Tally): void {
  const pair = one && analyser.comparePair(one, other);
  const [left, right] = heads.map((head) => SAMPLE_HEADS[head]?.person);
  const truth = left === right ? 'same' : 'other';
  if (!pair) return tally(`${kind}.${truth}.unfound`);
  if (pair.samePhotograph) tally(`${kind}.taken_for_copies`);
  for (const name of pair.usable ? [kind, `${kind}_gated`] : [kind]) {
    tally(`${name}.${truth}.all`);
    if (pair.band === 'strong' || pair.band === 'match') tally(`${name}.${truth}.matched`);
  }
}

function sum(parts: readonly Part[], name: string): number {
  return parts.reduce((total, { figures }) => total + Number(figures?.[name] ?? 0), 0);
}

function judgeKind(parts: readonly Part[], name: string, leastTrue: number): string[] {
  const share = (truth: string): number => sum(parts, `${name}.${truth}.matched`) / sum(parts, `${name}.${truth}.all`);
  return [
    ...(share('same') < leastTrue ? [`${name}: too few true matches`] : []),
    ...(share('other') > MOST_FALSE_MATCHES ? [`${name}: too many false matches`] : []),
  ];
}

function describeKind(parts: readonly Part[], set: BuiltInSetName, kind: Kind): string {
  const count = (name: string): number => sum(parts, `${set}.${name}`);
  const matched = `${count(`${kind}.same.matched`)}/${count(`${kind}.same.all`)} true`;
  const falsely = `${count(`${kind}.other.matched`)}/${count(`${kind}.other.all`)} false`;
  const source = kind.startsWith('cards') ? 'cards' : 'selfies';
  const failed = `${count(`${source}.unfound`)} unfound and ${count(`${source}.poor`)} poor of ${count(`${source}.all`)}`;
  const copies = `${count(`${kind}.taken_for_copies`)} taken for copies`;
  return `${set} ${kind} ${matched}, ${falsely}${kind.endsWith('_gated') ? '' : ` (${copies}; ${source}: ${failed})`}`;
}
