import sharp from 'sharp';
import type { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { drawDocument } from './draw.js';
import { photograph } from './photograph.js';

/** One small picture of a card in each format that is taken, progressive, interlaced, animated and turned ones too. */
export async function picturesToBreak(): Promise<Buffer[]> {
  const { front } = await drawDocument({ seed: 1, kind: 'td2', pixels: 480 });
  const card = sharp(await photograph(front, { seed: 1, severity: 'clean', cardWidth: 420 }));
  return Promise.all([
    card.clone().jpeg().toBuffer(),
    card.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    card.clone().png().toBuffer(),
    card.clone().png({ progressive: true, palette: true }).toBuffer(),
    card.clone().webp().toBuffer(),
    card.clone().webp({ lossless: true }).toBuffer(),
  ]);
}

/** A few of: bytes changed, cut off, cut out, repeated, counts made huge, the start of another format. */
export function breakPicture(whole: Uint8Array, random: SeededRandom): Uint8Array {
  let broken = Uint8Array.from(whole);
  const times = 1 + random.below(4);
  for (let time = 0; time < times; time += 1) broken = random.pick(BREAKS)(broken, random);
  return broken;
}

type Break = (bytes: Uint8Array<ArrayBuffer>, random: SeededRandom) => Uint8Array<ArrayBuffer>;

/** Headers are short and decide most: half of all places are among the first bytes. */
function place(bytes: Uint8Array, random: SeededRandom): number {
  return random.chance(0.5) ? random.below(Math.min(bytes.length, 96) || 1) : random.below(bytes.length || 1);
}

const MAGIC_BYTES: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff, 0xe0],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0x52, 0x49, 0x46, 0x46, 0xff, 0xff, 0xff, 0xff, 0x57, 0x45, 0x42, 0x50],
  [0x3c, 0x73, 0x76, 0x67],
  [0x49, 0x49, 0x2a, 0x00],
];

const BREAKS: readonly Break[] = [
  (bytes, random) => {
    const flips = 1 + random.below(16);
    for (let flip = 0; flip < flips; flip += 1) bytes[place(bytes, random)] = random.below(256);
    return bytes;
  },
  (bytes, random) => bytes.slice(0, place(bytes, random)),
  (bytes, random) => {
    const from = place(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(from + random.below(2_000)));
  },
  (bytes, random) => {
    const from = place(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(Math.max(0, from - 1 - random.below(500))));
  },
  (bytes, random) => {
    const from = place(bytes, random);
    for (let at = from; at < Math.min(from + 4, bytes.length); at += 1) bytes[at] = random.chance(0.5) ? 0xff : 0;
    return bytes;
  },
  (bytes, random) => {
    const magic = random.pick(MAGIC_BYTES);
    return joined(Uint8Array.from(magic), bytes.subarray(magic.length));
  },
];

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}
