-- Step by step: each statement stands alone and can be repeated.
-- The sweeper: what was told of lately, denials too. The earlier version's question is answered by the wider index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_events_told ON audit_events (occurred_at) WHERE type IN
  ('case.opened', 'case.held', 'case.approved', 'verification.result_withdrawn', 'verification.late_result_worse', 'case.completed', 'case.denied', 'passkey.frozen', 'case.confirmation_requested');
