import sharp from 'sharp';
import { cropHead, type Head } from '../../src/embedded/demo-people/photographs.js';
import {
  drawDocument,
  photocopy,
  photograph,
  printedPortrait,
  SEVERITIES,
  showOnScreen,
} from '../../test/cards/index.js';
import { SeededRandom } from '../harness/seeded-random.js';

interface SampleHead extends Head {
  /** Heads of one person have one name. */
  person: string;
}

/**
 * Every head of the six sample photographs, in pixels at 1600 wide. Three people are in two photographs each; that the
 * others are all different people is what the photographs look like, not knowledge.
 */
export const SAMPLE_HEADS: readonly SampleHead[] = [
  { person: 'ana', sample: 1, centreX: 1303, centreY: 285, turnDegrees: -45, face: 153 },
  { person: 'cleo', sample: 1, centreX: 789, centreY: 458, turnDegrees: 29, face: 156 },
  { person: '1c', sample: 1, centreX: 422, centreY: 411, turnDegrees: -3, face: 156 },
  { person: '2a', sample: 2, centreX: 1299, centreY: 241, turnDegrees: 17, face: 162 },
  // In profile: it must not be compared.
  { person: '2b', sample: 2, centreX: 814, centreY: 299, turnDegrees: 1, face: 155 },
  { person: '2c', sample: 2, centreX: 377, centreY: 239, turnDegrees: 25, face: 169 },
  { person: 'ana', sample: 3, centreX: 986, centreY: 315, turnDegrees: -11, face: 189 },
  { person: '3b', sample: 3, centreX: 580, centreY: 397, turnDegrees: 0, face: 174 },
  { person: '3c', sample: 3, centreX: 1320, centreY: 374, turnDegrees: 5, face: 185 },
  { person: '4a', sample: 4, centreX: 891, centreY: 265, turnDegrees: -8, face: 150 },
  { person: '4b', sample: 4, centreX: 1129, centreY: 243, turnDegrees: -30, face: 150 },
  { person: 'cleo', sample: 4, centreX: 284, centreY: 286, turnDegrees: 25, face: 158 },
  { person: 'bea', sample: 4, centreX: 624, centreY: 171, turnDegrees: -29, face: 152 },
  { person: '5a', sample: 5, centreX: 398, centreY: 863, turnDegrees: 6, face: 195 },
  { person: '5b', sample: 5, centreX: 1264, centreY: 449, turnDegrees: 10, face: 175 },
  { person: '5c', sample: 5, centreX: 568, centreY: 461, turnDegrees: 0, face: 144 },
  { person: '5d', sample: 5, centreX: 1004, centreY: 275, turnDegrees: 2, face: 155 },
  { person: '5e', sample: 5, centreX: 715, centreY: 190, turnDegrees: -9, face: 141 },
  { person: '6a', sample: 6, centreX: 1318, centreY: 359, turnDegrees: -12, face: 177 },
  { person: '6b', sample: 6, centreX: 650, centreY: 411, turnDegrees: 4, face: 174 },
  { person: '6c', sample: 6, centreX: 302, centreY: 534, turnDegrees: 6, face: 181 },
  { person: 'bea', sample: 6, centreX: 1058, centreY: 388, turnDegrees: -1, face: 167 },
];

const CARD_KINDS = ['td1', 'td2', 'td3'] as const;
const CARD_WIDTHS = [900, 1280] as const;

/** A head as somebody might photograph it: further or nearer, askew, lighter or darker, compressed. JPEG. */
export async function takeSelfie(head: Head, seed: number): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const askew = { ...head, turnDegrees: head.turnDegrees + 20 * random.next() - 10 };
  const frame = { width: 720, height: 900, faceWidth: 220 + random.below(160), drop: -0.05 };
  const crop = await cropHead(askew, frame);
  return crop
    .modulate({ brightness: 0.85 + 0.35 * random.next() })
    .jpeg({ quality: 65 + random.below(28) })
    .toBuffer();
}

/** A head printed on a document, and the document photographed at one of three severities. JPEG. */
export async function photographCard(head: Head, seed: number): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const front = await printedCard(head, { seed, kind: random.pick(CARD_KINDS) });
  return photograph(front, { seed, severity: random.pick(SEVERITIES), cardWidth: random.pick(CARD_WIDTHS) });
}

