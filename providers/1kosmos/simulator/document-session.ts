import { FAILABLE_KINDS, hasResult, type Decision, type FailableKind } from '../../kit/simulator/index.js';
import type { SimulatedSession } from '../../kit/simulator/index.js';

export const DOCUMENT_OBJECTS = ['dl_object', 'ppt_object', 'idcard_object'] as const;
export type DocumentObject = (typeof DOCUMENT_OBJECTS)[number];

export interface DocumentSession extends SimulatedSession {
  documentType: DocumentObject;
}

export type Standing = 'waiting' | 'processing' | 'expired' | 'decided';

/** This simulator's own names; the vendor's are not published. */
const VERIFICATIONS: Readonly<Partial<Record<FailableKind, string>>> = {
  document_authenticity: 'doc_authenticity',
  document_expiry: 'doc_expiry',
  document_data_consistency: 'doc_consistency',
  face_match: 'face_compare',
  presentation_attack: 'face_liveness',
  injection_attack: 'camera_integrity',
};

/** What one can let fail on its page. */
export const FAILURES: readonly FailableKind[] = FAILABLE_KINDS.filter(
  (kind) => kind in VERIFICATIONS || kind === 'data_match',
);

/** `kind=path` for each verification, as an operator would write it down after a look at an answer. */
export const CHECK_PATHS = Object.entries(VERIFICATIONS)
  .map(([kind, type]) => `${kind}=verifications[type=${type}].status`)
  .join(' ');

const DOCUMENT_WORDS: Readonly<Record<DocumentObject, string>> = {
  dl_object: 'dl',
  ppt_object: 'ppt',
  idcard_object: 'idcard',
};
const PICTURE = Buffer.from('not a picture').toString('base64');

const reversed = (text: string): string => [...text].reverse().join('');

/** `v3/document_share_session/result`: the published vocabulary in a body of this simulator's own making. */
export function currentResult(session: DocumentSession, standing: Standing): Record<string, unknown> {
  const { decision } = session;
  const scenario = decision?.scenario;
  const settled = decision && hasResult(decision) ? decision : undefined;
  return {
    sessionId: scenario === 'wrong_session' ? reversed(session.id) : session.id,
    userUID: scenario === 'wrong_nonce' ? reversed(session.reference) : session.reference,
    status: currentStatus(standing, decision),
    ...(settled && { verifications: verificationsOf(settled), ...documentOf(session, settled) }),
  };
}

function currentStatus(standing: Standing, decision: Decision | undefined): string {
  if (standing === 'waiting') return 'Pending';
  if (standing === 'processing') return 'In Progress';
  switch (decision?.scenario) {
    case undefined:
    case 'expired':
      return 'Expired';
    case 'cancelled':
      return 'Abandoned';
    case 'review':
    case 'failed':
      return 'Declined';
    case 'unknown_status':
      return 'Completed with notes';
    default:
      return 'Completed';
  }
}

function verificationsOf({ scenario, failing }: Decision): { type: string; status: string; reasonCode?: string }[] {
  return Object.entries(VERIFICATIONS).map(([kind, type]) => {
    if (kind === failing) return { type, status: 'Failed', reasonCode: `${type}_failed` };
    if (scenario === 'review' && kind === 'face_match') return { type, status: 'Not performed' };
    return { type, status: scenario === 'unknown_result' ? 'Mostly passed' : 'Passed' };
  });
}

/** `document_share_session/result`, as the Java helper declares it: it says nothing about single verifications. */
export function unversionedResult(session: DocumentSession, standing: Standing): Record<string, unknown> {
  const { decision } = session;
  if (standing === 'waiting' || standing === 'processing')
    return { responseStatus: 'INPROGRESS', sessionId: session.id };
  if (!decision || !hasResult(decision)) {
    const sessionResult = decision?.scenario === 'cancelled' ? 'abandoned' : 'expired';
    return { sessionId: session.id, sessionResult };
  }
  return {
    responseStatus: 'SUCCESS',
    sessionId: session.id,
    metadata: {},
    ...documentOf(session, decision),
    liveid_object: {
      id: session.id,
      type: 'liveid',
      category: 'identity_document',
      proofedBy: 'blockid',
      face: PICTURE,
    },
    token: 'simulated',
  };
}

/** The object the session was created for, with the members and the dates of the official helpers. */
function documentOf({ documentType }: DocumentSession, { identity }: Decision): Record<string, unknown> {
  const compact = (date: string) => date.replaceAll('-', '');
  const type = DOCUMENT_WORDS[documentType];
  return {
    [documentType]: {
      type,
      documentType: type.toUpperCase(),
      category: 'identity_document',
      proofedBy: 'blockid',
      documentId: identity.documentNumber,
      firstName: identity.givenName,
      lastName: identity.familyName,
      dob: compact(identity.birthDate),
      doe: compact(identity.expiryDate),
      country: identity.issuingCountry,
      face: PICTURE,
      image: PICTURE,
    },
  };
}
