import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { drawPicture, pixelsOf } from '../../../test/support/pictures.js';
import { SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { createReviewCopies, type ReviewCopies } from './review-copies.js';
import { isDrawn, LETTER_HEIGHT, letterRows } from './watermark/letters.js';
import { textTile } from './watermark/text-tile.js';

const TEXTS = ['rita@example.org', 'REC-7F3K', '2026-11-26', '10:30:05Z'];
const GREY = 128;
let copies: ReviewCopies;

beforeAll(() => {
  copies = createReviewCopies();
});
afterAll(() => copies.close());

const plain = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: GREY, g: GREY, b: GREY } } })
    .jpeg({ quality: 95 })
    .toBuffer();

/** The dots of a line of text, light and not, in pixels from its corner. */
function dotsOf(text: string, scale: number): { x: number; y: number; light: boolean }[] {
  const middle = (place: number): number => place * scale + (scale >> 1);
  return [...text].flatMap((letter, place) =>
    letterRows(letter).flatMap((row, y) =>
      [...row].map((dot, x) => ({ x: middle(place * 6 + x), y: middle(y), light: dot === '1' })),
    ),
  );
}

/** Every text of which all dots of a line are found somewhere in the picture, at this size of dots. */
async function textsIn(jpeg: Uint8Array, scale: number): Promise<string[]> {
  const { data, width, height } = await pixelsOf(jpeg);
  return TEXTS.filter((text) => {
    const dots = dotsOf(text, scale);
    for (let top = 0; top < height - LETTER_HEIGHT * scale; top += 1) {
      for (let left = 0; left < width - text.length * 6 * scale; left += 1) {
        const corner = top * width + left;
        if (dots.every(({ x, y, light }) => (data[(corner + y * width + x) * 3] ?? 0) > GREY + 30 === light))
          return true;
      }
    }
    return false;
  });
}

describe('a picture for a reviewer (T55)', () => {
  it.each([
    [900, 1_200, 2],
    [400, 400, 1],
  ])('T55: of %i x %i carries who, which case and when, in its pixels', async (width, height, scale) => {
    const marked = await copies.marked(await plain(width, height), TEXTS);
    expect(await pixelsOf(marked)).toMatchObject({ width, height });
    expect(await textsIn(marked, scale)).toEqual(TEXTS);
    expect(await textsIn(await plain(width, height), scale)).toEqual([]);
  });

  it('T55: still carries it when a part of half its size is cut out, wherever', async () => {
    const marked = await copies.marked(await plain(800, 1_000), TEXTS);
    for (const left of [0, 97, 211, 330, 399]) {
      for (const top of [0, 150, 333, 499]) {
        const cut = await sharp(marked)
          .extract({ left, top, width: 400, height: 400 })
          .jpeg({ quality: 90 })
          .toBuffer();
        expect([left, top, await textsIn(cut, 2)]).toEqual([left, top, TEXTS]);
      }
    }
  });

  it('T55: is still there after the copy was compressed hard', async () => {
    const marked = await copies.marked(await plain(900, 900), TEXTS);
    expect(await textsIn(await sharp(marked).jpeg({ quality: 50 }).toBuffer(), 2)).toEqual(TEXTS);
  });

  it('leaves the picture underneath to be seen', async () => {
    const jpeg = await drawPicture(600, 800).jpeg({ quality: 95 }).toBuffer();
    const [before, after] = [await pixelsOf(jpeg), await pixelsOf(await copies.marked(jpeg, TEXTS))];
    const differing = before.data.filter((value, at) => Math.abs(value - (after.data[at] ?? 0)) > 25).length;
    expect(differing / before.data.length).toBeGreaterThan(0.05);
    expect(differing / before.data.length).toBeLessThan(0.4);
  });
});

describe('a blurred picture (T55)', () => {
  /** Only the averages of a grid of twelve by twelve are the same; within a square nothing is. */
  async function picture(detail: (x: number, y: number) => number): Promise<Buffer> {
    const pixels = Buffer.alloc(480 * 480 * 3, 0);
    for (let y = 0; y < 480; y += 1)
      for (let x = 0; x < 480; x += 1) pixels.fill(detail(x, y), (y * 480 + x) * 3, (y * 480 + x) * 3 + 3);
    return sharp(pixels, { raw: { width: 480, height: 480, channels: 3 } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
  }

  it('T55: of a page full of small print is that of a grey page', async () => {
    const print = await copies.blurred(await picture((x, y) => (((x >> 1) + (y >> 1)) % 2 === 0 ? 255 : 0)));
    const page = await copies.blurred(await picture(() => 128));
    const [one, other] = [await pixelsOf(print), await pixelsOf(page)];
    expect(one).toMatchObject({ width: 240, height: 240 });
    expect(one.data.filter((value, at) => Math.abs(value - (other.data[at] ?? 0)) > 4)).toHaveLength(0);
  });

  it('T55: has no edge left that is narrower than a twelfth of it', async () => {
    const blurred = await pixelsOf(await copies.blurred(await picture((x) => (x < 240 ? 0 : 255))));
    const row = Array.from({ length: blurred.width }, (_none, x) => blurred.data[x * 3] ?? 0);
    const steps = row.slice(1).map((value, x) => Math.abs(value - (row[x] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(25);
    expect(Math.max(...row) - Math.min(...row)).toBeGreaterThan(150);
  });
});

describe('making copies', () => {
  it('of what is no picture fails, and the next one is made', async () => {
    await expect(copies.marked(Buffer.from('no picture'), TEXTS)).rejects.toThrow(SanitiserUnavailableError);
    expect((await copies.blurred(await plain(300, 300))).length).toBeGreaterThan(100);
  });

  it('ends with the service', async () => {
    const closed = createReviewCopies();
    await closed.close();
    await expect(closed.blurred(await plain(300, 300))).rejects.toMatchObject({ failure: 'closed' });
  });
});

describe('the letters', () => {
  const ASCII = Array.from({ length: 95 }, (_none, at) => String.fromCharCode(32 + at));

  it('are there for every printable character of ASCII, each its own', () => {
    expect(ASCII.every(isDrawn)).toBe(true);
    expect(new Set(ASCII.map((character) => letterRows(character).join())).size).toBe(ASCII.length);
    expect(['\u001f', '\u007f', 'ü', '–'].filter(isDrawn)).toEqual([]);
    expect(() => letterRows('ü')).toThrow(RangeError);
  });

  it('spell a name of any script, and never two names the same way', () => {
    const names = ['rita', 'Rita', 'ríta', 'рита', '丽塔', 'rita%C3%AD', 'rita\u0000', '\ud800', '', '%'];
    expect(new Set(names.map((name) => textTile([name]).join())).size).toBe(names.length);
    expect(textTile(['x'.repeat(500)]).length).toBe(textTile(['x'.repeat(96)]).length);
  });
});
