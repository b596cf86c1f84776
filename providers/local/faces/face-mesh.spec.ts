import { describe, expect, it } from '@jest/globals';
import { FaceMesh, MESH_SIZE } from './face-mesh.js';
import type { Region } from './geometry.js';

const PICTURE = { width: 400, height: 400, pixels: new Uint8Array(3 * 400 * 400) };
/** Two picture pixels for each patch pixel. */
const REGION: Region = { centre: { x: 200, y: 200 }, side: 2 * MESH_SIZE, angle: 0 };

const LEFT_CHEEK = 234;
const RIGHT_CHEEK = 454;
const LEFT_EYE = [33, 133, 159, 145, 158, 153, 160, 144, 157, 154, 161, 163, 173, 155, 246, 7];
const RIGHT_EYE = [362, 263, 386, 374, 385, 380, 387, 373, 384, 381, 388, 390, 398, 382, 466, 249];

describe('FaceMesh', () => {
  it('gives points, box and pose in picture coordinates', async () => {
    const face = await meshAnswering(levelFace()).locate(PICTURE, REGION);
    expect(face?.points.leftEye).toEqual({ x: 200 - 40, y: 200 - 40 });
    expect(face?.points.rightMouth).toEqual({ x: 200 + 40, y: 200 + 60 });
    expect(face?.box).toEqual({ x: 100, y: 80, width: 200, height: 240 });
    expect(face?.region).toMatchObject({ centre: { x: 200, y: 200 }, side: 360 });
    expect(face?.pose).toMatchObject({ yaw: 0, pitch: 0, roll: 0 });
  });

  it('adds the turn of the region to that of the eyes', async () => {
    const face = await meshAnswering(levelFace()).locate(PICTURE, { ...REGION, angle: Math.PI / 2 });
    expect(face?.pose.roll).toBeCloseTo(90, 6);
    expect(face?.points.leftEye.x).toBeCloseTo(240, 6);
    expect(face?.points.leftEye.y).toBeCloseTo(160, 6);
  });

  it('sees a head turned aside by the depth of its cheeks', async () => {
    const points = levelFace();
    points[3 * LEFT_CHEEK + 2] = -50;
    points[3 * RIGHT_CHEEK + 2] = 50;
    expect((await meshAnswering(points).locate(PICTURE, REGION))?.pose.yaw).toBeCloseTo(45, 6);
  });

  it.each([
    ['NaN', levelFace().fill(NaN, 100, 101), 20],
    ['an infinity', levelFace().fill(Infinity, 100, 101), 20],
    ['all points in one place', new Float32Array(3 * 468).fill(7), 20],
    ['too few points', new Float32Array(30).fill(1), 20],
    ['a presence that is not a number', levelFace(), NaN],
  ])('has found no face when the answer is %s (T76)', async (_, points, presence) => {
    expect(await meshAnswering(points, presence).locate(PICTURE, REGION)).toBeUndefined();
  });
});

/** Around the middle of the patch, in patch pixels, without depth. */
function levelFace(): Float32Array {
  const points = new Float32Array(3 * 468).fill(0);
  const put = (index: number, x: number, y: number): void => void points.set([96 + x, 96 + y, 0], 3 * index);
  for (let index = 0; index < 468; index++) put(index, 0, 0);
  for (const index of LEFT_EYE) put(index, -20, -20);
  for (const index of RIGHT_EYE) put(index, 20, -20);
  put(61, -20, 30);
  put(291, 20, 30);
  put(LEFT_CHEEK, -50, 0);
  put(RIGHT_CHEEK, 50, 0);
  put(10, 0, -60);
  put(152, 0, 60);
  return points;
}

function meshAnswering(points: Float32Array, presence = 20): FaceMesh {
  return new FaceMesh(() => Promise.resolve({ points, presence }));
}
