import type { FacePoints } from './face-mesh.js';
import { fitSimilarity, type Point, type Similarity } from './geometry.js';

/** Where a network expects the five points in its square input. */
export interface AlignmentTemplate {
  size: number;
  points: Readonly<Record<keyof FacePoints, Point>>;
}

/** dlib's `get_face_chip_details(…, 150, 0.25)`, for eye centres instead of eye corners. */
export const DLIB_TEMPLATE: AlignmentTemplate = {
  size: 150,
  points: {
    leftEye: { x: 47.5492, y: 46.599 },
    rightEye: { x: 100.4761, y: 46.599 },
    nose: { x: 74.0127, y: 76.5625 },
    leftMouth: { x: 50.4149, y: 103.0233 },
    rightMouth: { x: 97.6104, y: 103.0233 },
  },
};

/** The template of ArcFace (Deng et al. 2019) that most networks with 112 x 112 inputs are trained with. */
export const ARCFACE_TEMPLATE: AlignmentTemplate = {
  size: 112,
  points: {
    leftEye: { x: 38.2946, y: 51.6963 },
    rightEye: { x: 73.5318, y: 51.5014 },
    nose: { x: 56.0252, y: 71.7366 },
    leftMouth: { x: 41.5493, y: 92.3655 },
    rightMouth: { x: 70.7299, y: 92.2041 },
  },
};

const ORDER = ['leftEye', 'rightEye', 'nose', 'leftMouth', 'rightMouth'] as const;

/** Maps the aligned patch onto the face: turn, scale and shift only. Throws RangeError when the points coincide. */
export function alignFace(points: FacePoints, template: AlignmentTemplate): Similarity {
  return fitSimilarity(
    ORDER.map((name) => template.points[name]),
    ORDER.map((name) => points[name]),
  );
}

/** The same template for an input of another size. */
export function scaleTemplate({ size, points }: AlignmentTemplate, newSize: number): AlignmentTemplate {
  const factor = newSize / size;
  return { size: newSize, points: eachPoint(points, ({ x, y }) => ({ x: x * factor, y: y * factor })) };
}

/** The same template with so many pixels more on every side. */
export function padTemplate({ size, points }: AlignmentTemplate, margin: number): AlignmentTemplate {
  return { size: size + 2 * margin, points: eachPoint(points, ({ x, y }) => ({ x: x + margin, y: y + margin })) };
}

function eachPoint(points: AlignmentTemplate['points'], change: (point: Point) => Point): AlignmentTemplate['points'] {
  return {
    leftEye: change(points.leftEye),
    rightEye: change(points.rightEye),
    nose: change(points.nose),
    leftMouth: change(points.leftMouth),
    rightMouth: change(points.rightMouth),
  };
}
