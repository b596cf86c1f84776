import type { EvidenceKind } from '../../providers/kit/index.js';
import type { CaptureReason } from './capture-reasons.js';

/**
 * A look at one picture while the person still holds the camera: is there one face, is there a portrait. It compares
 * nothing with anything. Whoever opens the capture session brings it; without one only the picture's own measures count.
 */
export interface CaptureCheck {
  /**
   * What the look may be wrong about. It is said once: the next picture is taken all the same, and whoever reads it
   * decides, so that nobody with a worn document is kept from trying. A picture with any other fault is never taken.
   */
  advises: ReadonlySet<CaptureReason>;
  check(kind: EvidenceKind, jpeg: Uint8Array): Promise<CaptureReason[]>;
}
