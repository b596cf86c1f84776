import sharp from 'sharp';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { paintBackground } from './background.js';
import { projectionOnto, type Corners } from './projection.js';

/** Read once: looking a global up is slow where code runs in a context of its own, as under Jest. */
const { ceil, cos, exp, floor, max, min, PI, round, sin } = Math;

/** How badly a picture was taken. */
export type Severity = 'clean' | 'medium' | 'hard';
export const SEVERITIES: readonly Severity[] = ['clean', 'medium', 'hard'];

interface Conditions {
  /** Largest turn either way, degrees. */
  tiltDegrees: number;
  /** How far a corner may be out of place, in card widths. */
  perspective: number;
  /** How much darker the dark side is, 0..1. */
  shade: number;
  /** Brightness added in the middle of the glare, 0..255. */
  glare: number;
  /** Standard deviations: of the blur in pixels, of the noise in 0..255. */
  blur: number;
  noise: number;
  jpegQuality: number;
}

const CONDITIONS: Readonly<Record<Severity, Conditions>> = {
  clean: { tiltDegrees: 1, perspective: 0.006, shade: 0.08, glare: 0, blur: 0, noise: 2, jpegQuality: 92 },
  medium: { tiltDegrees: 2.5, perspective: 0.018, shade: 0.22, glare: 45, blur: 0.6, noise: 6, jpegQuality: 75 },
  hard: { tiltDegrees: 4, perspective: 0.035, shade: 0.38, glare: 85, blur: 1, noise: 10, jpegQuality: 55 },
};

export interface Shot {
  seed: number;
  severity: Severity;
  /** Width of the card in the picture, pixels. */
  cardWidth: number;
  /** Clockwise; a card photographed sideways or upside down. */
  quarterTurns?: 0 | 1 | 2 | 3;
  /** Conditions in place of those of the severity. */
  conditions?: Partial<Conditions>;
  /** Room around the card, in card widths; 0.12 when absent. */
  margin?: number;
}

/** Photographs a drawn sheet (PNG with transparent corners). JPEG; the same shot gives the same bytes. */
export async function photograph(sheet: Uint8Array, shot: Shot): Promise<Buffer> {
  const random = new SeededRandom(shot.seed);
  const conditions = { ...CONDITIONS[shot.severity], ...shot.conditions };
  const { data: card, info } = await sharp(sheet)
    .resize({ width: shot.cardWidth })
    .rotate(90 * (shot.quarterTurns ?? 0))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const size = { width: info.width, height: info.height };
  const frame = frameAround(size, shot);
  const pixels = paintBackground(frame, random);
  const corners = placeCorners({ size, frame, conditions, cardWidth: shot.cardWidth }, random);
  layDown({ card, size, corners }, { pixels, frame });
  shine(pixels, { frame, conditions, corners }, random);
  return develop(pixels, { frame, conditions }, random);
}

interface Size {
  width: number;
  height: number;
}

function frameAround({ width, height }: Size, { cardWidth, margin = 0.12 }: Shot): Size {
  const room = round(2 * margin * cardWidth);
  return { width: width + room, height: height + room };
}

interface Placing {
  size: Size;
  frame: Size;
  conditions: Conditions;
  cardWidth: number;
}

/** Where the corners come to lie: turned about the middle, then each pushed a little. */
function placeCorners({ size, frame, conditions, cardWidth }: Placing, random: SeededRandom): Corners {
  const angle = (either(random) * conditions.tiltDegrees * PI) / 180;
  const corner = (x: number, y: number) => {
    const dx = (x - 0.5) * size.width;
    const dy = (y - 0.5) * size.height;
    const push = conditions.perspective * cardWidth;
    return {
      x: frame.width / 2 + dx * cos(angle) - dy * sin(angle) + either(random) * push,
      y: frame.height / 2 + dx * sin(angle) + dy * cos(angle) + either(random) * push,
    };
  };
  return [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
}

interface Laid {
  card: Buffer;
  size: Size;
  corners: Corners;
}

interface Canvas {
  pixels: Uint8Array;
  frame: Size;
}

/** Draws the card into the picture, looking back from every pixel (bilinear); a soft shadow falls beside it. */
function layDown({ card, size, corners }: Laid, { pixels, frame }: Canvas): void {
  const toCard = projectionOnto(corners, size);
  const reach = round(size.width * 0.012) + 4;
  const left = max(0, floor(min(...corners.map(({ x }) => x)) - reach));
  const right = min(frame.width, ceil(max(...corners.map(({ x }) => x)) + reach));
  const top = max(0, floor(min(...corners.map(({ y }) => y)) - reach));
  const bottom = min(frame.height, ceil(max(...corners.map(({ y }) => y)) + reach));
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const at = 3 * (y * frame.width + x);
      const from = toCard(x + 0.5, y + 0.5);
      const shadow = 1 - 0.35 * shadowAt(from.x - reach / 2, from.y - reach / 2, { size, reach });
      for (let channel = 0; channel < 3; channel++) pixels[at + channel] = (pixels[at + channel] ?? 0) * shadow;
      blend({ card, size }, from, { pixels, at });
    }
}

