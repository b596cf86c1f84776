import type { EvidenceKind } from '../../providers/kit/index.js';
import type { SanitisedImage } from '../platform/pictures/image-sanitiser.js';
import type { CaptureReason } from './capture-reasons.js';

export type PictureMeasures = Pick<SanitisedImage, 'width' | 'height' | 'sharpness' | 'meanLuminance'>;

interface QualityFloor {
  minShortEdgePx: number;
  minSharpness: number;
  minLuminance: number;
  maxLuminance: number;
}

/**
 * What no later step could work with. The floors are low on purpose: they send back the lens cap and the thumbnail, and
 * leave judgement to the checks. A document may be far brighter than a face, because most of it is white.
 */
const DOCUMENT: QualityFloor = { minShortEdgePx: 300, minSharpness: 12, minLuminance: 35, maxLuminance: 248 };
const SELFIE: QualityFloor = { minShortEdgePx: 200, minSharpness: 8, minLuminance: 35, maxLuminance: 232 };

/** The faults of one picture by its measures alone; empty means usable. */
export function pictureFaults(kind: EvidenceKind, picture: PictureMeasures): CaptureReason[] {
  const floor = kind === 'selfie' ? SELFIE : DOCUMENT;
  const faults: [boolean, CaptureReason][] = [
    [!(Math.min(picture.width, picture.height) >= floor.minShortEdgePx), 'low_resolution'],
    [!(picture.meanLuminance >= floor.minLuminance), 'too_dark'],
    [!(picture.meanLuminance <= floor.maxLuminance), 'too_bright'],
    [!(picture.sharpness >= floor.minSharpness), 'blur'],
  ];
  const found = faults.filter(([broken]) => broken).map(([, reason]) => reason);
  // Darkness and glare take the contrast with them; saying "blurred" too would send the person after the wrong thing.
  return found.some((reason) => reason === 'too_dark' || reason === 'too_bright')
    ? found.filter((reason) => reason !== 'blur')
    : found;
}
