import { hasResult, type Decision, type SimulatedSession } from '../../kit/simulator/index.js';

/** What the customer asked for. */
export interface SessionRequest {
  project_id: string;
  redirect_url: string;
  locale?: string;
  custom_fields: Record<string, string>;
}

export type ClearSession = SimulatedSession & { token: string; createdAt: Date; request: SessionRequest };

export type Standing = 'waiting' | 'processing' | 'in_manual_review' | 'expired' | 'decided';

/** What this project checks: kind, as a scenario is given in → name in the project, and codes when clear or not. */
export const PROJECT_CHECKS: Readonly<Record<string, { name: string; clear: string[]; refused: string[] }>> = {
  document_authenticity: { name: 'document_is_authentic', clear: ['SV201'], refused: ['SV413'] },
  document_expiry: { name: 'document_is_current', clear: [], refused: [] },
  document_data_consistency: { name: 'document_agrees_with_itself', clear: ['SV204'], refused: ['SV418'] },
  face_match: { name: 'selfie_matches_document', clear: [], refused: [] },
  presentation_attack: { name: 'selfie_is_live', clear: [], refused: [] },
  injection_attack: { name: 'selfie_is_from_camera', clear: [], refused: [] },
};

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

export function statusWord(standing: Standing, decision: Decision | undefined): string {
  switch (standing) {
    case 'waiting':
      return 'awaiting_user_input';
    case 'processing':
      return 'processing_data';
    case 'in_manual_review':
      return 'awaiting_manual_review';
    case 'expired':
      return 'expired';
    case 'decided':
      return decidedWord(decision);
  }
}

function decidedWord(decision: Decision | undefined): string {
  if (decision?.scenario === 'cancelled') return 'canceled';
  if (decision?.scenario === 'unknown_status') return 'success_with_notes';
  if (decision?.scenario === 'late') return 'manual_success';
  return decision?.scenario === 'failed' || refusesOne(decision) ? 'fail' : 'success';
}

/** Whether the project itself refuses: whose document it is, it cannot know. */
const refusesOne = (decision: Decision | undefined): boolean =>
  decision?.failing !== undefined && Object.hasOwn(PROJECT_CHECKS, decision.failing);

/** The session as create, read and search tell it. */
export function sessionDocument(session: ClearSession, standing: Standing): Record<string, unknown> {
  const { decision, request } = session;
  const decided = decision && hasResult(decision) ? decision : undefined;
  return {
    id: decision?.scenario === 'wrong_session' ? `verify_${[...session.id.slice(7)].reverse().join('')}` : session.id,
    object_name: 'verification_session',
    token: session.token,
    status: statusWord(standing, decision),
    project_id: request.project_id,
    custom_fields: customFields(session),
    redirect_url: request.redirect_url,
    created_at: seconds(session.createdAt),
    updated_at: seconds(decision?.decidedAt ?? session.createdAt),
    completed_at: decision ? seconds(decision.decidedAt) : null,
    expires_at: seconds(session.expiresAt),
    authenticated: decided !== undefined,
    authentication_methods: decided ? ['sms_otp'] : [],
    check_metadata: [],
    checks: decided ? checksOf(decided) : [],
    ...(decided && { traits: traitsOf(decided) }),
  };
}

function customFields({ decision, request, reference }: ClearSession): Record<string, string> {
  if (decision?.scenario !== 'wrong_nonce') return request.custom_fields;
  const others = Object.entries(request.custom_fields).map(([name, value]) => [
    name,
    value === reference ? value : [...value].reverse().join(''),
  ]);
  return Object.fromEntries(others) as Record<string, string>;
}

function checksOf({ scenario, failing }: Decision): Record<string, unknown>[] {
  return Object.entries(PROJECT_CHECKS).map(([kind, { name, clear, refused }]) => {
    const performed = { name, status: 'completed', params: {} };
    if (kind === failing) return { ...performed, value: false, check_result: 'failure', reason_codes: refused };
    if (scenario === 'review' && kind === 'face_match')
      return { ...performed, value: null, check_result: 'indeterminate', reason_codes: ['SV501'] };
    const word = scenario === 'unknown_result' ? 'mostly_success' : 'success';
    return { ...performed, value: true, check_result: word, reason_codes: clear };
  });
}

const DOCUMENT_TYPES: Readonly<Record<string, string>> = {
  passport: 'paper_passport',
  identity_card: 'id_card',
  driving_licence: 'drivers_license',
};

function traitsOf({ identity }: Decision): Record<string, unknown> {
  const { givenName, familyName, birthDate, nationality } = identity;
  return {
    first_name: givenName,
    last_name: familyName,
    full_last_name: familyName,
    dob: dateOf(birthDate),
    document_front: 'REDACTED',
    face_scan_preview: 'REDACTED',
    document: {
      document_type: DOCUMENT_TYPES[identity.documentType] ?? 'other',
      document_subtypes: [],
      document_number: identity.documentNumber,
      issuing_country: identity.issuingCountry,
      nationality,
      date_of_expiry: dateOf(identity.expiryDate),
      date_of_birth: dateOf(birthDate),
      first_name: givenName,
      last_name: familyName,
      full_name: `${givenName} ${familyName}`,
    },
  };
}

function dateOf(iso: string): { day: number; month: number; year: number } {
  const [year = 0, month = 0, day = 0] = iso.split('-').map(Number);
  return { day, month, year };
}

/** What CLEAR keeps back from a customer who does not ask for it. */
export function withoutSensitiveData(document: Record<string, unknown>): Record<string, unknown> {
  const { traits, ...rest } = document as { traits?: { document: object } };
  if (!traits) return document;
  return { ...rest, traits: { ...traits, document: { ...traits.document, document_number: 'REDACTED' } } };
}
