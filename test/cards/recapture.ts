import sharp from 'sharp';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { photograph, type Severity } from './photograph.js';

/** Read once: looking a global up is slow where code runs in a context of its own, as under Jest. */
const { cos, floor, max, min, PI, pow, round, SQRT1_2, sin } = Math;

// Documents shown on a screen or copied onto paper, and photographed again. All of it is simulation; no real one was looked at.

/** How many pixels of the camera one pixel of the screen takes: a monitor, a laptop's fine screen, a phone's. */
const SCREENS = { monitor: [1.5, 2.6], laptop: [1, 1.5], phone: [0.6, 0.95] } as const;
type Screen = keyof typeof SCREENS;
export const SCREEN_KINDS = Object.keys(SCREENS) as readonly Screen[];

/** Looks at each pixel of the camera, across and down: enough to see the three stripes of a pixel of the screen. */
const LOOKS = { across: 6, down: 3 };
/** Shares of a stripe and of a row that are dark between two. */
const GAP = { stripe: 0.18, row: 0.14 };
/** Light that a black pixel lets through. */
const LEAK = 0.006;
const GAMMA = 2.2;

/**
 * A photograph shown on a screen and photographed again: stripes of red, green and blue with gaps between them give off
 * the light of the screen's gamma, and a camera that stands a little askew sees it through its lens and its mosaic of
 * coloured pixels. JPEG of the size of the photograph.
 */
export async function shotFromScreen(
  photo: Uint8Array,
  { seed, screen }: { seed: number; screen: Screen },
): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const { width = 0, height = 0 } = await sharp(photo).metadata();
  const [least, most] = SCREENS[screen];
  const ratio = least + (most - least) * random.next();
  const { data, info } = await sharp(photo)
    .resize({ width: round(width / ratio) })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const light = lightOf({ shown: data, info, frame: { width, height }, ratio }, random);
  return seenByCamera(light, { width, height, tint: true }, random);
}

/**
 * A photograph of the document itself as the same camera would have made it: what its mosaic of colours does to print is
 * nothing that only screens do. JPEG.
 */
export async function shotFromLife(photo: Uint8Array, seed: number): Promise<Buffer> {
  const { data, info } = await sharp(photo).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const light = Float32Array.from(data, (value) => pow(value / 255, GAMMA));
  return seenByCamera(light, { width: info.width, height: info.height, tint: false }, new SeededRandom(seed));
}

interface Camera {
  width: number;
  height: number;
  /** Whether white is a screen's. */
  tint: boolean;
}

/** Half of the cameras have a mosaic as fine as the picture; those of the others were finer, and are not seen in it. */
function seenByCamera(light: Float32Array, camera: Camera, random: SeededRandom): Promise<Buffer> {
  const blurred = throughLens(light, camera, 0.4 + 0.4 * random.next());
  return developed(random.chance(0.5) ? blurred : mosaicked(blurred, camera.width), camera, random);
}

interface Shown {
  shown: Uint8Array;
  info: { width: number; height: number };
  frame: { width: number; height: number };
  ratio: number;
}

