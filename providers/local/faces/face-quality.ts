import type { CheckReason } from '../../kit/index.js';
import { alignFace, ALIGNED_SIZE } from './alignment.js';
import type { FoundFace } from './face-finder.js';
import { rollOf } from './face-finder.js';
import type { Point } from './geometry.js';
import { luminanceOf } from './luminance.js';

/** What decides whether a face is good enough to compare. */
export interface FaceMeasures {
  eyeDistancePixels: number;
  /** Nose tip off the middle of the eyes, in eye distances; 0 is straight on, the sign is the side. */
  yaw: number;
  /** How far down from eyes to mouth the nose tip is, 0..1; about 0.5 when level. */
  pitch: number;
  rollDegrees: number;
  /** Mean luminance of the face, 0..255. */
  brightness: number;
  /** Variance of the Laplacian of the aligned face at 100 pixels. */
  sharpness: number;
}

export interface QualityLimits {
  minEyeDistancePixels: number;
  maxYaw: number;
  pitch: readonly [number, number];
  maxRollDegrees: number;
  brightness: readonly [number, number];
  minSharpness: number;
}

/** Somebody holds a camera on purpose: more can be asked. */
export const SELFIE_LIMITS: QualityLimits = {
  minEyeDistancePixels: 60,
  maxYaw: 0.33,
  pitch: [0.25, 0.75],
  maxRollDegrees: 25,
  brightness: [50, 215],
  minSharpness: 40,
};

/** Printed portraits are small and soft; documents may lie at any angle. */
export const PORTRAIT_LIMITS: QualityLimits = {
  ...SELFIE_LIMITS,
  minEyeDistancePixels: 36,
  maxRollDegrees: 180,
  brightness: [40, 225],
  minSharpness: 12,
};

const SHARPNESS_SIZE = 100;

export function measureFace({ face, pyramid }: FoundFace): FaceMeasures {
  const { leftEye, rightEye, nose, mouth } = face.points;
  const eyes = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 };
  const eyeDistancePixels = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
  const roll = rollOf(face);
  const noseOffset = turnBack(nose, eyes, roll);
  const mouthOffset = turnBack(mouth, eyes, roll);
  const toPicture = alignFace(face.points);
  const scale = ALIGNED_SIZE / SHARPNESS_SIZE;
  const toSmaller = { ...toPicture, a: toPicture.a * scale, b: toPicture.b * scale };
  const luminance = luminanceOf(pyramid.cut(toSmaller, SHARPNESS_SIZE));
  return {
    eyeDistancePixels,
    yaw: noseOffset.x / eyeDistancePixels,
    pitch: noseOffset.y / mouthOffset.y,
    rollDegrees: (roll * 180) / Math.PI,
    brightness: luminance.reduce((sum, value) => sum + value, 0) / luminance.length,
    sharpness: laplacianVariance(luminance, SHARPNESS_SIZE),
  };
}

/** Reasons that stop a comparison; empty when the face is good enough. A measure that is not a number stops it too. */
export function qualityReasons(measures: FaceMeasures, limits: QualityLimits): CheckReason[] {
  const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;
  const turnedAway =
    !(Math.abs(measures.yaw) <= limits.maxYaw) ||
    !within(measures.pitch, limits.pitch) ||
    !(Math.abs(measures.rollDegrees) <= limits.maxRollDegrees);
  const reasons: CheckReason[] = [];
  if (!(measures.eyeDistancePixels >= limits.minEyeDistancePixels)) reasons.push('face_too_small');
  if (turnedAway) reasons.push('face_turned_away');
  if (!(measures.sharpness >= limits.minSharpness)) reasons.push('face_blurred');
  if (!within(measures.brightness, limits.brightness)) reasons.push('face_badly_lit');
  return reasons;
}

function turnBack(point: Point, origin: Point, roll: number): Point {
  const x = point.x - origin.x;
  const y = point.y - origin.y;
  return { x: x * Math.cos(roll) + y * Math.sin(roll), y: y * Math.cos(roll) - x * Math.sin(roll) };
}

function laplacianVariance(luminance: Float32Array, size: number): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < size - 1; y++)
    for (let x = 1; x < size - 1; x++) {
      const at = y * size + x;
      const around =
        (luminance[at - 1] ?? 0) + (luminance[at + 1] ?? 0) + (luminance[at - size] ?? 0) + (luminance[at + size] ?? 0);
      const value = around - 4 * (luminance[at] ?? 0);
      sum += value;
      squares += value * value;
      count++;
    }
  return squares / count - (sum / count) ** 2;
}
