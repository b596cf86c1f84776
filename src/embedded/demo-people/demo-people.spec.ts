import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { DEMO_PEOPLE, demoPicturesIn, renderDemoPictures } from './index.js';
import { letter } from '../specimens/index.js';

describe('renderDemoPictures', () => {
  it('draws JPEGs of usable size for everybody, once', async () => {
    const pictures = await renderDemoPictures();
    expect([...pictures.keys()]).toEqual(DEMO_PEOPLE.map(({ login }) => login));
    for (const person of pictures.values()) {
      for (const picture of Object.values(person)) {
        const { format, width } = await sharp(picture).metadata();
        expect(format).toBe('jpeg');
        expect(width).toBeGreaterThanOrEqual(600);
        expect(picture.length).toBeLessThan(1_000_000);
      }
    }
    expect(await renderDemoPictures()).toBe(pictures);
  });

  it('gives record, card and selfie different bytes', async () => {
    for (const { referencePortrait, selfie, otherSelfie } of (await renderDemoPictures()).values()) {
      const texts = [referencePortrait, selfie, otherSelfie].map((bytes) => Buffer.from(bytes).toString('base64'));
      expect(new Set(texts).size).toBe(3);
    }
  });
});

describe('demoPicturesIn', () => {
  let base: string;
  beforeAll(async () => void (base = await mkdtemp(join(tmpdir(), 'demo-people-'))));
  afterAll(() => rm(base, { recursive: true }));

  it('keeps what was drawn, and a later start reads it instead of drawing', async () => {
    const folder = join(base, 'data', 'pictures');
    const drawn = await demoPicturesIn(folder)();
    const selfie = join(folder, 'demo.ana', 'selfie.jpg');
    await writeFile(selfie, 'as it was left');
    const later = await demoPicturesIn(folder)();
    expect(Buffer.from(later.get('demo.ana')?.selfie ?? []).toString()).toBe('as it was left');
    expect(later.get('demo.bea')).toEqual(pictureBytes(drawn.get('demo.bea')));
    await rm(selfie);
    expect((await demoPicturesIn(folder)()).get('demo.ana')?.selfie).toEqual(drawn.get('demo.ana')?.selfie);
    expect((await demoPicturesIn(folder)()).size).toBe(DEMO_PEOPLE.length);
  });
});

function pictureBytes(pictures: object | undefined): object {
  return Object.fromEntries(Object.entries(pictures ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes)]));
}

describe('letter', () => {
  it('draws every character of a card as finite outlines', () => {
    const drawn = letter({ text: 'ABCXYZ abcxyz 0123456789 <·’éíñ', x: 10.5, y: 20.25, size: 17 });
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
    expect(drawn.length).toBeGreaterThan(1_000);
  });
});
