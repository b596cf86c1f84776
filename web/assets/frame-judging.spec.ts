import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Frame {
  luma: Uint8Array;
  width: number;
  height: number;
}
interface Measures {
  lumaOf(rgba: Uint8Array): Uint8Array;
  outlineIn(size: { width: number; height: number }, shape: 'card' | 'passport' | 'face'): Region;
  brightness(frame: Frame, region: Region): number;
  sharpness(frame: Frame, region: Region): number;
  hasGlare(frame: Frame, region: Region): boolean;
  detailed(frame: Frame, region: Region, count: number): Region[];
  motion(frame: Frame, before: Frame | undefined, region: Region): number;
  cardSize(frame: Frame, outline: Region): number | null;
}
interface Seen {
  brightness: number;
  glare: boolean;
  size: number | null;
  motion: number;
  sharpness: number;
  faces: Region[] | null;
}
interface Judge {
  judgeDocument(seen: Seen): string;
  judgeFace(seen: Seen): string;
  faultOf(hint: string | null): string | null;
  GOOD_IN_A_ROW: number;
  HINT_MS: number;
  GoodRun: new () => { add(good: boolean): boolean; progress: number };
  HintPace: new () => { next(hint: string, atMs: number): string | null };
}
interface Camera {
  problemOf(name: string, facts: { permission?: string; refusals: number }): string;
}

/** The browser's own modules, as they are served. */
const load = async <Module>(name: string): Promise<Module> =>
  (await import(join(process.cwd(), 'web', 'assets', name))) as Module;
const measures = await load<Measures>('frame-measures.js');
const judge = await load<Judge>('frame-judge.js');
const camera = await load<Camera>('camera.js');

const WIDE = { width: 320, height: 180 };
const TALL = { width: 180, height: 320 };

/** A table with a card on it, turned by a little and with writing on it. */
function table(
  size: { width: number; height: number },
  card: { part?: number; turned?: number; level?: number; shift?: number } = {},
): Frame {
  const { part = 0, turned = 0, level = 210, shift = 0 } = card;
  const outline = measures.outlineIn(size, 'card');
  const luma = new Uint8Array(size.width * size.height).fill(50);
  const [sin, cos] = [Math.sin((turned * Math.PI) / 180), Math.cos((turned * Math.PI) / 180)];
  for (let y = 0; y < size.height; y += 1)
    for (let x = 0; x < size.width; x += 1) {
      const [dx, dy] = [x - size.width / 2 - shift, y - size.height / 2];
      const [along, across] = [dx * cos + dy * sin, dy * cos - dx * sin];
      const isOn = Math.abs(along) < (outline.width * part) / 2 && Math.abs(across) < (outline.height * part) / 2;
      if (isOn)
        luma[y * size.width + x] = Math.round(along / 3) % 7 === 0 && Math.abs(across) % 9 < 4 ? level - 70 : level;
    }
  return { luma, ...size };
}

const whole = ({ width, height }: Frame): Region => ({ x: 0, y: 0, width, height });

