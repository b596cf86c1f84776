import sharp from 'sharp';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';

/** Read once: looking a global up is slow where code runs in a context of its own, as under Jest. */
const { cos, PI, sin } = Math;

/** Cuts a share of the picture off at one side, as when a card sticks out of the frame. JPEG. */
export async function cutOff(
  picture: Uint8Array,
  { side, share }: { side: 'left' | 'right' | 'top' | 'bottom'; share: number },
): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const across = Math.round(width * share);
  const down = Math.round(height * share);
  const area = {
    left: { left: across, top: 0, width: width - across, height },
    right: { left: 0, top: 0, width: width - across, height },
    top: { left: 0, top: down, width, height: height - down },
    bottom: { left: 0, top: 0, width, height: height - down },
  }[side];
  return sharp(picture).extract(area).jpeg({ quality: 90 }).toBuffer();
}

/**
 * The picture shown on a screen and photographed again: stripes of red, green and blue sampled at another pitch give a
 * moiré, whites turn bluish, blacks glow. A simulation; no real recapture was looked at. JPEG.
 */
export async function showOnScreen(picture: Uint8Array, seed: number): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  const pitch = 2.3 + 0.9 * random.next();
  const lean = ((random.next() - 0.5) * 8 * PI) / 180;
  const [alongX, alongY] = [cos(lean) / pitch, sin(lean) / pitch];
  const shown = new Uint8ClampedArray(data.length);
  for (let y = 0; y < raw.height; y++)
    for (let x = 0; x < raw.width; x++) {
      const at = 3 * (y * raw.width + x);
      const row = 1 - 0.16 * (0.5 + 0.5 * sin((2 * PI * (y * alongX - x * alongY)) / 1.07));
      for (let channel = 0; channel < 3; channel++) {
        const stripe = 0.66 + 0.34 * sin(2 * PI * (x * alongX + y * alongY + channel / 3));
        shown[at + channel] = (14 + (data[at + channel] ?? 0) * 1.18) * stripe * row + (channel === 2 ? 10 : 0);
      }
    }
  return sharp(new Uint8Array(shown.buffer), { raw }).blur(0.5).jpeg({ quality: 85 }).toBuffer();
}

/** A copy on paper from an office copier: grey, hard contrast, flecks of toner. JPEG. */
export async function photocopy(picture: Uint8Array, seed: number): Promise<Buffer> {
  const random = new SeededRandom(seed);
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .greyscale()
    .linear(1.55, -60)
    .blur(0.7)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const flecks = Math.round(data.length / 900);
  for (let fleck = 0; fleck < flecks; fleck++) data[random.below(data.length)] = random.chance(0.7) ? 30 : 245;
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return sharp(data, { raw }).jpeg({ quality: 80 }).toBuffer();
}
