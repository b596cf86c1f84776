import type { CheckReason, ProviderAdapter } from '../../../providers/kit/index.js';
import type { CaptureCheck } from '../../identity-evidence/capture-check.js';
import type { CaptureReason } from '../../identity-evidence/capture-reasons.js';

const REASONS: Partial<Record<CheckReason, CaptureReason>> = {
  no_face_found: 'no_face',
  several_faces_found: 'several_faces',
  face_too_small: 'face_too_small',
  face_turned_away: 'face_unclear',
  face_blurred: 'face_unclear',
  face_badly_lit: 'face_unclear',
  no_portrait_on_document: 'no_portrait',
};

/**
 * The quick look a provider on this machine can give while the person still holds the camera. It may be skipped: a
 * provider too busy to look now looks again when it collects, so its failure here refuses nobody.
 */
export function captureCheckOf(adapter: ProviderAdapter): CaptureCheck | undefined {
  const look = adapter.checkCapture?.bind(adapter);
  if (!look) return undefined;
  return {
    async check(kind, jpeg) {
      const found = await look(kind, jpeg).catch((): CheckReason[] => []);
      return [...new Set(found.flatMap((reason) => REASONS[reason] ?? []))];
    },
  };
}
