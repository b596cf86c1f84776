import type { EvidenceKind } from '../../providers/kit/index.js';
import type { CaptureReason } from './capture-reasons.js';

/**
 * A look at one picture while the person still holds the camera: is there one face, is there a portrait. It compares
 * nothing with anything. Whoever opens the capture session brings it; without one only the picture's own measures count.
 */
export interface CaptureCheck {
  check(kind: EvidenceKind, jpeg: Uint8Array): Promise<CaptureReason[]>;
}
