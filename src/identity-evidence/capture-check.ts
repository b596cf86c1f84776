import type { EvidenceKind } from '../../providers/kit/index.js';
import type { CaptureReason } from './capture-reasons.js';

/**
 * A quick check of one picture while the person still holds the camera: does it show exactly one face, a portrait? It
 * compares nothing. The module that opens the capture session provides it; without one only the picture's own measures
 * count.
 */
export interface CaptureCheck {
  /**
   * Faults about which the quick check may be wrong. The page names each once and accepts the next picture; the later
   * check decides, so that a person with a worn document can go on. A picture with any other fault is never accepted.
   */
  advises: ReadonlySet<CaptureReason>;
  check(kind: EvidenceKind, jpeg: Uint8Array): Promise<CaptureReason[]>;
}