/** 1 under the card, falling to 0 over `reach` pixels outside it. */
function shadowAt(x: number, y: number, { size, reach }: { size: Size; reach: number }): number {
  const outside = max(-x, x - size.width, -y, y - size.height, 0);
  return outside >= reach ? 0 : 1 - outside / reach;
}

function blend(
  { card, size }: Omit<Laid, 'corners'>,
  from: { x: number; y: number },
  { pixels, at }: { pixels: Uint8Array; at: number },
): void {
  const x = from.x - 0.5;
  const y = from.y - 0.5;
  const column = floor(x);
  const row = floor(y);
  if (column < -1 || row < -1 || column >= size.width || row >= size.height) return;
  let red = 0;
  let green = 0;
  let blue = 0;
  let cover = 0;
  for (let corner = 0; corner < 4; corner++) {
    const sourceX = column + (corner & 1);
    const sourceY = row + (corner >> 1);
    if (sourceX < 0 || sourceY < 0 || sourceX >= size.width || sourceY >= size.height) continue;
    const source = 4 * (sourceY * size.width + sourceX);
    const share = (corner & 1 ? x - column : 1 - (x - column)) * (corner >> 1 ? y - row : 1 - (y - row));
    const weight = (share * (card[source + 3] ?? 0)) / 255;
    red += weight * (card[source] ?? 0);
    green += weight * (card[source + 1] ?? 0);
    blue += weight * (card[source + 2] ?? 0);
    cover += weight;
  }
  pixels[at] = (pixels[at] ?? 0) * (1 - cover) + red;
  pixels[at + 1] = (pixels[at + 1] ?? 0) * (1 - cover) + green;
  pixels[at + 2] = (pixels[at + 2] ?? 0) * (1 - cover) + blue;
}

interface Lighting {
  frame: Size;
  conditions: Conditions;
  corners: Corners;
}

/** Light that falls off to one side, and a lamp mirrored in the lamination. */
function shine(pixels: Uint8Array, { frame, conditions, corners }: Lighting, random: SeededRandom): void {
  const direction = random.next() * 2 * PI;
  const slope = { x: cos(direction) / frame.width, y: sin(direction) / frame.height };
  const lamp = {
    x: corners[0].x + (corners[2].x - corners[0].x) * random.next(),
    y: corners[0].y + (corners[2].y - corners[0].y) * random.next(),
  };
  const spread = { x: frame.width * (0.05 + 0.06 * random.next()), y: frame.width * (0.03 + 0.04 * random.next()) };
  for (let y = 0; y < frame.height; y++)
    for (let x = 0; x < frame.width; x++) {
      const side = (x - frame.width / 2) * slope.x + (y - frame.height / 2) * slope.y;
      const light = 1 - conditions.shade * (0.5 + side);
      const distance = ((x - lamp.x) / spread.x) ** 2 + ((y - lamp.y) / spread.y) ** 2;
      const added = conditions.glare > 0 && distance < 9 ? conditions.glare * exp(-distance / 2) : 0;
      const at = 3 * (y * frame.width + x);
      for (let channel = 0; channel < 3; channel++)
        pixels[at + channel] = min(255, (pixels[at + channel] ?? 0) * light + added);
    }
}

interface Development {
  frame: Size;
  conditions: Conditions;
}

/** Lens blur, then the sensor's noise, then JPEG. */
async function develop(pixels: Uint8Array, { frame, conditions }: Development, random: SeededRandom): Promise<Buffer> {
  const raw = { ...frame, channels: 3 } as const;
  const blurred =
    conditions.blur > 0 ? await sharp(pixels, { raw }).blur(max(0.3, conditions.blur)).raw().toBuffer() : pixels;
  const noisy = addNoise(blurred, { row: 3 * frame.width, deviation: conditions.noise }, random);
  return sharp(new Uint8Array(noisy.buffer), { raw }).jpeg({ quality: conditions.jpegQuality }).toBuffer();
}

const NOISE_VALUES = 1 << 16;

/** Every row takes its noise from another place of one long sequence. */
function addNoise(
  values: Uint8Array,
  { row, deviation }: { row: number; deviation: number },
  random: SeededRandom,
): Uint8ClampedArray<ArrayBuffer> {
  // The sum of three uniform values is close enough to a normal one; its deviation is a half.
  const noise = Float32Array.from(
    { length: NOISE_VALUES },
    () => 2 * deviation * (random.next() + random.next() + random.next() - 1.5),
  );
  const noisy = new Uint8ClampedArray(values.length);
  for (let start = 0; start < values.length; start += row) {
    const place = random.below(NOISE_VALUES);
    for (let at = start; at < start + row; at++)
      noisy[at] = (values[at] ?? 0) + (noise[(place + at) & (NOISE_VALUES - 1)] ?? 0);
  }
  return noisy;
}

/** Between -1 and 1. */
function either(random: SeededRandom): number {
  return 2 * random.next() - 1;
}
