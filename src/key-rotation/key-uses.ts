import type { SigningPurpose } from '../platform/crypto/key-ring.js';

/** When data under a master key stops needing it. */
export type UseEnds =
  /** `regain keys reseal` re-encrypts it with the active key. */
  | 'resealed'
  /** By itself, with what it belongs to. */
  | 'expires'
  /** Only when somebody makes a new one: it cannot be computed from what is stored. */
  | 'replaced'
  /**
   * Never, but for this the public half is enough, which stays in the ring; of rows of the audit trail their checkpoints'
   * (docs/adr/0014).
   */
  | 'verified';

/** A column with values of a master key, and which of its rows still count. */
export interface KeyUse {
  /** As an operator reads it. */
  use: string;
  table: string;
  column: string;
  /** How the value names its key: sealed bytes, a keyed hash, a signature after the key's id, or a JWT by its header. */
  form: 'sealed' | 'digest' | 'signature' | 'jwt';
  ends: UseEnds;
  /** SQL about the row `t`. */
  counts: string;
}

const OF_OPEN_CASE = 'EXISTS (SELECT FROM regain.recovery_cases c WHERE c.id = t.case_id AND c.closed_at IS NULL)';
const NOT_OVER = 't.expires_at > clock_timestamp()';
const NOT_ENDED = 't.ended_at IS NULL';
const TOKEN_LIVES = `t.consumed_at IS NULL AND t.superseded_at IS NULL AND ${NOT_OVER}`;

const valueOf =
  (form: KeyUse['form'], ends: UseEnds) =>
  (use: string, place: string, counts = 'true'): KeyUse => {
    const [table = '', column = ''] = place.split('.');
    return { use, table, column, form, ends, counts };
  };
const sealed = valueOf('sealed', 'resealed');
const found = valueOf('digest', 'resealed');
const passing = valueOf('digest', 'expires');
const handedOut = valueOf('digest', 'replaced');

/** What is kept of each purpose that keys sign for. Receipts of recoveries are signed when they are asked for. */
const SIGNED: Readonly<Record<SigningPurpose, KeyUse>> = {
  'audit-signature': valueOf('signature', 'verified')('audit checkpoints', 'audit_checkpoints.signature'),
  'receipt-signature': valueOf('jwt', 'verified')('receipts of erasures', 'deletion_receipts.receipt'),
};

/**
 * Everything in the database that a master key is needed for. Columns are labelled in the schema, and a test holds the
 * labels against this list and the one below.
 */
