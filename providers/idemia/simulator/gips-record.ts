import type { Decision, FailableKind } from '../../kit/simulator/index.js';
import { isInAdjudication, verdictOf, type Evidence, type GipsIdentity } from './gips-identity.js';

const DOCUMENT_CONTROLS = [
  'MODEL_RECOGNIZED',
  'VISUAL_SECURITY',
  'DOC_EXPIRATION_DATE',
  'MODEL_CONSISTENCY_CHECK',
  'MRZ_CHECKSUMS',
];
const PORTRAIT_CONTROLS = ['BIOMETRIC_LIVENESS_CHALLENGE', 'BIOMETRIC_MATCHING_CHECK'];
const FAILED_CONTROL: Partial<Record<FailableKind, string>> = {
  document_authenticity: 'VISUAL_SECURITY',
  document_expiry: 'DOC_EXPIRATION_DATE',
  document_data_consistency: 'MODEL_CONSISTENCY_CHECK',
  face_match: 'BIOMETRIC_MATCHING_CHECK',
  presentation_attack: 'BIOMETRIC_LIVENESS_CHALLENGE',
};

type EvidenceType = 'ID_DOCUMENT' | 'PORTRAIT';

interface Standing {
  /** Its lifetime is over. */
  paused: boolean;
}

/** An instant as GIPS writes it: without a zone. */
const written = (at: Date): string => at.toISOString().slice(0, -1);

/** `globalStatus`, which is also the answer to the create call. */
export function globalStatus(identity: GipsIdentity, { paused }: Standing): Record<string, unknown> {
  const verdict = verdictOf(identity);
  const working = identity.documents.length + identity.portraits.length > 0 && !identity.decision;
  return {
    id: verdict?.scenario === 'wrong_session' ? [...identity.id].reverse().join('') : identity.id,
    status: paused
      ? 'PAUSED'
      : working
        ? 'PROCESSING'
        : verdict?.scenario === 'unknown_status'
          ? 'RECONCILED'
          : 'EXPECTING_INPUT',
    levelOfAssurance: verdict && isGood(verdict) && identity.portraits.length > 0 ? 'LOA2' : 'LOA0',
    creationDateTime: written(identity.createdAt),
    evaluationDateTime: written(verdict?.decidedAt ?? identity.createdAt),
    upgradePaths: { LOA3: [], LOA4: [] },
  };
}

/** `GET …/status`. */
export function statusRecord(identity: GipsIdentity, standing: Standing): Record<string, unknown> {
  return { globalStatus: globalStatus(identity, standing), singleStatuses: allStates(identity) };
}

export function allStates(identity: GipsIdentity): ReturnType<typeof evidenceState>[] {
  return [
    ...identity.documents.map((evidence) => evidenceState(identity, 'ID_DOCUMENT', evidence)),
    ...identity.portraits.map((evidence) => evidenceState(identity, 'PORTRAIT', evidence)),
  ];
}

/** An upload's answer, and `GET …/status/{evidenceId}`. */
export function evidenceState(identity: GipsIdentity, type: EvidenceType, { id }: Evidence) {
  const spoof = type === 'PORTRAIT' && verdictOf(identity)?.failing === 'presentation_attack';
  return {
    status: evidenceWord(identity, type),
    type,
    id,
    ...(spoof && { errors: [{ field: 'portrait', code: '1006', message: 'No face detected' }] }),
  };
}

/** `GET …?detailed=true`. What a document says is there once it was read. */
export function detailedRecord(identity: GipsIdentity, standing: Standing): Record<string, unknown> {
  const verdict = verdictOf(identity);
  const portrait = identity.portraits.at(-1);
  return {
    globalStatus: globalStatus(identity, standing),
    consents: identity.consents,
    idDocuments: identity.documents.map((evidence) => ({
      evidenceId: evidence.id,
      submitDateTime: written(evidence.submittedAt),
      type: 'ID_DOCUMENT',
      evidenceStatus: evidenceStatus(identity, 'ID_DOCUMENT'),
      ...(verdict && { idDocumentData: idDocumentData(verdict) }),
    })),
    ...(portrait && {
      portrait: {
        evidenceId: portrait.id,
        submitDateTime: written(portrait.submittedAt),
        type: 'PORTRAIT',
        evidenceStatus: evidenceStatus(identity, 'PORTRAIT'),
        portraitQuality: true,
        portraitData: { source: 'LIVE_CAPTURE_IMAGE', channel: 'api' },
      },
    }),
    ...(verdict?.scenario === 'wrong_nonce' && {
      context: [{ key: 'CORRELATION_ID', value: [...(identity.correlationId ?? '')].reverse().join('') }],
    }),
  };
}

function idDocumentData({ identity: said }: Decision): Record<string, unknown> {
  return {
    idDocumentNumber: said.documentNumber,
    issuingCountry: said.issuingCountry,
    personalAttributes: {
      surname: { value: said.familyName },
      givenNames: said.givenName.split(' ').map((value) => ({ value })),
      dateOfBirth: { value: said.birthDate },
    },
  };
}

function evidenceStatus(identity: GipsIdentity, type: EvidenceType): Record<string, unknown> {
  const verdict = verdictOf(identity);
  const status = evidenceWord(identity, type);
  const rest = { status, strength: 'LEVEL4', isAdjudicable: true };
  if (!verdict) return { ...rest, score: 'LEVEL0' };
  const controls = type === 'PORTRAIT' ? PORTRAIT_CONTROLS : DOCUMENT_CONTROLS;
  const failed = failedControl(verdict);
  // Where there was no face, nothing was compared.
  const untested = failed === 'BIOMETRIC_LIVENESS_CHALLENGE' ? ['BIOMETRIC_MATCHING_CHECK'] : [];
  const ending = verdict.scenario === 'unknown_result' ? '_PLAUSIBLE' : '_OK';
  return {
    ...rest,
    score: status === 'VERIFIED' ? 'LEVEL3' : 'LEVEL0',
    evaluationDateTime: written(verdict.decidedAt),
    positiveIndicators: controls
      .filter((name) => name !== failed && !untested.includes(name))
      .map((name) => `${name}${ending}`),
    unverifiedIndicators: (type === 'PORTRAIT' ? untested : ['PHOTOCOPY_DETECTION']).map(
      (name) => `${name}_UNVERIFIED`,
    ),
    warningIndicators: controls.filter((name) => name === failed).map((name) => `${name}_FAILED`),
  };
}

function evidenceWord(identity: GipsIdentity, type: EvidenceType): string {
  if (isInAdjudication(identity)) return type === 'ID_DOCUMENT' ? 'ADJUDICATION' : 'NOT_VERIFIED';
  const verdict = verdictOf(identity);
  if (!verdict) return 'PROCESSING';
  if (verdict.scenario === 'unknown_result') return 'MOSTLY_VERIFIED';
  const failed = failedControl(verdict);
  const own = type === 'PORTRAIT' ? PORTRAIT_CONTROLS : DOCUMENT_CONTROLS;
  return failed && own.includes(failed) ? 'INVALID' : 'VERIFIED';
}

const failedControl = ({ failing }: Decision): string | undefined => failing && FAILED_CONTROL[failing];

const isGood = (verdict: Decision): boolean => failedControl(verdict) === undefined;
