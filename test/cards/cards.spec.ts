import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { FORMATS, type SpecimenKind } from '../../src/embedded/specimens/index.js';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import {
  AAMVA_VERSIONS,
  cutOff,
  drawDocument,
  drawLicence,
  FACE_PAIRS,
  HEADS,
  inventHolder,
  inventLicence,
  JURISDICTIONS,
  licenceText,
  pdf417Symbol,
  photocopy,
  photograph,
  photographStrip,
  printedPortrait,
  selfieOf,
  photographOfCopy,
  shotFromLife,
  shotFromScreen,
  showOnScreen,
  SEVERITIES,
} from './index.js';

const KINDS = Object.keys(FORMATS) as SpecimenKind[];

describe('drawDocument', () => {
  it.each(KINDS)('draws the same %s from the same seed and another from another', async (kind) => {
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => drawDocument({ seed, kind, pixels: 400 })));
    expect(hashOf(again?.front)).toBe(hashOf(one?.front));
    expect(hashOf(again?.back)).toBe(hashOf(one?.back));
    expect(hashOf(other?.front)).not.toBe(hashOf(one?.front));
    expect(one?.mrz.map(({ length }) => length)).toEqual(Array(FORMATS[kind].lines).fill(FORMATS[kind].lineLength));
  });

  it('has the proportions of the format', async () => {
    const { front } = await drawDocument({ seed: 1, kind: 'td3', pixels: 1250 });
    expect(await sharp(front).metadata()).toMatchObject({ width: 1250, height: 880, format: 'png' });
  });

  it('prints another zone than the one that goes with the data when asked', async () => {
    const honest = await drawDocument({ seed: 1, kind: 'td2', pixels: 400 });
    const forged = await drawDocument({ seed: 1, kind: 'td2', pixels: 400, mrz: honest.mrz.toReversed() });
    expect(forged.data).toEqual(honest.data);
    expect(hashOf(forged.front)).not.toBe(hashOf(honest.front));
  });

  it('invents the same people for ever: campaigns go on where they stopped', () => {
    const people = Array.from({ length: 50 }, (_, seed) => inventHolder(new SeededRandom(seed)));
    expect(hashOf(JSON.stringify(people))).toBe(PEOPLE_HASH);
  });
});

describe('photograph', () => {
  it.each(SEVERITIES)('takes the same %s picture from the same seed and another from another', async (severity) => {
    const { front } = await drawDocument({ seed: 3, kind: 'td2', pixels: 640 });
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => photograph(front, { seed, severity, cardWidth: 500 })),
    );
    expect(hashOf(again)).toBe(hashOf(one));
    expect(hashOf(other)).not.toBe(hashOf(one));
  });

  it('leaves a card where it was when nothing disturbs it', async () => {
    const { front } = await drawDocument({ seed: 3, kind: 'td2', pixels: 500 });
    const calm = { tiltDegrees: 0, perspective: 0, shade: 0, glare: 0, blur: 0, noise: 0, jpegQuality: 100 };
    const picture = await photograph(front, { seed: 1, severity: 'clean', cardWidth: 500, conditions: calm });
    const middle = { left: 60 + 100, top: 60 + 100, width: 300, height: 150 };
    const taken = await sharp(picture).extract(middle).raw().toBuffer();
    const drawn = await sharp(front)
      .removeAlpha()
      .extract({ ...middle, left: 100, top: 100 })
      .raw()
      .toBuffer();
    const difference = taken.reduce((sum, value, at) => sum + Math.abs(value - (drawn[at] ?? 0)), 0) / taken.length;
    expect(difference).toBeLessThan(2);
  });

  it('turns a card by quarters', async () => {
    const { front } = await drawDocument({ seed: 3, kind: 'td2', pixels: 500 });
    const picture = await photograph(front, { seed: 1, severity: 'clean', cardWidth: 500, quarterTurns: 1 });
    const { width = 0, height = 0 } = await sharp(picture).metadata();
    expect(height).toBeGreaterThan(width);
  });

  it('photographs a zone by itself', async () => {
    const strip = await photographStrip({ seed: 4, kind: 'td1', severity: 'hard', width: 600 });
    const again = await photographStrip({ seed: 4, kind: 'td1', severity: 'hard', width: 600 });
    expect(hashOf(again.jpeg)).toBe(hashOf(strip.jpeg));
    expect(strip.mrz).toHaveLength(3);
  });
});

