import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawPicture } from '../../../test/support/pictures.js';
import { readImageHeader } from './image-header.js';
import { IMAGE_TYPES, sniffImageType } from './image-type.js';

const picture = (width: number, height: number) => drawPicture(width, height);

describe('image header', () => {
  it.each([
    ['baseline JPEG', () => picture(211, 307).jpeg()],
    ['progressive JPEG', () => picture(211, 307).jpeg({ progressive: true })],
    [
      'JPEG with EXIF, XMP and ICC in front',
      () => picture(211, 307).withMetadata({ orientation: 6 }).withXmp('<x/>').withIccProfile('p3').jpeg(),
    ],
    ['PNG', () => picture(211, 307).png()],
    ['interlaced PNG with a palette', () => picture(211, 307).png({ progressive: true, palette: true })],
    ['lossy WebP', () => picture(211, 307).webp()],
    ['lossless WebP', () => picture(211, 307).webp({ lossless: true })],
    ['WebP with alpha', () => picture(211, 307).ensureAlpha(0.5).webp()],
    ['WebP with EXIF', () => picture(211, 307).withMetadata({ orientation: 6 }).webp()],
  ])('tells the dimensions of a %s', async (_name, make) => {
    const bytes = await make().toBuffer();
    const type = sniffImageType(bytes);
    expect(type && readImageHeader(bytes, type)).toEqual({ width: 211, height: 307, animated: false });
  });

  it('knows the greatest sizes', async () => {
    const bytes = await picture(300, 300).webp({ lossless: true }).toBuffer();
    bytes.writeUInt32LE((16_383 | (16_383 << 14)) >>> 0, 21);
    expect(readImageHeader(bytes, 'webp')).toMatchObject({ width: 16_384, height: 16_384 });
  });

  it('sees that an animation is one', async () => {
    const frames = [picture(200, 200), picture(200, 200).negate()].map((frame) => frame.png().toBuffer());
    const { default: sharp } = await import('sharp');
    const animated = await sharp(await Promise.all(frames), { join: { animated: true } })
      .webp()
      .toBuffer();
    expect(readImageHeader(animated, 'webp')).toMatchObject({ animated: true });

    const png = await picture(200, 200).png().toBuffer();
    const control = Buffer.from([0, 0, 0, 8, ...Buffer.from('acTL'), 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    const apng = Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]);
    expect(readImageHeader(apng, 'png')).toMatchObject({ animated: true });
  });

  it('never throws and never hangs, whatever the bytes', async () => {
    const real = await Promise.all(
      [picture(200, 200).jpeg(), picture(200, 200).png(), picture(200, 200).webp()].map((p) => p.toBuffer()),
    );
    const cut = fc.tuple(fc.constantFrom(...real), fc.nat(400)).map(([bytes, length]) => bytes.subarray(0, length));
    const changed = fc.tuple(fc.constantFrom(...real), fc.nat(200), fc.nat(255)).map(([bytes, at, value]) => {
      const copy = Uint8Array.from(bytes);
      copy[at] = value;
      return copy;
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 300 }), cut, changed),
        fc.constantFrom(...IMAGE_TYPES),
        (bytes, type) => {
          const header = readImageHeader(bytes, type);
          if (header) expect(header.width * header.height).toBeGreaterThan(0);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('does not walk a million empty segments', () => {
    const segments = Buffer.alloc(8_000_000);
    for (let at = 0; at < segments.length; at += 4) segments.writeUInt32BE(0xffe00002, at);
    expect(readImageHeader(Buffer.concat([Buffer.from([0xff, 0xd8]), segments]), 'jpeg')).toBeUndefined();
  });
});
