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
 * What a check for a partner may be wrong about: everything but the date. It is read from a zone or barcode with right
 * check digits, and no decision accepts a document whose last day has ended everywhere, whoever checked it: the
 * organisation would pay the partner for nothing.
 */
const FOR_A_PARTNER: readonly PictureFault[] = PICTURE_FAULTS.filter((fault) => fault !== 'expired_document');

/**
 * The quick check by a provider on this machine, while the person still holds the camera: for its own sessions, and
 * before a partner is paid for a check. A busy machine skips it and checks again when the result is collected, so its
 * failure refuses nobody. For a partner's session it only advises on pictures: the partner decides what it can do with
 * one, and our check alone must not stop the person.
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