describe('defects', () => {
  it('are the same from the same seed', async () => {
    const { front } = await drawDocument({ seed: 3, kind: 'td2', pixels: 400 });
    const picture = await photograph(front, { seed: 1, severity: 'clean', cardWidth: 400 });
    const screens = await Promise.all([1, 1, 2].map((seed) => showOnScreen(picture, seed)));
    expect(hashOf(screens[1])).toBe(hashOf(screens[0]));
    expect(hashOf(screens[2])).not.toBe(hashOf(screens[0]));
    expect(hashOf(await photocopy(picture, 1))).toBe(hashOf(await photocopy(picture, 1)));
    const [red, green, blue] = (await sharp(await photocopy(picture, 1)).stats()).channels;
    expect([green?.mean, blue?.mean]).toEqual([red?.mean, red?.mean]);
  });

  it('put a card on a screen or on paper, the same from the same seed', async () => {
    const { front } = await drawDocument({ seed: 3, kind: 'td2', pixels: 300 });
    const picture = await photograph(front, { seed: 1, severity: 'clean', cardWidth: 240 });
    const shots = await Promise.all(
      [1, 1, 2].map((seed) => shotFromScreen(picture, { seed, screen: seed === 1 ? 'phone' : 'monitor' })),
    );
    expect(hashOf(shots[1])).toBe(hashOf(shots[0]));
    expect(hashOf(shots[2])).not.toBe(hashOf(shots[0]));
    expect(hashOf(await shotFromLife(picture, 1))).not.toBe(hashOf(shots[0]));
    const paper = { seed: 1, severity: 'clean', widthMm: 20, cardWidth: 240 } as const;
    const copy = await photographOfCopy(front, paper);
    expect(hashOf(await photographOfCopy(front, paper))).toBe(hashOf(copy));
    const middle = { left: 60, top: 60, width: 180, height: 100 };
    const [red, , blue] = (await sharp(await sharp(copy).extract(middle).toBuffer()).stats()).channels;
    expect((blue?.mean ?? 0) / (red?.mean ?? 1)).toBeGreaterThan(0.9);
  });

  it('cut a side off', async () => {
    const { front } = await drawDocument({ seed: 3, kind: 'td2', pixels: 400 });
    const cut = await cutOff(front, { side: 'bottom', share: 0.25 });
    const { height: whole } = await sharp(front).metadata();
    expect((await sharp(cut).metadata()).height).toBe(whole - Math.round(whole * 0.25));
  });
});

describe('licenceText', () => {
  it.each(AAMVA_VERSIONS.flatMap((version) => JURISDICTIONS.map((jurisdiction) => [version, jurisdiction] as const)))(
    'points at its subfiles in version %i of %o',
    (version, jurisdiction) => {
      const text = licenceText(inventLicence(new SeededRandom(version), { version, jurisdiction }));
      const header = /^@\n\u001e\rANSI (?<iin>\d{6})(?<version>\d\d)(?<jurisdictionVersion>01)?(?<entries>02)(?=DL|ID)/;
      const match = header.exec(text);
      expect(match?.groups).toMatchObject({ iin: jurisdiction.iin, version: String(version).padStart(2, '0') });
      expect(match?.groups?.['jurisdictionVersion'] === undefined).toBe(version === 1);
      const start = match?.[0].length ?? 0;
      for (const designator of [text.slice(start, start + 10), text.slice(start + 10, start + 20)]) {
        const offset = Number(designator.slice(2, 6));
        const subfile = text.slice(offset, offset + Number(designator.slice(6)));
        expect(subfile.slice(0, 2)).toBe(designator.slice(0, 2));
        expect(subfile.endsWith('\r')).toBe(true);
      }
    },
  );
});

describe('drawLicence', () => {
  it('draws the same licence from the same seed', async () => {
    const licence = inventLicence(new SeededRandom(5));
    const portrait = await printedPortrait(HEADS.ana.portrait);
    const [one, again] = await Promise.all([1, 2].map(() => drawLicence(licence, { portrait, pixels: 500 })));
    expect(hashOf(again?.back)).toBe(hashOf(one?.back));
    expect(hashOf(again?.front)).toBe(hashOf(one?.front));
  });

  it('draws a symbol of as many modules as PDF417 has for ten columns', async () => {
    const { width, height } = await pdf417Symbol('SPECIMEN');
    // Start, two row indicators, ten columns of 17 modules each, and a stop of 18 (ISO/IEC 15438, 5.2).
    expect(width).toBe(17 * (1 + 2 + 10) + 18);
    expect(height % 3).toBe(0);
  });
});

describe('selfieOf', () => {
  it.each(FACE_PAIRS)('shows %s in two photographs', async (pair) => {
    const { portrait, selfie } = HEADS[pair];
    expect(portrait.sample).not.toBe(selfie.sample);
    expect(await sharp(await selfieOf(selfie)).metadata()).toMatchObject({ width: 720, height: 900, format: 'jpeg' });
  });
});

function hashOf(content: string | Uint8Array | undefined): string | undefined {
  return content && createHash('sha256').update(content).digest('hex');
}

const PEOPLE_HASH = '927c0fee6dc45e9ce5b3d42e803b0e8d6e5eb504f88cd4c5b4854378328d2dde';