describe('measures of a frame', () => {
  it('take brightness as the eye does: green counts most, blue least', () => {
    const [red, green, blue, white, black] = measures.lumaOf(
      Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255]),
    );
    expect([red, green, blue, white, black]).toEqual([76, 149, 28, 255, 0]);
  });

  it.each([
    ['card', WIDE],
    ['passport', WIDE],
    ['face', WIDE],
    ['card', TALL],
    ['passport', TALL],
    ['face', TALL],
  ] as const)('the outline of a %s lies inside of a frame of %p, in its middle', (shape, size) => {
    const { x, y, width, height } = measures.outlineIn(size, shape);
    expect(Math.min(x, y)).toBeGreaterThan(0);
    expect(Math.abs(size.width - width - 2 * x)).toBeLessThanOrEqual(1);
    expect(Math.abs(size.height - height - 2 * y)).toBeLessThanOrEqual(1);
  });

  it.each([0.55, 0.7, 0.85, 1, 1.05])('a card of %f of the outline is measured as that', (part) => {
    for (const size of [WIDE, TALL]) {
      const frame = table(size, { part });
      expect(measures.cardSize(frame, measures.outlineIn(size, 'card'))).toBeCloseTo(part, 1);
    }
  });

  it.each([-5, -2, 2, 5])('a card that lies askew by %i degrees is still seen', (turned) => {
    const frame = table(WIDE, { part: 0.85, turned });
    expect(measures.cardSize(frame, measures.outlineIn(WIDE, 'card'))).toBeGreaterThan(0.7);
  });

  it('no card is seen where there is none, nor one that a side is missing of, nor on a table of its own brightness', () => {
    const outline = measures.outlineIn(WIDE, 'card');
    expect(measures.cardSize(table(WIDE), outline)).toBeNull();
    expect(measures.cardSize(table(WIDE, { part: 1.5 }), outline)).toBeNull();
    expect(measures.cardSize(table(WIDE, { part: 0.9, shift: 120 }), outline)).toBeNull();
    expect(measures.cardSize(table(WIDE, { part: 0.9, level: 55 }), outline)).toBeNull();
  });

  it('glare is a burnt-out spot, not a white page, and not a spot beside the outline', () => {
    const outline = measures.outlineIn(WIDE, 'card');
    const frame = table(WIDE, { part: 0.9 });
    const lamp = (at: number): Frame => {
      const luma = Uint8Array.from(frame.luma);
      for (let y = 70; y < 110; y += 1) luma.fill(255, y * WIDE.width + at, y * WIDE.width + at + 50);
      return { ...frame, luma };
    };
    expect(measures.hasGlare(frame, outline)).toBe(false);
    expect(measures.hasGlare(lamp(130), outline)).toBe(true);
    expect(measures.hasGlare(lamp(0), { ...outline, x: 60, width: 200 })).toBe(false);
    expect(measures.hasGlare({ ...frame, luma: new Uint8Array(frame.luma.length).fill(255) }, outline)).toBe(false);
  });

  it('sharpness falls when the picture is smeared, and is nothing where nothing is', () => {
    const frame = table(WIDE, { part: 0.9 });
    const smeared = { ...frame, luma: Uint8Array.from(frame.luma) };
    const around = Array.from({ length: 81 }, (_, index) => (Math.floor(index / 9) - 4) * WIDE.width + (index % 9) - 4);
    for (let at = 5 * WIDE.width; at < frame.luma.length - 5 * WIDE.width; at += 1)
      smeared.luma[at] = around.reduce((sum, step) => sum + (frame.luma[at + step] ?? 0), 0) / around.length;
    expect(measures.sharpness(frame, whole(frame))).toBeGreaterThan(4 * measures.sharpness(smeared, whole(frame)));
    expect(measures.sharpness(table(WIDE), whole(frame))).toBe(0);
  });

  it('focus is looked for where there is most to see, not on the plain part of a card', () => {
    const luma = new Uint8Array(WIDE.width * WIDE.height).fill(200);
    for (let y = 20; y < 40; y += 1)
      for (let x = 220; x < 250; x += 1) luma[y * WIDE.width + x] = x % 3 === 0 ? 60 : 200;
    const [first] = measures.detailed({ luma, ...WIDE }, measures.outlineIn(WIDE, 'card'), 3);
    expect(
      first && [first.x <= 240, first.x + first.width >= 230, first.y <= 30, first.y + first.height >= 30],
    ).toEqual(Array(4).fill(true));
  });

  it('motion is the change since the frame before, and all of it without one', () => {
    const [here, there] = [table(WIDE, { part: 0.8 }), table(WIDE, { part: 0.8, shift: 12 })];
    const outline = measures.outlineIn(WIDE, 'card');
    expect(measures.motion(here, here, outline)).toBe(0);
    expect(measures.motion(there, here, outline)).toBeGreaterThan(7);
    expect(measures.motion(here, undefined, outline)).toBe(255);
    expect(measures.motion(here, table(TALL), outline)).toBe(255);
  });
});

const GOOD: Seen = { brightness: 150, glare: false, size: 0.9, motion: 1, sharpness: 400, faces: null };
const FACE = { x: 0.3, y: 0.2, width: 0.4, height: 0.6 };

