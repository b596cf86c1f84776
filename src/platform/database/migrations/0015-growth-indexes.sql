-- Every statement on a hot path finds its rows by an index (test/growth/query-plans.int-spec.ts asks the planner about each).

-- Redemption: the account's first user handle, and the sessions it ends.
CREATE INDEX credentials_by_subject_and_age ON credentials (subject_id, created_at, id);
CREATE INDEX relying_party_sessions_living ON relying_party_sessions (subject_id) WHERE ended_at IS NULL;

-- A case's own rows.
CREATE INDEX recovery_links_by_case ON recovery_links (case_id);
CREATE INDEX verification_sessions_by_case ON verification_sessions (case_id, attempt);
CREATE INDEX verification_reports_by_case ON verification_reports (case_id, attempt);
CREATE INDEX issued_recovery_codes_by_case ON issued_recovery_codes (case_id);
CREATE INDEX saved_recovery_codes_by_subject ON saved_recovery_codes (subject_id, created_at);

-- What the help desk looks for: the cases of one account, and that of one ticket.
CREATE INDEX recovery_cases_by_subject ON recovery_cases (subject_id, id);
CREATE INDEX recovery_cases_by_ticket ON recovery_cases (ticket_ref, id) WHERE ticket_ref IS NOT NULL;

-- The sweeper: what is still to be erased, what was told of lately, what was published and may go.
CREATE INDEX case_keys_not_shredded ON case_keys (case_id) WHERE shredded_at IS NULL;
CREATE INDEX audit_events_to_tell ON audit_events (occurred_at) WHERE type IN
  ('case.opened', 'case.held', 'case.approved', 'verification.result_withdrawn', 'case.completed', 'passkey.frozen', 'case.confirmation_requested');
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
