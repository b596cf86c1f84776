import {
  ProviderError,
  reportsBesides,
  Sensitive,
  type EvidenceKind,
  type EvidencePort,
  type ProviderAdapter,
  type ProviderCapabilities,
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
export function createLocalAdapter(client: InferenceClient, clock: ProviderPorts['clock']) {
  return {
    id: LOCAL_PROVIDER_ID,
    capabilities: CAPABILITIES,
    fingerprints: { method: FINGERPRINT_METHOD, of: (jpeg) => client.fingerprint(jpeg), same: isSamePicture },

    async createSession({ reference }) {
      return { externalId: reference, handoff: { kind: 'capture' } };
    },

    /** Throws `rejected` when a picture is missing, and whatever {@link InferenceClient.check} throws. */
    fetchResult: (context) => checkedNow(client, context, clock.now()),

    /**
     * A quick look at a picture right after upload: a selfie must show one usable face, a document's front a portrait, and
     * a document must be neither expired nor unreadable. Empty when it will do. It decides nothing; `fetchResult` looks at
     * the pictures again.
     */
    async checkCapture(evidence, picture) {
      const { reasons, faces = [] } = await client.checkCapture(evidence, picture);
      if (evidence === 'selfie' || reasons.length > 0) return reasons;
      const now = clock.now();
      const side = await client.glance(picture, datesOnEarth(now).latest);
      const found = firstLook(side, now);
      return found.length > 0 ? found : portraitPlaceReasons(faces, side.place);
    },

    /** Whether a picture will do as the portrait that is kept of somebody; empty when it will. */
    async checkReferencePortrait(picture) {
      return (await client.checkReference(picture)).reasons;
    },

    health: () => client.health(),

    /** Also starts a process and has it look at something; takes as long as loading the models does. */
    tryOut: () => client.tryOut(),

    close: () => client.close(),
  } satisfies ProviderAdapter;
}
export type LocalAdapter = ReturnType<typeof createLocalAdapter>;

async function checkedNow(client: InferenceClient, context: SessionContext, now: Date): Promise<ProviderReport> {
  const { externalId, nonce, evidence, chosenDocument } = context;
  if (!evidence) throw new ProviderError('rejected', 'The session has no evidence.');
  const front = await readRequired(evidence, 'document_front');
  const back = await evidence.read('document_back');
  const reference = await evidence.readReferencePortrait();
  const selfie = await readRequired(evidence, 'selfie');
  const { comparison, reading } = await client.check(
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

async function readRequired(evidence: EvidencePort, kind: EvidenceKind): Promise<Uint8Array> {
  const picture = await evidence.read(kind);
  if (!picture) throw new ProviderError('rejected', `The evidence ${kind} is missing.`);
  return picture.reveal();
}
