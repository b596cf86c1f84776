import { stretchPatch } from './contrast.js';
import { applySimilarity, squareAround, type Box, type Point, type Region } from './geometry.js';
import { cutPatch, scaledValues } from './patch.js';
import type { Picture } from './picture.js';

/** Runs FaceMesh on a patch in value/255 and gives back its two raw outputs. */
export type MeshRun = (input: Float32Array) => Promise<{ points: Float32Array; presence: number }>;

/** The five points that both recognition networks are aligned by. Left and right are as seen in the picture. */
export interface FacePoints {
  leftEye: Point;
  rightEye: Point;
  nose: Point;
  leftMouth: Point;
  rightMouth: Point;
}

export interface LocatedFace {
  /** Logit that this is an upright face: about 20 for a good one, below 0 for none. */
  presence: number;
  points: FacePoints;
  /** Upright box around all 468 points: forehead to chin, ear to ear. */
  box: Box;
  /** Where to look again, closer. */
  region: Region;
  pose: FacePose;
}

/** Degrees, as the mesh has them: it is fitted to a mean head, so they are good to some five degrees. */
export interface FacePose {
  /** 0 is straight on; the sign is the side. */
  yaw: number;
  /** About 10 when level; more is looking down. */
  pitch: number;
  /** Turn of the line through the eyes. */
  roll: number;
}

export type SeenLight = 'as_is' | 'even';

export const MESH_SIZE = 192;
const POINTS = 468;

/** As in MediaPipe's face landmark graph: the square is half as large again as the face. */
const MARGIN = 1.5;

/** Outlines of the two eyes, from corner to corner and back (MediaPipe's canonical face model). */
const LEFT_EYE = [33, 133, 159, 145, 158, 153, 160, 144, 157, 154, 161, 163, 173, 155, 246, 7];
const RIGHT_EYE = [362, 263, 386, 374, 385, 380, 387, 373, 384, 381, 388, 390, 398, 382, 466, 249];
const NOSE_TIP = 1;
const LEFT_MOUTH = 61;
const RIGHT_MOUTH = 291;
/** Ear to ear and forehead to chin. */
const LEFT_CHEEK = 234;
const RIGHT_CHEEK = 454;
const FOREHEAD = 10;
const CHIN = 152;

/** A face's surroundings as the mesh wants to see them. */
export function meshRegion({ x, y, width, height }: Box, roll: number): Region {
  return {
    centre: { x: x + width / 2, y: y + height / 2 },
    side: MARGIN * Math.max(width, height),
    angle: roll,
  };
}

/** Finds the landmarks of one face whose place is roughly known. */
export class FaceMesh {
  constructor(private readonly run: MeshRun) {}

  /**
   * Undefined when the answer holds anything that is not a number, or points that coincide.
   *
   * @param light `even` restores the contrast of what is seen, for pale print
   */
  async locate(picture: Picture, region: Region, light: SeenLight = 'as_is'): Promise<LocatedFace | undefined> {
    const toPicture = squareAround(region, MESH_SIZE);
    const seen = cutPatch(picture, toPicture, MESH_SIZE);
    const patch = light === 'even' ? stretchPatch(seen) : seen;
    const { points, presence } = await this.run(scaledValues(patch, 0, 255));
    if (points.length !== 3 * POINTS || !points.every(Number.isFinite) || !Number.isFinite(presence)) return undefined;
    const mesh = new Mesh(points);
    const inPicture = (point: Point): Point => applySimilarity(toPicture, point);
    const eyes = mesh.eyes();
    if (eyes.left.x === eyes.right.x && eyes.left.y === eyes.right.y) return undefined;
    const turn = Math.atan2(eyes.right.y - eyes.left.y, eyes.right.x - eyes.left.x);
    const box = mesh.box();
    const centre = inPicture({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    const scale = region.side / MESH_SIZE;
    const roll = region.angle + turn;
    return {
      presence,
      points: {
        leftEye: inPicture(eyes.left),
        rightEye: inPicture(eyes.right),
        nose: inPicture(mesh.point(NOSE_TIP)),
        leftMouth: inPicture(mesh.point(LEFT_MOUTH)),
        rightMouth: inPicture(mesh.point(RIGHT_MOUTH)),
      },
      box: boxAround(centre, box.width * scale, box.height * scale),
      region: { centre, side: MARGIN * scale * Math.max(box.width, box.height), angle: roll },
      pose: { ...mesh.headTurn(), roll: degrees(normaliseAngle(roll)) },
    };
  }
}

/** The mesh's own numbers: x, y and depth of 468 points in patch pixels. */
class Mesh {
  constructor(private readonly values: Float32Array) {}

  point(index: number): Point & { depth: number } {
    const { values } = this;
    return { x: values[3 * index] ?? 0, y: values[3 * index + 1] ?? 0, depth: values[3 * index + 2] ?? 0 };
  }

  eyes(): { left: Point; right: Point } {
    return { left: this.mean(LEFT_EYE), right: this.mean(RIGHT_EYE) };
  }

  box(): Box {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let index = 0; index < POINTS; index++) {
      const { x, y } = this.point(index);
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  headTurn(): { yaw: number; pitch: number } {
    const [left, right] = [this.point(LEFT_CHEEK), this.point(RIGHT_CHEEK)];
    const [top, bottom] = [this.point(FOREHEAD), this.point(CHIN)];
    return {
      yaw: degrees(Math.atan2(right.depth - left.depth, right.x - left.x)),
      pitch: degrees(Math.atan2(bottom.depth - top.depth, bottom.y - top.y)),
    };
  }

  private mean(indices: readonly number[]): Point {
    const sum = indices.reduce(
      (total, index) => ({ x: total.x + this.point(index).x, y: total.y + this.point(index).y }),
      { x: 0, y: 0 },
    );
    return { x: sum.x / indices.length, y: sum.y / indices.length };
  }
}

function boxAround({ x, y }: Point, width: number, height: number): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

/** -π..π. */
function normaliseAngle(radians: number): number {
  return Math.atan2(Math.sin(radians), Math.cos(radians));
}