/** Linear light that falls on each pixel of the camera, red, green and blue. */
function lightOf({ shown, info, frame, ratio }: Shown, random: SeededRandom): Float32Array {
  const light = Float32Array.from({ length: 256 }, (_, value) => LEAK + (1 - LEAK) * pow(value / 255, GAMMA));
  const lean = (either(random) * 3 * PI) / 180;
  const [keystoneX, keystoneY] = [(either(random) * 0.03) / frame.width, (either(random) * 0.03) / frame.height];
  const [alongX, alongY] = [cos(lean) / ratio, sin(lean) / ratio];
  const each = 3 / (LOOKS.across * LOOKS.down * (1 - GAP.stripe) * (1 - GAP.row));
  const seen = new Float32Array(3 * frame.width * frame.height);
  for (let y = 0; y < frame.height; y++)
    for (let x = 0; x < frame.width; x++) {
      const at = 3 * (y * frame.width + x);
      const [dx, dy] = [x - frame.width / 2, y - frame.height / 2];
      const far = 1 / (1 + keystoneX * dx + keystoneY * dy);
      for (let look = 0; look < LOOKS.across * LOOKS.down; look++) {
        const px = dx + ((look % LOOKS.across) + 0.5) / LOOKS.across;
        const py = dy + (floor(look / LOOKS.across) + 0.5) / LOOKS.down;
        const u = info.width / 2 + (px * alongX - py * alongY) * far;
        const v = info.height / 2 + (px * alongY + py * alongX) * far;
        const [column, row] = [floor(u), floor(v)];
        if (column < 0 || row < 0 || column >= info.width || row >= info.height) continue;
        const stripe = 3 * (u - column);
        const channel = floor(stripe);
        if (stripe - channel < GAP.stripe || v - row < GAP.row) continue;
        const value = shown[3 * (row * info.width + column) + channel] ?? 0;
        seen[at + channel] = (seen[at + channel] ?? 0) + each * (light[value] ?? 0);
      }
    }
  return seen;
}

/** Each pixel keeps one colour, and gets the others from its neighbours (Bayer's mosaic, bilinear). */
function mosaicked(seen: Float32Array, width: number): Float32Array {
  const height = seen.length / 3 / width;
  const kept = (x: number, y: number): number => (y % 2 === 0 ? (x % 2 === 0 ? 0 : 1) : x % 2 === 0 ? 1 : 2);
  const full = new Float32Array(seen.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      const [sums, weights] = [
        [0, 0, 0],
        [0, 0, 0],
      ];
      for (let down = max(0, y - 1); down <= min(height - 1, y + 1); down++)
        for (let across = max(0, x - 1); across <= min(width - 1, x + 1); across++) {
          const channel = kept(across, down);
          const weight = (across === x ? 2 : 1) * (down === y ? 2 : 1);
          sums[channel] = (sums[channel] ?? 0) + weight * (seen[3 * (down * width + across) + channel] ?? 0);
          weights[channel] = (weights[channel] ?? 0) + weight;
        }
      for (let channel = 0; channel < 3; channel++) full[at + channel] = (sums[channel] ?? 0) / (weights[channel] ?? 1);
    }
  return full;
}

/** Blur by a lens, in linear light; `deviation` in pixels. */
function throughLens(
  light: Float32Array,
  { width, height }: { width: number; height: number },
  deviation: number,
): Float32Array {
  const weights = [-2, -1, 0, 1, 2].map((offset) => Math.exp(-0.5 * (offset / deviation) ** 2));
  const sum = weights.reduce((one, other) => one + other, 0);
  const blurred = (source: Float32Array, along: 'row' | 'column'): Float32Array => {
    const target = new Float32Array(source.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < 3; channel++) {
          let value = 0;
          for (let tap = -2; tap <= 2; tap++) {
            const column = along === 'row' ? min(width - 1, max(0, x + tap)) : x;
            const row = along === 'row' ? y : min(height - 1, max(0, y + tap));
            value += ((weights[tap + 2] ?? 0) / sum) * (source[3 * (row * width + column) + channel] ?? 0);
          }
          target[3 * (y * width + x) + channel] = value;
        }
    return target;
  };
  return blurred(blurred(light, 'row'), 'column');
}

/** Exposure, a screen's bluish white, the camera's gamma and noise, JPEG. */
async function developed(
  light: Float32Array,
  { width, height, tint: isBluish }: Camera,
  random: SeededRandom,
): Promise<Buffer> {
  const exposure = 0.75 + 0.2 * random.next();
  const blue = isBluish ? 0.06 * random.next() : 0;
  const tint = [1 - blue, 1, 1 + blue];
  const deviation = 1.5 + 3 * random.next();
  const pixels = new Uint8ClampedArray(light.length);
  for (let at = 0; at < light.length; at++) {
    const noise = 2 * deviation * (random.next() + random.next() + random.next() - 1.5);
    pixels[at] = 255 * pow(max(0, (light[at] ?? 0) * exposure * (tint[at % 3] ?? 1)), 1 / GAMMA) + noise;
  }
  const raw = { width, height, channels: 3 } as const;
  return sharp(new Uint8Array(pixels.buffer), { raw })
    .jpeg({ quality: 75 + random.below(18) })
    .toBuffer();
}

