import { describe, expect, it } from '@jest/globals';
import { frameOf, fromPicture, toPicture, turnFrame, viewOf } from './card-frame.js';
import { applyHomography, rectangle, type Quad } from './homography.js';

const PICTURE = { width: 1000, height: 800 };
/** Of a card that stands upright. */
const STANDING: Quad = [
  { x: 300, y: 100 },
  { x: 600, y: 100 },
  { x: 600, y: 580 },
  { x: 300, y: 580 },
];

describe('frameOf', () => {
  it('lays a standing card on its long side', () => {
    const frame = frameOf(STANDING, PICTURE);
    expect(frame).toMatchObject({ width: 480, height: 300, isFound: true });
    expect(frame.corners[0]).toEqual({ x: 600, y: 100 });
    expect(applyHomography(toPicture(frame), { x: 480, y: 0 })).toEqual({ x: 600, y: 580 });
  });

  it('takes the whole picture when there is no card, and leaves it as it stands', () => {
    expect(frameOf(undefined, { width: 600, height: 900 })).toEqual({
      corners: rectangle(600, 900),
      width: 600,
      height: 900,
      isFound: false,
    });
  });

  it('straightens into no more than 1600 pixels', () => {
    expect(frameOf(undefined, { width: 3200, height: 1000 })).toMatchObject({ width: 1600, height: 500 });
  });
});

describe('turnFrame', () => {
  it('makes what ran down run to the right, and comes round after four quarters', () => {
    const frame = frameOf(undefined, PICTURE);
    const turned = turnFrame(frame, 1);
    expect(turned).toMatchObject({ width: 800, height: 1000 });
    const [start, end] = [fromPicture(turned), fromPicture(turned)].map((matrix, at) =>
      applyHomography(matrix, { x: 500, y: at === 0 ? 100 : 700 }),
    );
    expect((end?.x ?? 0) - (start?.x ?? 0)).toBeCloseTo(600, 6);
    expect(turnFrame(turned, 3)).toEqual(frame);
    expect(turnFrame(frame, -1)).toEqual(turnFrame(frame, 3));
  });
});

describe('viewOf', () => {
  it('has sides of whole cells and shows a margin around the frame', () => {
    const frame = frameOf(STANDING, PICTURE);
    const view = viewOf(frame, { longSide: 500, grid: 32, margin: 0.05 });
    expect([view.width % 32, view.height % 32, view.width]).toEqual([0, 0, 512]);
    expect(applyHomography(view.toFrame, { x: 0, y: 0 })).toEqual({ x: -24, y: -24 });
    const corner = applyHomography(view.toFrame, { x: view.width, y: view.height });
    expect([corner.x, corner.y].map(Math.round)).toEqual([504, 324]);
    // The upper left corner of the card that lies is the upper right one of the card that stands.
    expect(applyHomography(view.toPicture, { x: 0, y: 0 }).x).toBeGreaterThan(600);
  });
});