export const KEY_USES: readonly KeyUse[] = [
  sealed('data keys of cases', 'case_keys.wrapped_sealed'),
  sealed('accounts', 'subjects.profile_sealed'),
  sealed('former names of accounts', 'subjects.former_names_sealed'),
  sealed('proofing records', 'proofing_records.attributes_sealed'),
  sealed('keys of portraits', 'proofing_records.portrait_key_sealed'),
  sealed('names of passkeys', 'credentials.name_sealed'),
  sealed('starts that wait', 'recovery_requests.login_sealed'),
  found('passkeys', 'credentials.mac'),
  // What is beside an older one counts as well: the newest says under which key it was signed last.
  found(
    'policies',
    'policy_macs.mac',
    `NOT EXISTS (SELECT FROM regain.policy_macs n
      WHERE n.policy_id = t.policy_id AND n.version = t.version AND n.removal = t.removal AND n.nth > t.nth)`,
  ),
  passing('MACs of proposed policies', 'policy_changes.mac', `t.state = 'pending' AND ${NOT_OVER}`),
  found('logins', 'subjects.login_digest'),
  found('employee ids', 'subjects.employee_id_digest'),
  found('birth dates', 'subject_birth_dates.birth_digest'),
  found('addresses on file', 'subject_emails.email_digest'),
  found('documents of proofing records', 'known_documents.document_digest', 't.kept_until IS NULL'),
  passing('documents of cases', 'known_documents.document_digest', 't.kept_until > clock_timestamp()'),
  handedOut('API keys', 'api_keys.key_digest', 't.revoked_at IS NULL'),
  handedOut('saved recovery codes', 'saved_recovery_codes.code_digest', NOT_ENDED),
  passing('links', 'recovery_links.token_digest', `t.used_at IS NULL AND t.dead_at IS NULL AND ${NOT_OVER}`),
  passing('page sessions', 'flow_sessions.cookie_digest', `${NOT_ENDED} AND ${OF_OPEN_CASE}`),
  passing('browsers of cases', 'capture_bindings.cookie_digest', OF_OPEN_CASE),
  passing('browsers that gave codes', 'given_recovery_codes.capture_digest', OF_OPEN_CASE),
  passing('browsers that gave codes anew', 'codes_given_anew.capture_digest', OF_OPEN_CASE),
  passing('returns from partners', 'verification_sessions.return_state_digest', OF_OPEN_CASE),
  passing('recovery tokens', 'recovery_tokens.token_digest', TOKEN_LIVES),
  passing('challenges', 'webauthn_challenges.challenge_digest', `t.consumed_at IS NULL AND ${NOT_OVER}`),
  passing('sign-ins', 'relying_party_sessions.cookie_digest', `${NOT_ENDED} AND ${NOT_OVER}`),
  passing('staff at the console', 'staff_sessions.cookie_digest', `${NOT_ENDED} AND ${NOT_OVER}`),
  valueOf('sealed', 'expires')('who they are', 'staff_sessions.claims_sealed', `${NOT_ENDED} AND ${NOT_OVER}`),
  // Written with the digest beside it, under the same key; by `regain keys sign-rows` under the key of that day.
  handedOut('MACs of API keys', 'api_keys.mac', 't.revoked_at IS NULL'),
  passing('MACs of votes', 'review_votes.mac', OF_OPEN_CASE),
  passing('MACs of second people', 'case_authorizations.mac', OF_OPEN_CASE),
  passing('MACs of second people, again', 'authorizations_renewed.mac', OF_OPEN_CASE),
  passing('MACs of given codes', 'given_recovery_codes.mac', OF_OPEN_CASE),
  passing('MACs of codes given anew', 'codes_given_anew.mac', OF_OPEN_CASE),
  passing('MACs of links', 'recovery_links.mac', `t.used_at IS NULL AND t.dead_at IS NULL AND ${NOT_OVER}`),
  passing('MACs of page sessions', 'flow_sessions.mac', `${NOT_ENDED} AND ${OF_OPEN_CASE}`),
  passing('MACs of browsers of cases', 'capture_bindings.mac', OF_OPEN_CASE),
  passing('MACs of recovery tokens', 'recovery_tokens.mac', TOKEN_LIVES),
  passing('MACs of sign-ins', 'relying_party_sessions.mac', `${NOT_ENDED} AND ${NOT_OVER}`),
  passing('MACs of staff at the console', 'staff_sessions.mac', `${NOT_ENDED} AND ${NOT_OVER}`),
  passing('objections from notices', 'notices.token_digest', 't.token_expires_at > clock_timestamp()'),
  passing('addresses that were told', 'notices.address_digest', OF_OPEN_CASE),
  // Gone with the notice.
  passing('addresses that were told of accounts', 'account_notices_told.address_digest'),
  passing('mailed codes', 'issued_recovery_codes.code_digest', `${NOT_ENDED} AND ${OF_OPEN_CASE}`),
  passing('addresses of links', 'link_addresses.address_digest', OF_OPEN_CASE),
  passing('requests that may be repeated', 'idempotency_keys.key_digest', NOT_OVER),
  valueOf('sealed', 'expires')('answers to them', 'idempotency_keys.response_sealed', NOT_OVER),
  // The longest window of a limit is a day.
  passing('limits', 'limit_counters.key_digest', "t.window_start > clock_timestamp() - interval '1 day'"),
  passing('marks of pictures', 'evidence.picture_digest'),
  passing('marks of pictures as they were sent', 'evidence.offered_digest'),
  ...Object.values(SIGNED),
  valueOf('digest', 'verified')('rows of the audit trail', 'audit_events.mac'),
];

/**
 * Labelled alike, and needing no master key of the past: why.
 *
 * @internal
 */
export const NO_MASTER_KEY: Readonly<Record<string, string>> = {
  'recovery_cases.reason_sealed': 'the case’s key',
  'recovery_cases.call_code_sealed': 'the case’s key',
  'verification_sessions.nonce_sealed': 'the case’s key',
  'verification_sessions.handoff_sealed': 'the case’s key',
  'verification_sessions.secret_state_sealed': 'the case’s key',
  'surplus_sessions.secret_state_sealed': 'the case’s key',
  'session_deliveries.payload_sealed': 'the case’s key',
  'verification_reports.report_sealed': 'the case’s key',
  'withdrawn_results.report_sealed': 'the case’s key',
  'late_results.report_sealed': 'the case’s key',
  'review_votes.note_sealed': 'the case’s key',
  'review_votes.accounts_sealed': 'the case’s key',
  'device_confirmations.number_sealed': 'the case’s key',
  'evidence.fingerprint_sealed': 'the case’s key',
  'recovery_tokens.capture_digest': 'copied from the case’s browser, and compared with it',
  'issued_recovery_codes.capture_digest': 'copied from the case’s browser, and compared with it',
  'recovery_tokens.idempotency_digest': 'compared for minutes after the token was spent',
  'idempotency_keys.principal_digest': 'under the same key as the one of its request',
  'idempotency_keys.request_sha256': 'under the same key as the one of its request',
};
