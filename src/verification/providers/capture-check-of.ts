import type { CheckReason, ProviderAdapter } from '../../../providers/kit/index.js';
import type { CaptureCheck } from '../../identity-evidence/capture-check.js';
import { FAULT_OF, PICTURE_FAULTS, type PictureFault } from '../../identity-evidence/capture-reasons.js';
import type { ProviderCalls } from './provider-calls.js';
import type { ProviderRegistry } from './provider-registry.js';

/** As wide as what a look may answer. */
const faults: Partial<Record<CheckReason, PictureFault>> = FAULT_OF;

/** Left to be wrong about: how well a document can be read, its portrait included. */
const OF_A_READING: readonly PictureFault[] = [
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
 * What a look for a partner may be wrong about: everything but the date. It is read of a zone or a barcode whose digits hold, and a
 * document whose last day has ended everywhere is accepted by no decision, whoever checked it: the partner would be paid for nothing.
 */
const FOR_A_PARTNER: readonly PictureFault[] = PICTURE_FAULTS.filter((fault) => fault !== 'expired_document');

/**
 * The quick look that a provider on this machine can give while the person still holds the camera: its own for its own
 * sessions, and before a partner is paid for a look. It may be skipped: who is too busy to look now looks again when it
 * collects, so its failure here refuses nobody. Whoever looks for a partner only advises on pictures: what the partner can do
 * with one is the partner's to say, and our look alone must not keep somebody from it.
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
    advises: new Set(looker === adapter ? OF_A_READING : FOR_A_PARTNER),
    async check(kind, jpeg) {
      const found = await calls
        .run(looker, 'check_capture', () => look(kind, jpeg))
        .catch((): readonly CheckReason[] => []);
      return [...new Set(found.flatMap((reason) => faults[reason] ?? []))];
    },
  };
}

const staysHere = (adapter: ProviderAdapter): boolean =>
  adapter.checkCapture !== undefined && adapter.capabilities.dataLeaves === 'organisation';
