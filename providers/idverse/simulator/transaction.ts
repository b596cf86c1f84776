import { hasResult, type Decision, type SimulatedSession } from '../../kit/simulator/index.js';

/** What the customer asked for. */
export interface TransactionRequest {
  name: string;
  reference: string;
  flow_type: string;
  redirect_url_success: string;
  redirect_url_exit: string;
  notification: { url: string; auth_header_name: string; auth_header_value: string };
}

export type Transaction = SimulatedSession & { linkCode: string; createdAt: Date; request: TransactionRequest };

export type Standing = 'waiting' | 'processing' | 'expired' | 'decided';

/** Check kind, as a scenario is given in → the member of `results` that says so. */
export const CHECKS: Readonly<Record<string, string>> = {
  document_authenticity: 'documents',
  face_match: 'facematch',
  presentation_attack: 'liveness',
};

/** What is no status of the lifecycle page. */
export const ABANDONED = 'ABANDONED';

export function statusWord(standing: Standing, decision: Decision | undefined): string {
  if (standing === 'waiting') return 'PENDING';
  if (standing === 'processing') return 'SUBMITTED';
  if (standing === 'expired') return 'EXPIRED';
  switch (decision?.scenario) {
    case 'cancelled':
      return 'CANCELLED';
    case 'failed':
      return ABANDONED;
    case 'unknown_status':
      return 'COMPLETE_WITH_NOTES';
    default:
      return 'COMPLETE';
  }
}

/** The transaction as `GET /v1/transactions/{id}/json` tells it. */
export function transactionDocument(transaction: Transaction, standing: Standing): Record<string, unknown> {
  const { decision, request } = transaction;
  const decided = decision && hasResult(decision) ? decision : undefined;
  return {
    transaction_id: decision?.scenario === 'wrong_session' ? [...transaction.id].reverse().join('') : transaction.id,
    created_at: transaction.createdAt.toISOString(),
    created_by: 'api',
    ...(decision && { activated_at: transaction.createdAt.toISOString(), closed_at: decision.decidedAt.toISOString() }),
    flow_type: request.flow_type,
    name: request.name,
    reference: referenceOf(transaction),
    customer_identifier: null,
    status: statusWord(standing, decision),
    current_step: decision ? 'done' : 'start',
    ...(decided && { results: resultsOf(decided), user_details: detailsOf(decided), documents: [documentOf(decided)] }),
  };
}

/** The text behind the last full stop is what a customer would know a replay by. */
function referenceOf({ decision, request }: Transaction): string {
  if (decision?.scenario !== 'wrong_nonce') return request.reference;
  const at = request.reference.lastIndexOf('.') + 1;
  return request.reference.slice(0, at) + [...request.reference.slice(at)].reverse().join('');
}

/** A review is what registers flagged, while the document and the face passed. */
function resultsOf({ scenario, failing }: Decision): Record<string, string> {
  const passed = scenario === 'unknown_result' ? 'MOSTLY_PASSED' : 'PASSED';
  const flagged = CHECKS[failing ?? ''];
  const parts = Object.fromEntries(
    Object.values(CHECKS).map((member) => [member, member === flagged ? 'FLAGGED' : passed]),
  );
  const whole = flagged || scenario === 'review' ? 'FLAGGED' : passed;
  return { ...parts, data: scenario === 'review' ? 'FLAGGED' : passed, overall: whole };
}

const DOCUMENT_TYPES: Readonly<Record<string, string>> = {
  passport: 'Passport',
  identity_card: 'ID Card',
  driving_licence: 'Driver Licence',
};

function detailsOf({ identity }: Decision): Record<string, unknown> {
  return {
    document_type: DOCUMENT_TYPES[identity.documentType] ?? 'Other',
    geolocation: null,
    first_name: identity.givenName,
    middle_name: null,
    last_name: identity.familyName,
    date_of_birth: identity.birthDate,
    date_of_expiry: identity.expiryDate,
    id_number: identity.documentNumber,
    document_number: identity.documentNumber,
    country_code: identity.issuingCountry,
    edited_fields: [],
    documentIndex: 0,
  };
}

/** Links to pictures live for ten minutes; a customer that follows this one finds nothing. */
const documentOf = ({ identity }: Decision): Record<string, unknown> => ({
  document_type: DOCUMENT_TYPES[identity.documentType] ?? 'Other',
  front: { url: 'http://169.254.169.254/latest/meta-data' },
});
