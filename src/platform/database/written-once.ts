/** Nothing changes or removes a row of these: 0001-foundation.sql and its successors grant the application nothing that does. */
const WHOLE_ROWS = [
  'account_notices_told',
  'audit_checkpoint_heads',
  'audit_checkpoints',
  'audit_events',
  'audit_heads',
  'authorizations_renewed',
  'capture_bindings',
  'case_authorizations',
  'codes_given_anew',
  'consents',
  'decisions',
  'deletion_receipts',
  'given_recovery_codes',
  'policy_macs',
  'policy_versions',
  'rehearsal_subjects',
  'review_votes',
  'rows_signed',
  'schema_migrations',
  'session_deliveries',
  'subject_standings',
  'submitted_codes',
  'verification_reports',
  'withdrawn_results',
];

/**
 * Nothing removes a row of these, and these columns stay as they were when somebody answers it or uses it: what was
 * asked for, and by whom; whose a passkey, a token or a page session is.
 */
const SAID_ONCE: Readonly<Record<string, readonly string[]>> = {
  api_keys: ['created_at', 'id', 'name'],
  credentials: [
    'aaguid',
    'case_id',
    'created_at',
    'credential_id',
    'device_type',
    'id',
    'public_key',
    'subject_id',
    'transports',
    'user_handle',
  ],
  device_confirmations: ['asked_at', 'attempt', 'case_id', 'number_sealed'],
  flow_sessions: ['browser', 'case_id', 'cookie_digest', 'created_at', 'id', 'language', 'mac'],
  late_results: ['case_state', 'checks', 'nth', 'received_at', 'report_sealed', 'session_id'],
  legal_holds: ['asked_at', 'asked_by', 'case_id', 'id', 'lapses_at', 'reason_code'],
  policies: ['created_at', 'id'],
  policy_changes: [
    'base_version',
    'diff',
    'document',
    'expires_at',
    'id',
    'kind',
    'mac',
    'policy_id',
    'proposed_at',
    'proposed_by',
    'weakened',
  ],
  recovery_cases: [
    'attempts_allowed',
    'channel',
    'created_at',
    'id',
    'opened_by',
    'opened_by_kind',
    'policy_id',
    'policy_version',
    'reference',
    'ticket_ref',
  ],
  recovery_links: ['case_id', 'created_at', 'expires_at', 'id', 'mac', 'token_digest'],
  recovery_pauses: ['id', 'paused_at', 'paused_by', 'reason_code'],
  recovery_tokens: [
    'capture_digest',
    'case_id',
    'door',
    'expires_at',
    'id',
    'issued_at',
    'mac',
    'mode',
    'purpose',
    'subject_id',
    'token_digest',
  ],
  saved_recovery_codes: ['code_digest', 'created_at', 'id', 'subject_id'],
  verification_sessions: [
    'attempt',
    'case_id',
    'created_at',
    'id',
    'left_out',
    'nonce_sealed',
    'provider',
    'return_state_digest',
    'role',
    'session_cost',
  ],
};

/**
 * What the application's role must not be able to change or remove, by table. A process looks at its start whether that is so
 * (`src/start-checks`), and the spec of the grants holds the list against what the migrations grant. Columns are named, and not
 * those that may be changed, so that this build goes on starting on a later schema, which has more of them.
 */
export const WRITTEN_ONCE: Readonly<Record<string, 'every column' | readonly string[]>> = {
  ...Object.fromEntries(WHOLE_ROWS.map((table) => [table, 'every column' as const])),
  ...SAID_ONCE,
};
