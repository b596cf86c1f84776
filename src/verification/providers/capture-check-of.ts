import type { CheckReason, ProviderAdapter } from '../../../providers/kit/index.js';
import type { CaptureCheck } from '../../identity-evidence/capture-check.js';
import type { CaptureReason } from '../../identity-evidence/capture-reasons.js';
import type { ProviderCalls } from './provider-calls.js';
import type { ProviderRegistry } from './provider-registry.js';

const REASONS: Partial<Record<CheckReason, CaptureReason>> = {
  no_face_found: 'no_face',
  several_faces_found: 'several_faces',
  face_too_small: 'face_too_small',
  face_turned_away: 'face_unclear',
  face_blurred: 'face_unclear',
  face_badly_lit: 'face_unclear',
  no_portrait_on_document: 'no_portrait',
  portrait_unclear: 'portrait_unclear',
  portrait_not_on_document: 'face_beside_document',
  document_unreadable: 'unreadable_document',
  document_blurred: 'blur',
  document_cut_off: 'cut_off',
  document_glare: 'glare',
  document_too_bright: 'too_bright',
  document_too_dark: 'too_dark',
  document_too_small: 'low_resolution',
  document_expired: 'expired_document',
};

/** Left to be wrong about: how well a document can be read, its portrait included. */
const OF_A_READING: readonly CaptureReason[] = [
  'unreadable_document',
  'blur',
  'cut_off',
  'glare',
  'too_bright',
  'too_dark',
  'low_resolution',
  'portrait_unclear',
  'face_beside_document',
];

/**
 * The quick look that a provider on this machine can give while the person still holds the camera: its own for its own
 * sessions, and before a partner is paid for a look. It may be skipped: who is too busy to look now looks again when it
 * collects, so its failure here refuses nobody. Whoever looks for a partner only advises: what the partner can do with a
 * picture is the partner's to say, and our look alone must not keep somebody from it.
 */
export function captureCheckOf(
  adapter: ProviderAdapter,
  registry: ProviderRegistry,
  calls: ProviderCalls,
): CaptureCheck | undefined {
  const looker = adapter.checkCapture ? adapter : registry.all().find(staysHere);
  const look = looker?.checkCapture?.bind(looker);
  if (!looker || !look) return undefined;
  return {
    advises: new Set(looker === adapter ? OF_A_READING : Object.values(REASONS)),
    async check(kind, jpeg) {
      const found = await calls
        .run(looker, 'check_capture', () => look(kind, jpeg))
        .catch((): readonly CheckReason[] => []);
      return [...new Set(found.flatMap((reason) => REASONS[reason] ?? []))];
    },
  };
}

const staysHere = (adapter: ProviderAdapter): boolean =>
  adapter.checkCapture !== undefined && adapter.capabilities.dataLeaves === 'organisation';
