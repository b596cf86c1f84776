import {
  ProviderError,
  reportsBesides,
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
import type { InferenceClient } from './client.js';
import { toComparedFields } from './compared-fields.js';
import { datesOnEarth } from './documents/calendar.js';
import { READING_PROCEDURE } from './documents/document-models.js';
import { evaluateDocument } from './documents/evaluation/evaluate-document.js';
import { FINGERPRINT_METHOD, isSamePicture } from './faces/picture-fingerprint.js';
import { firstLook } from './documents/evaluation/first-look.js';
import { toFaceChecks } from './mapping.js';
import { portraitPlaceReasons } from './portrait-place.js';

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
  leavesOpen: ['document_authenticity', 'presentation_attack'],
  expectedIdentityMatching: false,
  reports: reportsBesides({}),
  requiredEvidence: ['document_front', 'selfie'],
  // The zone of a card of credit-card size is on its back (ICAO Doc 9303-5), and so is the barcode of a licence (AAMVA).
  wantsBackOf: ['identity_card', 'driving_licence', 'residence_permit'],
  scores: true,
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
    private readonly client: InferenceClient,
    private readonly clock: ProviderPorts['clock'],
  ) {
    this.fingerprints = { method: FINGERPRINT_METHOD, of: (jpeg) => client.fingerprint(jpeg), same: isSamePicture };
  }

  async createSession({ reference }: CreateSessionContext): Promise<CreatedSession> {
    return { externalId: reference, handoff: { kind: 'capture' } };
  }

  /** Throws `rejected` when a picture is missing, and whatever {@link InferenceClient.check} throws. */
  async fetchResult({ externalId, nonce, evidence, chosenDocument }: SessionContext): Promise<ProviderReport> {
    if (!evidence) throw new ProviderError('rejected', 'The session has no evidence.');
    const now = this.clock.now();
    const front = await readRequired(evidence, 'document_front');
    const back = await evidence.read('document_back');
    const reference = await evidence.readReferencePortrait();
    const selfie = await readRequired(evidence, 'selfie');
    const { comparison, reading } = await this.client.check(
      { document: front, back: back?.reveal(), selfie, reference: reference?.reveal() },
      datesOnEarth(now).latest,
    );
    const { identity, document, checks, comparisons } = evaluateDocument({ reading, chosen: chosenDocument, now });
    return {
      status: 'completed',
      terminal: true,
      binding: { externalId, nonce },
      checks: [...checks, ...toFaceChecks(comparison, reading.front.place)],
      ...(comparisons.length > 0 && { compared: toComparedFields(comparisons) }),
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
    const { reasons, faces = [] } = await this.client.checkCapture(evidence, picture);
    if (evidence === 'selfie' || reasons.length > 0) return reasons;
    const now = this.clock.now();
    const side = await this.client.glance(picture, datesOnEarth(now).latest);
    const found = firstLook(side, now);
    return found.length > 0 ? found : portraitPlaceReasons(faces, side.place);
  }

  /** Whether a picture will do as the portrait that is kept of somebody; empty when it will. */
  async checkReferencePortrait(picture: Uint8Array): Promise<CheckReason[]> {
    return (await this.client.checkReference(picture)).reasons;
  }

  health(): Promise<ProviderHealth> {
    return this.client.health();
  }

  /** Also starts a process and has it look at something; takes as long as loading the models does. */
  tryOut(): Promise<ProviderHealth> {
    return this.client.tryOut();
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
