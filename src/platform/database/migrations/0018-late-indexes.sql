-- Step by step: each statement stands alone and can be repeated.
-- The sweeper: what was told of lately, and where a partner is to be asked once more.
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_events_to_tell ON audit_events (occurred_at) WHERE type IN
  ('case.opened', 'case.held', 'case.approved', 'verification.result_withdrawn', 'verification.late_result_worse', 'case.completed', 'passkey.frozen', 'case.confirmation_requested');
CREATE INDEX CONCURRENTLY IF NOT EXISTS verification_sessions_late ON verification_sessions (next_fetch_at)
  WHERE state IN ('failed', 'abandoned') AND next_fetch_at IS NOT NULL;
