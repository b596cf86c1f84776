import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { DEMO_PEOPLE, renderDemoPictures } from './index.js';
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

describe('letter', () => {
  it('draws every character of a card as finite outlines', () => {
    const drawn = letter({ text: 'ABCXYZ abcxyz 0123456789 <·’éíñ', x: 10.5, y: 20.25, size: 17 });
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
    expect(drawn.length).toBeGreaterThan(1_000);
  });
});
