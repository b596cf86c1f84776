import { DLIB_TEMPLATE } from '../../providers/local/faces/alignment.js';
import type { FoundFace } from '../../providers/local/faces/face-finder.js';
import type { FacePose, LocatedFace } from '../../providers/local/faces/face-mesh.js';
import { applySimilarity, type Box, type Point, type Similarity } from '../../providers/local/faces/geometry.js';
import type { Picture } from '../../providers/local/faces/picture.js';

const FRONTAL: FacePose = { yaw: 0, pitch: 10, roll: 0 };

export interface MadeFace {
  /** Puts dlib's template into the picture. */
  place: Similarity;
  pose?: Partial<FacePose>;
  presence?: number;
  box?: Box;
}

/** A face as the mesh would have found it: its points are the template's, moved. */
export function locatedFace({ place, pose, presence = 20, box }: MadeFace): LocatedFace {
  const put = (point: Point): Point => applySimilarity(place, point);
  const { leftEye, rightEye, nose, leftMouth, rightMouth } = DLIB_TEMPLATE.points;
  const corner = put({ x: 0, y: 0 });
  const side = DLIB_TEMPLATE.size * Math.hypot(place.a, place.b);
  const around = box ?? { ...corner, width: side, height: side };
  const centre = { x: around.x + around.width / 2, y: around.y + around.height / 2 };
  return {
    presence,
    points: {
      leftEye: put(leftEye),
      rightEye: put(rightEye),
      nose: put(nose),
      leftMouth: put(leftMouth),
      rightMouth: put(rightMouth),
    },
    box: around,
    region: { centre, side: 1.5 * around.width, angle: 0 },
    pose: { ...FRONTAL, ...pose },
  };
}

export function foundFace(picture: Picture, face: MadeFace): FoundFace {
  return { picture, face: locatedFace(face) };
}

/** A grey picture from a formula, 0..255. */
export function paintPicture(size: number, value: (x: number, y: number) => number): Picture {
  const pixels = new Uint8Array(3 * size * size);
  for (let at = 0; at < size * size; at++) {
    pixels.fill(Math.max(0, Math.min(255, value(at % size, Math.floor(at / size)))), 3 * at, 3 * at + 3);
  }
  return { width: size, height: size, pixels };
}