describe('what a person is told of it', () => {
  it.each<[string, Partial<Seen>]>([
    ['good', {}],
    ['dark', { brightness: 20, glare: true, size: null }],
    ['bright', { brightness: 250 }],
    ['glare', { glare: true, size: null }],
    ['fit', { size: null }],
    ['closer', { size: 0.69 }],
    ['good', { size: 0.7 }],
    ['back', { size: 1.2 }],
    ['still', { motion: 20 }],
    ['still', { sharpness: 10 }],
  ])('a document: %s for %p', (hint, seen) => expect(judge.judgeDocument({ ...GOOD, ...seen })).toBe(hint));

  it.each<[string, Partial<Seen>]>([
    ['good', { faces: [FACE] }],
    ['noFace', { faces: [] }],
    ['faces', { faces: [FACE, FACE] }],
    ['closer', { faces: [{ ...FACE, height: 0.2 }] }],
    ['back', { faces: [{ ...FACE, height: 0.95 }] }],
    ['centre', { faces: [{ ...FACE, x: 0 }] }],
    ['dark', { faces: [FACE], brightness: 20 }],
    ['still', { faces: [FACE], motion: 20 }],
  ])('a face that the browser finds by itself: %s for %p', (hint, seen) =>
    expect(judge.judgeFace({ ...GOOD, ...seen })).toBe(hint),
  );

  it('a face that nobody looks for is never good by itself: only the person knows whether they are in the picture', () => {
    fc.assert(
      fc.property(
        fc.record({ brightness: fc.nat(255), motion: fc.nat(255), sharpness: fc.nat(5_000) }),
        (seen) => judge.judgeFace({ ...GOOD, ...seen, faces: null }) !== 'good',
      ),
    );
    expect(judge.judgeFace(GOOD)).toBe('ready');
  });

  it('of a photo that was taken, only light and focus are spoken of', () => {
    expect(['dark', 'bright', 'glare', 'still'].map(judge.faultOf)).toEqual(['dark', 'bright', 'glare', 'still']);
    expect(['good', 'ready', 'fit', 'closer', 'noFace', null].map(judge.faultOf)).toEqual(Array(6).fill(null));
  });

  it('eight good frames in a row are taken, and one bad frame begins the row anew', () => {
    const run = new judge.GoodRun();
    const rows = [...Array<boolean>(7).fill(true), false, ...Array<boolean>(8).fill(true)];
    expect(rows.map((good) => run.add(good))).toEqual([...Array<boolean>(15).fill(false), true]);
    expect([judge.GOOD_IN_A_ROW, run.progress]).toEqual([8, 1]);
  });

  it('a hint stands for one and a half seconds at least', () => {
    const pace = new judge.HintPace();
    const said = [
      ['fit', 0],
      ['closer', 400],
      ['still', 1_499],
      ['still', 1_500],
      ['good', 1_600],
      ['good', 3_000],
    ] as const;
    expect(said.map(([hint, at]) => pace.next(hint, at))).toEqual(['fit', 'fit', 'fit', 'still', 'still', 'good']);
  });
});

describe('why a camera did not open', () => {
  it.each([
    ['NotAllowedError', { permission: 'prompt', refusals: 0 }, 'blocked'],
    ['NotAllowedError', { refusals: 0 }, 'blocked'],
    ['NotAllowedError', { permission: 'denied', refusals: 0 }, 'remembered'],
    ['NotAllowedError', { refusals: 1 }, 'remembered'],
    ['NotFoundError', { refusals: 0 }, 'none'],
    ['OverconstrainedError', { refusals: 0 }, 'none'],
    ['NotReadableError', { refusals: 0 }, 'busy'],
    ['AbortError', { refusals: 0 }, 'busy'],
    ['SecurityError', { refusals: 0 }, 'unsupported'],
    ['TypeError', { refusals: 0 }, 'unsupported'],
    ['', { refusals: 0 }, 'unsupported'],
  ])('%s with %p: %s', (name, facts, problem) => expect(camera.problemOf(name, facts)).toBe(problem));
});
