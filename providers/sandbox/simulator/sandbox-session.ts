import { hasResult, type Decision, type SimulatedSession } from '../../kit/simulator/index.js';

/** What the customer asked for. */
export interface SessionRequest {
  reference: string;
  nonce: string;
  returnUrl: string;
  webhookUrl: string;
  language: string;
}

export type SandboxSession = SessionRequest & SimulatedSession;

export type Standing = 'waiting' | 'processing' | 'expired' | 'decided';

/** Check kind, as a scenario is given in → this partner's name, and what it says when that check fails. */
const CHECKS: Readonly<Record<string, { name: string; reason: string }>> = {
  document_authenticity: { name: 'document.genuine', reason: 'not_genuine' },
  document_expiry: { name: 'document.in_date', reason: 'out_of_date' },
  document_data_consistency: { name: 'document.consistent', reason: 'contradicts_itself' },
  face_match: { name: 'face.document', reason: 'other_person' },
  reference_portrait_match: { name: 'face.enrolment', reason: 'other_person' },
  presentation_attack: { name: 'face.present', reason: 'not_a_live_person' },
  injection_attack: { name: 'face.camera', reason: 'not_a_real_camera' },
};

/** The status in the partner's own words. */
export function statusWord(standing: Standing, decision: Decision | undefined): string {
  if (!decision) return standing;
  if (!hasResult(decision)) return decision.scenario;
  if (decision.scenario === 'review') return 'undecided';
  return decision.scenario === 'unknown_status' ? 'completed_with_notes' : 'completed';
}

/** The session as `GET /v1/sessions/{id}` tells it. */
export function sessionDocument(
  session: SandboxSession,
  state: { standing: Standing; environment: 'live' | 'test' },
): Record<string, unknown> {
  const { decision } = session;
  const scenario = decision?.scenario;
  const read = decision && hasResult(decision) ? decision.identity : undefined;
  return {
    sessionId: scenario === 'wrong_session' ? [...session.id].reverse().join('') : session.id,
    reference: session.reference,
    nonce: scenario === 'wrong_nonce' ? [...session.nonce].reverse().join('') : session.nonce,
    environment: scenario === 'test_mode' ? 'test' : state.environment,
    status: statusWord(state.standing, decision),
    procedure: 'sandbox-procedure-1',
    decidedAt: decision?.decidedAt.toISOString(),
    checks: decision && hasResult(decision) ? checksOf(decision) : [],
    identity: read && {
      givenName: read.givenName,
      familyName: read.familyName,
      birthDate: read.birthDate,
      nationality: read.nationality,
    },
    document: read && {
      issuingCountry: read.issuingCountry,
      documentType: read.documentType,
      number: read.documentNumber,
      expiryDate: read.expiryDate,
    },
  };
}

function checksOf({ scenario, failing }: Decision): { name: string; outcome: string; reason?: string }[] {
  return Object.entries(CHECKS).map(([kind, { name, reason }]) => {
    if (kind === failing) return { name, outcome: 'refused', reason };
    if (scenario === 'review' && kind === 'face_match') return { name, outcome: 'unsure', reason: 'similar_person' };
    return { name, outcome: scenario === 'unknown_result' ? 'mostly_clear' : 'clear' };
  });
}
