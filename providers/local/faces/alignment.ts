import type { FacePoints } from './face-detector.js';
import { fitSimilarity, type Point, type Similarity } from './geometry.js';

export const ALIGNED_SIZE = 150;

/**
 * Where dlib's `get_face_chip_details(…, 150, 0.25)` puts eye centres, nose tip and mouth. BlazeFace gives the centre
 * of the mouth, so the template has the middle of the two mouth corners.
 */
const TEMPLATE: Readonly<Record<'leftEye' | 'rightEye' | 'nose' | 'mouth', Point>> = {
  leftEye: { x: 47.5492, y: 46.599 },
  rightEye: { x: 100.4761, y: 46.599 },
  nose: { x: 74.0127, y: 76.5625 },
  mouth: { x: 74.0127, y: 103.0233 },
};
const ORDER = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;

/** Maps the aligned 150 x 150 patch onto the face. Throws RangeError when the points coincide. */
export function alignFace(points: FacePoints): Similarity {
  return fitSimilarity(
    ORDER.map((name) => TEMPLATE[name]),
    ORDER.map((name) => points[name]),
  );
}