/** The same card photographed once more: other tilt, light, glare, noise and compression, and other pixels. JPEG. */
export async function photographCardAgain(head: Head, seed: number): Promise<Buffer> {
  const front = await printedCard(head, { seed, kind: new SeededRandom(seed).pick(CARD_KINDS) });
  const random = new SeededRandom(seed + SECOND_PHOTOGRAPH);
  return photograph(front, {
    seed: seed + SECOND_PHOTOGRAPH,
    severity: random.pick(SEVERITIES),
    cardWidth: 1_100 + random.below(500),
  });
}

/** Far from the seeds of any first photograph. */
const SECOND_PHOTOGRAPH = 500_000_003;

async function printedCard(head: Head, of: { seed: number; kind: (typeof CARD_KINDS)[number] }): Promise<Buffer> {
  return (await drawDocument({ ...of, portrait: await printedPortrait(head) })).front;
}

/** A selfie cut out of a photographed card and enlarged, as somebody might who has nothing but the card. */
export async function cutSelfieFromCard(card: Uint8Array, seed: number): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const { width = 0, height = 0 } = await sharp(card).metadata();
  const cut = sharp(card).extract({ left: 0, top: 0, width: Math.floor(width / 2), height });
  const enlarged = await cut.resize({ width: 900 }).flop(random.chance(0.5)).toBuffer();
  return sharp(enlarged)
    .modulate({ brightness: 0.9 + 0.2 * random.next() })
    .jpeg({ quality: 60 + random.below(30) })
    .toBuffer();
}

/** A selfie made harder to be known as a copy, in one of ten ways by turns. JPEG. */
export async function disguiseSelfie(selfie: Uint8Array, seed: number): Promise<Buffer> {
  const disguise = DISGUISES[(seed + Math.floor(seed / 100)) % DISGUISES.length];
  if (!disguise) throw new Error('there is no disguise');
  return disguise(selfie, seed);
}

const DISGUISES: readonly ((selfie: Uint8Array, seed: number) => Promise<Buffer>)[] = [
  showOnScreen,
  photocopy,
  (selfie) => stretch(selfie, { across: 1.12 }),
  (selfie) => stretch(selfie, { down: 1.12 }),
  (selfie) => sharp(selfie).blur(3).jpeg({ quality: 80 }).toBuffer(),
  (selfie) => sharp(selfie).median(5).sharpen({ sigma: 2 }).jpeg({ quality: 80 }).toBuffer(),
  (selfie) => sharp(selfie).gamma(2.4, 1.2).modulate({ saturation: 1.5 }).jpeg({ quality: 50 }).toBuffer(),
  darkenOneSide,
  // Printed and photographed once more, and the same held askew before the camera.
  async (selfie, seed) => photograph(await png(selfie), { seed, severity: 'hard', cardWidth: 800 }),
  async (selfie, seed) =>
    photograph(await png(selfie), {
      seed,
      severity: 'medium',
      cardWidth: 800,
      conditions: { perspective: 0.09, tiltDegrees: 12 },
    }),
];

function png(picture: Uint8Array): Promise<Buffer> {
  return sharp(picture).png().toBuffer();
}

async function stretch(selfie: Uint8Array, { across = 1, down = 1 }): Promise<Buffer> {
  const { width, height } = await sharp(selfie).metadata();
  const size = { width: Math.round(across * width), height: Math.round(down * height) };
  return sharp(selfie)
    .resize({ ...size, fit: 'fill' })
    .jpeg({ quality: 80 })
    .toBuffer();
}

async function darkenOneSide(selfie: Uint8Array): Promise<Buffer> {
  const { width, height } = await sharp(selfie).metadata();
  const shade = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="side">
    <stop offset="0" stop-opacity="0.65"/><stop offset="0.7" stop-opacity="0"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#side)"/></svg>`;
  return sharp(selfie)
    .composite([{ input: Buffer.from(shade) }])
    .jpeg({ quality: 80 })
    .toBuffer();
}
