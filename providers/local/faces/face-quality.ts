import type { CheckReason } from '../../kit/index.js';
import { alignFace, DLIB_TEMPLATE, scaleTemplate } from './alignment.js';
import type { FoundFace } from './face-finder.js';
import { luminanceOf } from './luminance.js';
import { cutPatch } from './patch.js';
import { MODELS } from '../model-manifest.js';

/**
 * Below this the points may lie anywhere, upside down even, and what is aligned by them is compared with another face.
 * The mesh is that unsure of faces in profile and of ones that look down with their eyes shut.
 */
export const SURE_PRESENCE = MODELS.landmarks.thresholds.sure.value;

/** What decides whether a face is good enough to compare. */
export interface FaceMeasures {
  /** How sure the mesh is of its points, as a logit. */
  presence: number;
  eyeDistancePixels: number;
  /** 0 is straight on; the sign is the side. */
  yawDegrees: number;
  /** About 10 when level; more is looking down. */
  pitchDegrees: number;
  /** Off the nearest quarter turn, because pictures are sent lying on their side. */
  rollDegrees: number;
  /** Mean luminance of the face, 0..255. */
  brightness: number;
  /** Variance of the Laplacian of the aligned face at 100 pixels. */
  sharpness: number;
}

export interface QualityLimits {
  minEyeDistancePixels: number;
  maxYawDegrees: number;
  pitchDegrees: readonly [number, number];
  maxRollDegrees: number;
  brightness: readonly [number, number];
  minSharpness: number;
}

/** As far apart as in the smaller network's own input; with less, pixels have to be made up. */
const MIN_EYE_DISTANCE_PIXELS = 36;

/** Somebody holds a camera on purpose: more can be asked. */
export const SELFIE_LIMITS: QualityLimits = {
  minEyeDistancePixels: MIN_EYE_DISTANCE_PIXELS,
  maxYawDegrees: 22,
  pitchDegrees: [-10, 22],
  maxRollDegrees: 25,
  brightness: [50, 215],
  minSharpness: 60,
};

/** Printed portraits are small and soft, nobody can take them again, and documents may lie at any angle. */
export const PORTRAIT_LIMITS: QualityLimits = {
  minEyeDistancePixels: MIN_EYE_DISTANCE_PIXELS,
  maxYawDegrees: 30,
  pitchDegrees: [-20, 35],
  maxRollDegrees: 45,
  brightness: [40, 225],
  minSharpness: 12,
};

/** A picture of which only is known that it shows a face: turned no further than a selfie, printed no better than a card. */
export const ANY_PICTURE_LIMITS: QualityLimits = {
  ...PORTRAIT_LIMITS,
  maxYawDegrees: SELFIE_LIMITS.maxYawDegrees,
  pitchDegrees: SELFIE_LIMITS.pitchDegrees,
};

const SHARPNESS_SIZE = 100;
const SHARPNESS_TEMPLATE = scaleTemplate(DLIB_TEMPLATE, SHARPNESS_SIZE);

export function measureFace({ face, picture }: FoundFace): FaceMeasures {
  const { leftEye, rightEye } = face.points;
  const luminance = luminanceOf(cutPatch(picture, alignFace(face.points, SHARPNESS_TEMPLATE), SHARPNESS_SIZE));
  return {
    presence: face.presence,
    eyeDistancePixels: Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y),
    yawDegrees: face.pose.yaw,
    pitchDegrees: face.pose.pitch,
    rollDegrees: face.pose.roll - 90 * Math.round(face.pose.roll / 90),
    brightness: luminance.reduce((sum, value) => sum + value, 0) / luminance.length,
    sharpness: laplacianVariance(luminance, SHARPNESS_SIZE),
  };
}

/** Reasons that stop a comparison; empty when the face is good enough. A measure that is not a number stops it too. */
export function qualityReasons(measures: FaceMeasures, limits: QualityLimits): CheckReason[] {
  const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;
  const turnedAway =
    !(measures.presence >= SURE_PRESENCE) ||
    !(Math.abs(measures.yawDegrees) <= limits.maxYawDegrees) ||
    !within(measures.pitchDegrees, limits.pitchDegrees) ||
    !(Math.abs(measures.rollDegrees) <= limits.maxRollDegrees);
  const reasons: CheckReason[] = [];
  if (!(measures.eyeDistancePixels >= limits.minEyeDistancePixels)) reasons.push('face_too_small');
  if (turnedAway) reasons.push('face_turned_away');
  if (!(measures.sharpness >= limits.minSharpness)) reasons.push('face_blurred');
  if (!within(measures.brightness, limits.brightness)) reasons.push('face_badly_lit');
  return reasons;
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
