import type { SeededRandom } from '../../scripts/harness/seeded-random.js';

/** Read once: looking a global up costs more than the sine where code runs in a context of its own, as under Jest. */
const { sin } = Math;

/** What people put a card on: wood, cloth, a pale table top, slate, a coloured sheet. */
const SURFACES: readonly { colour: readonly [number, number, number]; grain: number; stripe: number }[] = [
  { colour: [122, 94, 70], grain: 14, stripe: 26 },
  { colour: [58, 66, 84], grain: 18, stripe: 7 },
  { colour: [176, 170, 160], grain: 8, stripe: 90 },
  { colour: [46, 48, 50], grain: 6, stripe: 60 },
  { colour: [92, 118, 96], grain: 10, stripe: 13 },
];

/** A surface with grain, RGB. */
export function paintBackground(
  { width, height }: { width: number; height: number },
  random: SeededRandom,
): Uint8Array<ArrayBuffer> {
  const { colour, grain, stripe } = random.pick(SURFACES);
  const phase = random.next() * 100;
  const lean = 0.05 + 0.1 * random.next();
  const bend = Float64Array.from({ length: width }, (_, x) => 6 * sin(x / 97 + phase));
  const swell = Float64Array.from({ length: width }, (_, x) => sin(x / 311 + phase));
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wave = sin((y + lean * x + (bend[x] ?? 0)) / stripe + phase) * (swell[x] ?? 0);
      const at = 3 * (y * width + x);
      pixels[at] = colour[0] + grain * wave;
      pixels[at + 1] = colour[1] + grain * wave;
      pixels[at + 2] = colour[2] + grain * wave;
    }
  return pixels;
}
