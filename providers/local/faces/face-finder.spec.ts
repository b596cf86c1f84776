import { describe, expect, it } from '@jest/globals';
import { locatedFace, paintPicture } from '../../../test/support/found-face.js';
import type { DetectedFace } from './face-detector.js';
import { FaceFinder } from './face-finder.js';
import type { FaceMesh, LocatedFace } from './face-mesh.js';
import type { Box, Region } from './geometry.js';
import type { Picture } from './picture.js';

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

  it('starts from each detection of a face by itself where their mean leads nowhere', async () => {
    const right = { x: 100, y: 100, width: 120, height: 120 };
    const wrong = { x: 140, y: 150, width: 150, height: 150 };
    const shortRange = detecting([wrong]);
    const fullRange = detecting([right]);
    const mesh = meshAt(right);
    const [found] = await new FaceFinder(shortRange, fullRange, mesh).findInSelfie(PICTURE);
    expect(found?.face.box).toEqual(right);
    expect(found?.quarters).toBe(0);
  });

  it('looks with more room around the picture where nothing was sure, and takes the surer face', async () => {
    const inPicture = { x: 150, y: 150, width: 160, height: 160 };
    const filling = { x: 20, y: 20, width: 360, height: 360 };
    const shortRange = {
      detect: (_: unknown, { side }: Region) => Promise.resolve([detected(side > 2 * SIZE ? filling : inPicture)]),
    };
    for (const [presence, expected] of [
      [7, inPicture],
      [5, filling],
    ] as const) {
      const mesh = meshWith(({ side }) => (side > 1.2 * SIZE ? 15 : presence));
      const [found] = await new FaceFinder(shortRange, detecting([]), mesh).findInSelfie(PICTURE);
      expect(found?.face.box.width).toBeCloseTo(expected.width, 6);
    }
  });

  it('restores the contrast where the mesh doubts a pale face', async () => {
    const box = { x: 150, y: 150, width: 200, height: 200 };
    const lights: (string | undefined)[] = [];
    const mesh: Pick<FaceMesh, 'locate'> = {
      locate: (_, region, light) => {
        lights.push(light);
        const presence = light === 'even' ? 13 : -2;
        return Promise.resolve({ ...locatedFace({ place: UPRIGHT, presence, box }), region });
      },
    };
    const [found] = await new FaceFinder(detecting([]), detecting([box]), mesh).findInDocument(PICTURE);
    expect(found?.face.presence).toBe(13);
    expect(lights.at(0)).toBe('as_is');
    expect(lights.slice(-2)).toEqual(['even', 'even']);
  });

  it('restores it for nothing beside a face that is certain', async () => {
    const face = { x: 20, y: 20, width: 160, height: 160 };
    const shadow = { x: 220, y: 220, width: 100, height: 100 };
    const mesh = meshWith(({ centre }) => (centre.x < SIZE / 2 ? 20 : -2));
    const lights = new Set<string | undefined>();
    const noting: Pick<FaceMesh, 'locate'> = {
      locate: (picture, region, light) => {
        lights.add(light);
        return mesh.locate(picture, region);
      },
    };
    const found = await new FaceFinder(detecting([face, shadow]), detecting([]), noting).findInSelfie(PICTURE);
    expect(found).toHaveLength(1);
    expect([...lights]).toEqual(['as_is']);
  });

  it('takes a face to stand upright where the mesh is unsure of every turn, but not against one it is sure of (T73)', async () => {
    const box = { x: 150, y: 150, width: 200, height: 200 };
    for (const [turned, quarters] of [
      [5, 0],
      [7, 2],
    ] as const) {
      const presences = [4, 0, turned, 0];
      let turn = -1;
      let last: unknown;
      const mesh: Pick<FaceMesh, 'locate'> = {
        locate: (picture, region) => {
          if (picture !== last) turn += 1;
          last = picture;
          const presence = presences[turn % 4];
          return Promise.resolve({ ...locatedFace({ place: UPRIGHT, presence, box }), region });
        },
      };
      const [found] = await new FaceFinder(detecting([box]), detecting([]), mesh).findInSelfie(PICTURE);
      expect(found?.quarters).toBe(quarters);
    }
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
    expect(Math.min(...sides)).toBe(SIZE / 2);
  });

  it('looks in smaller parts still before it says that a document has none', async () => {
    const sides: number[] = [];
    const box = { x: 10, y: 10, width: 15, height: 15 };
    const fullRange = {
      detect: (_: unknown, { side }: Region) => {
        sides.push(side);
        return Promise.resolve(side < SIZE / 2 ? [detected(box)] : []);
      },
    };
    const finder = new FaceFinder(
      detecting([]),
      fullRange,
      meshWith(() => 20),
    );
    expect((await finder.findInDocument(PICTURE))[0]?.face.box.width).toBeCloseTo(15, 6);
    expect(Math.min(...sides)).toBeCloseTo(SIZE / 3, 6);
  });

  it.each(['findInSelfie', 'findInDocument'] as const)(
    'looks at each place of a picture without a face once, in each orientation, with each detector (%s)',
    async (find) => {
      const looks: string[] = [];
      const seen: Picture[] = [];
      const blind = (name: string) => ({
        detect: (picture: Picture, { centre, side }: Region) => {
          if (!seen.includes(picture)) seen.push(picture);
          looks.push([name, seen.indexOf(picture), centre.x, centre.y, side].join(' '));
          return Promise.resolve([]);
        },
      });
      const wide = { width: 60, height: 40, pixels: Uint8Array.from({ length: 7_200 }, (_, at) => at % 251) };
      const finder = new FaceFinder(
        blind('short'),
        blind('full'),
        meshWith(() => 20),
      );
      expect(await finder[find](wide)).toEqual([]);
      expect(seen).toHaveLength(4);
      expect(looks).toEqual([...new Set(looks)]);
    },
  );
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
  presence: (region: Region) => number,
  looks: Region[] = [],
  turn: (look: number) => number = () => 0,
): Pick<FaceMesh, 'locate'> {
  return {
    locate: (_, region): Promise<LocatedFace> => {
      looks.push(region);
      const side = region.side / 1.5;
      const box = { x: region.centre.x - side / 2, y: region.centre.y - side / 2, width: side, height: side };
      const face = locatedFace({ place: UPRIGHT, presence: presence(region), box });
      return Promise.resolve({ ...face, region: { ...region, angle: region.angle + turn(looks.length) } });
    },
  };
}

/** A mesh that knows the face only from where it is, and sees none elsewhere. */
function meshAt(box: Box): Pick<FaceMesh, 'locate'> {
  return {
    locate: (_, region): Promise<LocatedFace> => {
      const { centre, side } = region;
      const there = Math.hypot(centre.x - (box.x + box.width / 2), centre.y - (box.y + box.height / 2)) < 1;
      const presence = there && Math.abs(side / 1.5 - box.width) < 1 ? 20 : -5;
      return Promise.resolve({ ...locatedFace({ place: UPRIGHT, presence, box }), region });
    },
  };
}
