import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** What the camera of a desk sees; the pages ask for a height of 1080 and take what there is. */
const SEEN = { width: 1280, height: 720 };
/** As large as the demo's own photographs of documents. */
const SEEN_WELL = { width: 1920, height: 1170 };

/** A table, darker than any document. */
const TABLE = '#454a4e';

/**
 * A camera of Chromium's own that plays a file (`--use-file-for-fake-video-capture`, Motion JPEG: pictures one after the
 * other, over and over). The file is read anew whenever a page opens the camera.
 */
export class FakeCamera {
  private constructor(private readonly directory: string) {}

  static async make(): Promise<FakeCamera> {
    const camera = new FakeCamera(await mkdtemp(join(tmpdir(), 'regain-fake-camera-')));
    await camera.sees([await scene({})]);
    return camera;
  }

  /** Switches for `openBrowser`. A browser without a window asks nobody, so it is told what everybody answers. */
  switches(answer: 'allow' | 'deny' = 'allow'): string[] {
    return [
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${this.#file}`,
      `--use-fake-ui-for-media-stream${answer === 'deny' ? '=deny' : ''}`,
    ];
  }

  /** What it shows from the next opening on. */
  async sees(pictures: readonly Uint8Array[]): Promise<void> {
    await writeFile(this.#file, Buffer.concat(pictures));
  }

  async end(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.directory, 'seen.mjpeg');
  }
}

interface Scene {
  /** A picture that lies there, scaled to this many pixels across. */
  picture?: Uint8Array;
  width?: number;
  blur?: number;
  table?: string;
  /** By a good camera: what is small is to be read, too. */
  seenWell?: boolean;
}

/** One frame: a table, and what lies in the middle of it. */
export async function scene({ picture, width = 900, blur, table = TABLE, seenWell }: Scene): Promise<Buffer> {
  const seen = seenWell ? SEEN_WELL : SEEN;
  const room = { width, height: seen.height, fit: 'inside' } as const;
  const lying = picture ? [{ input: await sharp(picture).resize(room).toBuffer() }] : [];
  const frame = sharp({ create: { ...seen, channels: 3, background: table } }).composite(lying);
  const flat = sharp(await frame.png().toBuffer());
  // Chromium takes the file's levels, 0 to 255 as in every JPEG, for video's 16 to 235, and stretches them.
  return (blur ? flat.blur(blur) : flat)
    .linear(219 / 255, 16)
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A card with a portrait and lines, as plain as they come. */
export async function drawnCard(): Promise<Buffer> {
  const lines = Array.from({ length: 9 }, (_, line) => {
    const y = 70 + line * 44;
    return `<text x="360" y="${y}" font-size="30" font-family="sans-serif">CARD ${'ABCDEFGHIJ'.slice(line)} ${line * 7919}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="856" height="540"><rect width="856" height="540" rx="24" fill="#dfe7ea"/>
    <rect x="50" y="90" width="240" height="320" fill="#9fb3bd"/><circle cx="170" cy="210" r="70" fill="#5d4a41"/>${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
