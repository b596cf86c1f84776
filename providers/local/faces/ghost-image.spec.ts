import { describe, expect, it } from '@jest/globals';
import { foundFace, locatedFace, paintPicture } from '../../../test/support/found-face.js';
import type { DetectedFace } from './face-detector.js';
import { GhostFinder } from './ghost-image.js';
import type { Region } from './geometry.js';

const SIZE = 900;
const CARD = paintPicture(SIZE, (x, y) => 200 + 20 * Math.sin(x / 9) * Math.cos(y / 7));
const UPRIGHT = { a: 1, b: 0, shiftX: 0, shiftY: 0 };
const PORTRAIT = foundFace(CARD, { place: UPRIGHT, box: { x: 60, y: 350, width: 150, height: 150 } });

describe('GhostFinder', () => {
  it('finds a small face beside the portrait and shows it with its contrast restored', async () => {
    const finder = new GhostFinder(detecting({ share: 0.4, score: 0.8, inTile: 5 }), meshSaying(-4));
    const ghost = await finder.find(PORTRAIT);
    const { pixels } = ghost?.picture ?? { pixels: new Uint8Array() };
    expect(Math.max(...pixels) - Math.min(...pixels)).toBeGreaterThan(200);
  });

  it.each([
    ['as large as the portrait', { share: 0.9, score: 0.8, inTile: 5 }, -4],
    ['hardly larger than a letter', { share: 0.1, score: 0.8, inTile: 5 }, -4],
    ['the portrait itself', { share: 0.6, score: 0.8, inTile: 4 }, -4],
    ['not sure to the detector', { share: 0.4, score: 0.4, inTile: 5 }, -4],
    ['nothing to the mesh', { share: 0.4, score: 0.8, inTile: 5 }, -30],
    ['not a number to the mesh', { share: 0.4, score: 0.8, inTile: 5 }, NaN],
  ])('takes nothing for a second portrait that is %s', async (_, made, presence) => {
    expect(await new GhostFinder(detecting(made), meshSaying(presence)).find(PORTRAIT)).toBeUndefined();
  });
});

interface MadeGhost {
  /** Of the portrait's width. */
  share: number;
  score: number;
  /** Which look sees it, from 1 on. */
  inTile: number;
}

/** A tile is 3.2 portraits wide and 128 pixels: one face in the middle of one of them. */
function detecting({ share, score, inTile }: MadeGhost) {
  let looks = 0;
  return {
    detect: (_: unknown, __: Region, minScore: number): Promise<DetectedFace[]> => {
      looks += 1;
      if (looks !== inTile || score < minScore) return Promise.resolve([]);
      const width = (share * 128) / 3.2;
      const at = { x: 64, y: 64 };
      const points = { leftEye: at, rightEye: at, nose: at, mouth: at, leftEar: at, rightEar: at };
      return Promise.resolve([{ score, box: { x: 64 - width / 2, y: 64 - width / 2, width, height: width }, points }]);
    },
  };
}

function meshSaying(presence: number) {
  return {
    locate: (_: unknown, region: Region) => Promise.resolve({ ...locatedFace({ place: UPRIGHT, presence }), region }),
  };
}
