import { describe, expect, it } from '@jest/globals';
import { locatedFace, paintPicture } from '../../../test/support/found-face.js';
import type { DetectedFace } from './face-detector.js';
import { FaceFinder } from './face-finder.js';
import type { FaceMesh, LocatedFace } from './face-mesh.js';
import type { Box, Region } from './geometry.js';

const SIZE = 400;
const PICTURE = paintPicture(SIZE, () => 128);
const UPRIGHT = { a: 1, b: 0, shiftX: 0, shiftY: 0 };

describe('FaceFinder', () => {
  it('gives the faces that the mesh confirms, largest first', async () => {
    const small = { x: 10, y: 10, width: 60, height: 60 };
    const large = { x: 150, y: 150, width: 200, height: 200 };
    const finder = new FaceFinder(
      detecting([small, large]),
      detecting([]),
      meshWith(() => 20),
    );
    const found = await finder.findInSelfie(PICTURE);
    expect(found.map(({ face }) => face.box.width)).toEqual([200, 60]);
  });

  it('finds none where the mesh sees none, whatever the detector says (T76)', async () => {
    const box = { x: 150, y: 150, width: 200, height: 200 };
    for (const presence of [-3, NaN]) {
      const finder = new FaceFinder(
        detecting([box]),
        detecting([box]),
        meshWith(() => presence),
      );
      expect(await finder.findInSelfie(PICTURE)).toEqual([]);
      expect(await finder.findInDocument(PICTURE)).toEqual([]);
    }
  });

  it('looks again until the face stands still, and gives up on one that never does', async () => {
    const looks: Region[] = [];
    const box = { x: 100, y: 100, width: 200, height: 200 };
    const settling = meshWith(
      () => 20,
      looks,
      (look) => (look < 3 ? 0.5 : 0),
    );
    expect(await new FaceFinder(detecting([box]), detecting([]), settling).findInSelfie(PICTURE)).toHaveLength(1);
    expect(looks).toHaveLength(3);
    const spinning = meshWith(
      () => 20,
      [],
      () => 0.5,
    );
    expect(await new FaceFinder(detecting([box]), detecting([]), spinning).findInSelfie(PICTURE)).toEqual([]);
  });

  it('tries the other three orientations until a face is certain, and keeps the surest', async () => {
    const box = { x: 150, y: 150, width: 200, height: 200 };
    const presences = [3, 5, 25];
    const asked: number[] = [];
    const mesh: Pick<FaceMesh, 'locate'> = {
      locate: (picture, region) => {
        // Two looks for each orientation.
        const presence = presences[Math.floor(asked.push(picture.width) / 2 - 0.5)] ?? 0;
        return Promise.resolve({ ...locatedFace({ place: UPRIGHT, presence, box }), region });
      },
    };
    const [found] = await new FaceFinder(detecting([box]), detecting([]), mesh).findInSelfie(PICTURE);
    expect(found?.face.presence).toBe(25);
    expect(asked).toHaveLength(6);
  });

  it('looks for a portrait that is too small to be seen at once in parts of the picture', async () => {
    const sides: number[] = [];
    const box = { x: 10, y: 10, width: 30, height: 30 };
    const fullRange = {
      detect: (_: unknown, { side }: Region) => {
        sides.push(side);
        return Promise.resolve(side < SIZE ? [detected(box)] : []);
      },
    };
    const finder = new FaceFinder(
      detecting([]),
      fullRange,
      meshWith(() => 20),
    );
    expect((await finder.findInDocument(PICTURE))[0]?.face.box.width).toBeCloseTo(30, 6);
    expect(sides[0]).toBe(SIZE);
    expect(sides).toContain(SIZE / 2);
  });
});

function detecting(boxes: readonly Box[]) {
  return { detect: () => Promise.resolve(boxes.map(detected)) };
}

function detected(box: Box): DetectedFace {
  const middle = box.x + box.width / 2;
  const at = (x: number) => ({ x, y: box.y + box.height / 3 });
  const points = {
    leftEye: at(middle - 5),
    rightEye: at(middle + 5),
    nose: at(middle),
    mouth: at(middle),
    leftEar: at(middle),
    rightEar: at(middle),
  };
  return { score: 0.9, box, points };
}

/** A mesh that finds a face exactly where it is told to look, its region turned on by `turn` radians. */
function meshWith(
  presence: () => number,
  looks: Region[] = [],
  turn: (look: number) => number = () => 0,
): Pick<FaceMesh, 'locate'> {
  return {
    locate: (_, region): Promise<LocatedFace> => {
      looks.push(region);
      const side = region.side / 1.5;
      const box = { x: region.centre.x - side / 2, y: region.centre.y - side / 2, width: side, height: side };
      const face = locatedFace({ place: UPRIGHT, presence: presence(), box });
      return Promise.resolve({ ...face, region: { ...region, angle: region.angle + turn(looks.length) } });
    },
  };
}