/** Dots to the inch of the printer, and what is on paper without and with toner. */
const PRINTER_DPI = 600;
const MM_PER_INCH = 25.4;
const PAPER = 246;
const TONER = 30;
/** Lines to the inch of its screen; 0 for dots that are scattered by Floyd and Steinberg's rule. */
const SCREEN_RULINGS = [106, 141, 0] as const;
/** White paper left around the card when the copy is cut out, in card widths. */
const PAPER_MARGIN = 0.05;

interface Copied {
  seed: number;
  severity: Severity;
  /** Of the document, as wide as it is and as wide as it is in the picture. */
  widthMm: number;
  cardWidth: number;
}

/**
 * A drawn sheet (PNG) copied in black and white onto white paper – dots of toner, flecks, no colour but that of the light –
 * and the copy photographed. JPEG.
 */
export async function photographOfCopy(
  sheet: Uint8Array,
  { seed, severity, widthMm, cardWidth }: Copied,
): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const { data, info } = await sharp(sheet)
    .flatten({ background: '#fff' })
    .resize({ width: round((widthMm / MM_PER_INCH) * PRINTER_DPI) })
    .greyscale()
    .linear(1.2, -16)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const dots = tonerOf({ grey: data, ...info }, random.pick(SCREEN_RULINGS));
  for (let fleck = 0; fleck < dots.length / 20_000; fleck++) dots[random.below(dots.length)] = TONER;
  const margin = round(PAPER_MARGIN * info.width);
  const paper = await sharp(dots, { raw: { width: info.width, height: info.height, channels: 1 } })
    .blur(0.8)
    .extend({ top: margin, bottom: margin, left: margin, right: margin, background: { r: PAPER, g: PAPER, b: PAPER } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const shot = await photograph(paper, { seed, severity, cardWidth: round(cardWidth * (1 + 2 * PAPER_MARGIN)) });
  const warmth = [1, 1 - 0.03 * random.next(), 1 - 0.07 * random.next()];
  return sharp(shot).linear(warmth, [0, 0, 0]).jpeg({ quality: 90 }).toBuffer();
}

/** Toner or paper at each dot. */
function tonerOf(
  { grey, width }: { grey: Uint8Array; width: number },
  ruling: (typeof SCREEN_RULINGS)[number],
): Uint8Array<ArrayBuffer> {
  const dots = new Uint8Array(grey.length);
  if (ruling === 0) {
    const rest = Float32Array.from(grey);
    for (let at = 0; at < dots.length; at++) {
      const white = (rest[at] ?? 0) >= 128;
      dots[at] = white ? PAPER : TONER;
      const error = (rest[at] ?? 0) - (white ? 255 : 0);
      for (const [step, share] of [
        [1, 7],
        [width - 1, 3],
        [width, 5],
        [width + 1, 1],
      ] as const)
        if (at + step < rest.length) rest[at + step] = (rest[at + step] ?? 0) + (error * share) / 16;
    }
    return dots;
  }
  const turn = (2 * PI * ruling * SQRT1_2) / PRINTER_DPI;
  for (let at = 0; at < dots.length; at++) {
    const [x, y] = [at % width, floor(at / width)];
    const threshold = 128 + 63 * (cos((x + y) * turn) + cos((x - y) * turn));
    dots[at] = (grey[at] ?? 0) < threshold ? TONER : PAPER;
  }
  return dots;
}

/** Between -1 and 1. */
function either(random: SeededRandom): number {
  return 2 * random.next() - 1;
}
