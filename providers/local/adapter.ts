import {
  ProviderError,
  Sensitive,
  type CreatedSession,
  type CreateSessionContext,
  type EvidenceKind,
  type CheckReason,
  type EvidencePort,
  type PictureFingerprints,
  type ProviderAdapter,
  type ProviderCapabilities,
  type ProviderHealth,
  type ProviderPorts,
  type ProviderReport,
  type SessionContext,
} from '../kit/index.js';
import type { FaceInferenceClient } from './client.js';
import { datesOnEarth } from './documents/calendar.js';
import { READING_PROCEDURE } from './documents/document-models.js';
import { evaluateDocument } from './documents/evaluation/evaluate-document.js';
import { FINGERPRINT_METHOD, isSamePicture } from './faces/picture-fingerprint.js';
import { firstLook } from './documents/evaluation/first-look.js';
import { toFaceChecks } from './mapping.js';

export const LOCAL_PROVIDER_ID = 'local';
const ADAPTER_VERSION = '2';

const CAPABILITIES: ProviderCapabilities = {
  displayName: 'On this organisation’s own machine',
  handoff: 'capture',
  resultTransport: 'poll',
  pushAuth: 'none',
  sameDevice: 'capture',
  replayGuard: 'nonce',
  checks: ['document_expiry', 'document_data_consistency', 'face_match', 'reference_portrait_match'],
  expectedIdentityMatching: false,
  requiredEvidence: ['document_front', 'selfie'],
  // The zone of a card of credit-card size is on its back (ICAO Doc 9303-5), and so is the barcode of a licence (AAMVA).
  wantsBackOf: ['identity_card', 'driving_licence', 'residence_permit'],
  scores: true,
  images: false,
  deletion: 'automatic',
  cancel: false,
  idempotentCreate: true,
  findByReference: false,
  pollPolicy: { firstSeconds: 0, everySeconds: 2, giveUpSeconds: 120 },
  assuranceFrameworks: [],
  dataLeaves: 'organisation',
};

/**
 * Reads the document and compares faces on the organisation's own machine. It keeps nothing: each report is made anew
 * from the evidence.
 */
export class LocalAdapter implements ProviderAdapter {
  readonly id = LOCAL_PROVIDER_ID;
  readonly capabilities = CAPABILITIES;
  readonly fingerprints: PictureFingerprints;

  constructor(
    private readonly client: FaceInferenceClient,
    private readonly clock: ProviderPorts['clock'],
  ) {
    this.fingerprints = { method: FINGERPRINT_METHOD, of: (jpeg) => client.fingerprint(jpeg), same: isSamePicture };
  }

  async createSession({ reference }: CreateSessionContext): Promise<CreatedSession> {
    return { externalId: reference, handoff: { kind: 'capture' } };
  }

  /** Throws `rejected` when a picture is missing, and whatever {@link FaceInferenceClient.compare} throws. */
  async fetchResult({ externalId, nonce, evidence, chosenDocument }: SessionContext): Promise<ProviderReport> {
    if (!evidence) throw new ProviderError('rejected', 'The session has no evidence.');
    const now = this.clock.now();
    const front = await readRequired(evidence, 'document_front');
    const back = await evidence.read('document_back');
    const reference = await evidence.readReferencePortrait();
    const selfie = await readRequired(evidence, 'selfie');
    const [comparison, reading] = await Promise.all([
      this.client.compare({ document: front, selfie, reference: reference?.reveal() }),
      this.client.read({ front, back: back?.reveal() }, datesOnEarth(now).latest),
    ]);
    const { identity, document, checks } = evaluateDocument({ reading, chosen: chosenDocument, now });
    return {
      status: 'completed',
      terminal: true,
      binding: { externalId, nonce },
      checks: [...checks, ...toFaceChecks(comparison)],
      ...(identity && { identity: new Sensitive(identity) }),
      ...(document && { document: new Sensitive(document) }),
      provenance: {
        adapterVersion: ADAPTER_VERSION,
        procedure: `${comparison.procedure}; ${READING_PROCEDURE}`,
        live: true,
        checkedAt: now.toISOString(),
      },
    };
  }

  /**
   * A quick look at a picture right after upload: a selfie must show one usable face, a document's front a portrait, and
   * a document must be neither expired nor unreadable. Empty when it will do. It decides nothing; {@link fetchResult}
   * looks at the pictures again.
   */
  async checkCapture(evidence: EvidenceKind, picture: Uint8Array): Promise<CheckReason[]> {
    const found = await this.client.checkCapture(evidence, picture);
    if (evidence === 'selfie' || found.length > 0) return found;
    const now = this.clock.now();
    return firstLook(await this.client.glance(picture, datesOnEarth(now).latest), now);
  }

  health(): Promise<ProviderHealth> {
    return this.client.health();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

async function readRequired(evidence: EvidencePort, kind: EvidenceKind): Promise<Uint8Array> {
  const picture = await evidence.read(kind);
  if (!picture) throw new ProviderError('rejected', `The evidence ${kind} is missing.`);
  return picture.reveal();
}
