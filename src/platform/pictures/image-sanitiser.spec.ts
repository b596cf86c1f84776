import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { BEST_ENCODING, drawPicture, pixelsOf, storeWithOrientation } from '../../../test/support/pictures.js';
import { createImageSanitiser, type ImageSanitiser } from './image-sanitiser.js';
import { type ImageRefusal, ImageRefusedError } from './image-sanitiser.errors.js';

const CANARY = 'CANARY-4711';
let sanitiser: ImageSanitiser;

beforeAll(() => {
  sanitiser = createImageSanitiser();
});
afterAll(() => sanitiser.close());

async function refusalOf(bytes: Uint8Array): Promise<ImageRefusal | 'accepted'> {
  const outcome: unknown = await sanitiser.sanitise(bytes).catch((error: unknown) => error);
  if (outcome instanceof ImageRefusedError) return outcome.reason;
  if (outcome instanceof Error) throw outcome;
  return 'accepted';
}

describe('what is refused', () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="9" height="9"/></svg>',
  );

  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['nothing', () => new Uint8Array()],
    ['SVG', () => svg],
    ['SVG behind an XML head', () => Buffer.concat([Buffer.from('<?xml version="1.0"?>'), svg])],
    ['GIF', () => drawPicture().gif().toBuffer()],
    ['TIFF', () => drawPicture().tiff().toBuffer()],
    ['AVIF', () => drawPicture().avif({ effort: 0 }).toBuffer()],
    ['HEIC', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
    ['JPEG 2000', () => Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1')],
    ['JPEG XL', () => Buffer.from([0xff, 0x0a, 0, 0])],
    ['BMP', () => Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')],
    ['ICO', () => Buffer.from([0, 0, 1, 0, 1, 0])],
    ['PSD', () => Buffer.from('8BPS\0\x01')],
    ['PDF', () => Buffer.from('%PDF-1.7\n')],
    ['PostScript', () => Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n')],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['ZIP', () => Buffer.from('PK\x03\x04')],
    ['gzip', () => Buffer.from([0x1f, 0x8b, 8, 0])],
    ['MP4', () => Buffer.from('\0\0\0\x18ftypmp42', 'latin1')],
    ['RIFF that is sound', () => Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')],
    [
      'ImageMagick script',
      () => Buffer.from('push graphic-context\nviewbox 0 0 640 480\nfill url(https://example.com)\n'),
    ],
    [
      'a ZIP with a JPEG behind it',
      async () => Buffer.concat([Buffer.from('PK\x03\x04'), await drawPicture().jpeg().toBuffer()]),
    ],
    [
      'a JPEG behind a line feed',
      async () => Buffer.concat([Buffer.from('\n'), await drawPicture().jpeg().toBuffer()]),
    ],
  ])('T82: %s: unsupported_format', async (_name, make) => {
    expect(await refusalOf(await make())).toBe('unsupported_format');
  });

  it('more than 10 MiB', async () => {
    const jpeg = await drawPicture().jpeg().toBuffer();
    expect(await refusalOf(Buffer.concat([jpeg, Buffer.alloc(10 * 1024 * 1024)]))).toBe('too_large');
  });

  it.each([
    [17_000, 17_000],
    [50_000, 50_000],
    [12_001, 200],
    [200, 12_001],
    [0x7fffffff, 0x7fffffff],
    [8_000, 6_300],
  ])('T80: a PNG whose header claims %i x %i, without decoding it', async (width, height) => {
    const png = await drawPicture().png().toBuffer();
    png.writeUInt32BE(width, 16);
    png.writeUInt32BE(height, 20);
    expect(await refusalOf(png)).toBe('too_many_pixels');
  });

  it('T80: a WebP that claims to be small and is not', async () => {
    const webp = await drawPicture(400, 400).ensureAlpha(0.5).webp().toBuffer();
    webp.writeUIntLE(299, 24, 3);
    webp.writeUIntLE(299, 27, 3);
    expect(await refusalOf(webp)).toBe('undecodable');
  });

  it.each([
    [199, 400],
    [400, 199],
    [1, 1],
  ])('%i x %i pixels: too_small', async (width, height) => {
    expect(await refusalOf(await drawPicture(width, height).png().toBuffer())).toBe('too_small');
  });

  it.each(['jpeg', 'png', 'webp'] as const)('a cut %s: undecodable', async (format) => {
    const whole = await drawPicture(400, 400).toFormat(format, { lossless: true }).toBuffer();
    for (const share of [0.02, 0.3, 0.6, 0.95]) {
      expect(await refusalOf(whole.subarray(0, Math.floor(whole.length * share)))).toBe('undecodable');
    }
  });

  it('an animated WebP', async () => {
    const frames = await Promise.all([drawPicture().png().toBuffer(), drawPicture().negate().png().toBuffer()]);
    expect(
      await refusalOf(
        await sharp(frames, { join: { animated: true } })
          .webp()
          .toBuffer(),
      ),
    ).toBe('animated');
  });
});

describe('what comes out', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is the same picture, for a %s', async (format) => {
    const image = await sanitiser.sanitise(await drawPicture().toFormat(format, { quality: 95 }).toBuffer());
    expect(image).toMatchObject({ width: 240, height: 320 });
    const facts = await sharp(image.jpeg).metadata();
    expect(facts).toMatchObject({ format: 'jpeg', width: 240, height: 320, space: 'srgb', chromaSubsampling: '4:4:4' });
    const expected = await drawPicture().raw().toBuffer();
    expect(meanDifference((await pixelsOf(image.jpeg)).data, expected)).toBeLessThan(4);
  });

  it.each(['jpeg', 'png', 'webp'] as const)(
    'T84: is the same picture for all eight orientations of a %s',
    async (format) => {
      const upright = await sanitiser.sanitise(await drawPicture().toFormat(format, BEST_ENCODING[format]).toBuffer());
      const reference = await pixelsOf(upright.jpeg);
      for (let orientation = 1; orientation <= 8; orientation += 1) {
        const stored = await storeWithOrientation(orientation, format);
        const image = await sanitiser.sanitise(stored);
        const { data, width, height } = await pixelsOf(image.jpeg);
        expect([width, height]).toEqual([240, 320]);
        if (format === 'jpeg') expect(meanDifference(data, reference.data)).toBeLessThan(1);
        else expect(Buffer.compare(data, reference.data)).toBe(0);
        expect((await sharp(image.jpeg).metadata()).orientation).toBeUndefined();
      }
    },
  );

  it('T83, T84: holds no metadata: no position, device, comment, profile or thumbnail', async () => {
    const tagged = await drawPicture()
      .withExif({
        IFD0: { Make: CANARY, Copyright: CANARY },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${CANARY}</x:xmpmeta>`)
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    expect(await sharp(tagged).metadata()).toMatchObject({
      exif: expect.anything(),
      xmp: expect.anything(),
      icc: expect.anything(),
    });
    const { jpeg } = await sanitiser.sanitise(withComment(tagged, `<script>${CANARY}</script>`));
    expect([...new Set(segmentsOf(jpeg))]).toEqual(['ffdb', 'ffc0', 'ffc4', 'ffda']);
    expect(Buffer.from(jpeg).includes(CANARY)).toBe(false);
    const facts = await sharp(jpeg).metadata();
    expect([facts.exif, facts.xmp, facts.icc, facts.iptc, facts.comments]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('T83: holds nothing of what hangs behind the picture', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const whole = await drawPicture().toFormat(format).toBuffer();
      const { jpeg } = await sanitiser.sanitise(
        Buffer.concat([whole, Buffer.from(`PK\x03\x04<?php ${CANARY} %PDF-1.7`)]),
      );
      expect(Buffer.from(jpeg).includes(CANARY)).toBe(false);
      expect([...jpeg.subarray(-2)]).toEqual([0xff, 0xd9]);
    }
  });

  it('is sRGB whatever the colours came in as', async () => {
    const colour = { r: 200, g: 60, b: 40 };
    const flat = () => sharp({ create: { width: 200, height: 200, channels: 3, background: colour } });
    const files = {
      p3: await flat().withIccProfile('p3').jpeg({ quality: 100 }).toBuffer(),
      deep: await flat().toColourspace('rgb16').png().toBuffer(),
      cmyk: await flat().withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer(),
    };
    for (const [name, file] of Object.entries(files)) {
      const { data } = await pixelsOf((await sanitiser.sanitise(file)).jpeg);
      const [r = 0, g = 0, b = 0] = data;
      const distance = Math.max(Math.abs(r - colour.r), Math.abs(g - colour.g), Math.abs(b - colour.b));
      expect({ name, isNear: distance <= (name === 'cmyk' ? 25 : 4) }).toEqual({ name, isNear: true });
    }
  });

  it('has three channels for grey pictures and white where it was transparent', async () => {
    const clear = sharp({
      create: { width: 200, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    });
    expect((await sanitiser.sanitise(await clear.png().toBuffer())).meanLuminance).toBeCloseTo(255, 0);
    const grey = await sanitiser.sanitise(await drawPicture().greyscale().jpeg().toBuffer());
    expect(await sharp(grey.jpeg).metadata()).toMatchObject({ channels: 3, space: 'srgb' });
  });

  it('is at most 2,560 pixels long and never enlarged', async () => {
    expect(await sanitiser.sanitise(await drawPicture(4_000, 1_000).jpeg().toBuffer())).toMatchObject({
      width: 2_560,
      height: 640,
    });
    expect(await sanitiser.sanitise(await drawPicture(200, 201).jpeg().toBuffer())).toMatchObject({
      width: 200,
      height: 201,
    });
  });
});

describe('what is measured', () => {
  it('tells sharp from blurred and light from dark', async () => {
    const [sharpOne, blurred, dark] = await Promise.all(
      [drawPicture().threshold(), drawPicture().threshold().blur(8), drawPicture().linear(0.2, 0)].map(
        async (picture) => sanitiser.sanitise(await picture.jpeg().toBuffer()),
      ),
    );
    expect(sharpOne?.sharpness).toBeGreaterThan(10 * (blurred?.sharpness ?? Infinity));
    expect(dark?.meanLuminance).toBeLessThan(40);
    expect(sharpOne?.meanLuminance).toBeGreaterThan(80);
  });

  it('gives near-copies a near hash and other pictures a far one', async () => {
    const hashOf = async (picture: Sharp) =>
      (await sanitiser.sanitise(await picture.jpeg({ quality: 60 }).toBuffer())).perceptualHash;
    const original = await hashOf(drawPicture());
    expect(original).toMatch(/^[0-9a-f]{16}$/);
    expect(bitsBetween(original, await hashOf(drawPicture(480, 640).linear(0.9, 10)))).toBeLessThanOrEqual(6);
    expect(bitsBetween(original, await hashOf(drawPicture().flop()))).toBeGreaterThan(20);
  });
});

function meanDifference(a: Buffer, b: Buffer): number {
  return a.reduce((total, value, index) => total + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

function bitsBetween(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}

function withComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.alloc(4 + text.length);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(2 + text.length, 2);
  comment.write(text, 4, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}

/** Markers up to the start of the scan. */
function segmentsOf(jpeg: Uint8Array): string[] {
  const bytes = Buffer.from(jpeg);
  const markers: string[] = [];
  for (let at = 2; markers.at(-1) !== 'ffda'; at += 2 + bytes.readUInt16BE(at + 2)) {
    markers.push(bytes.subarray(at, at + 2).toString('hex'));
  }
  return markers;
}
