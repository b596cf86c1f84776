-- A partner that has reported can take its word back (T43), and a partner's address can be opened elsewhere (T33).

ALTER TABLE verification_sessions
  -- The last authenticated push about it. A session that has reported is then read again.
  ADD COLUMN pushed_at timestamptz,
  -- When the partner was last asked for the truth about it; what was pushed before is in that answer.
  ADD COLUMN read_at timestamptz,
  -- Some other browser came with its one-time state: a return of the one that started proves nothing any more.
  ADD COLUMN strayed_at timestamptz;
SELECT label_columns('verification_sessions', 'none', 'pushed_at', 'read_at', 'strayed_at');
CREATE INDEX verification_sessions_pushed ON verification_sessions (pushed_at) WHERE state = 'reported' AND pushed_at IS NOT NULL;

-- What a partner said later and worse than in its report. Only of a session with a report, once, and never changed.
CREATE TABLE withdrawn_results (
  session_id    text PRIMARY KEY REFERENCES verification_reports (session_id),
  -- Where the case stood.
  case_state    text NOT NULL CHECK (case_state IN ('adjudicating', 'in_review', 'held', 'approved', 'completed')),
  checks        jsonb NOT NULL,
  report_sealed bytea NOT NULL,
  withdrawn_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT label_columns('withdrawn_results', 'none', 'session_id', 'case_state', 'checks', 'withdrawn_at'),
  label_columns('withdrawn_results', 'sealed', 'report_sealed');
GRANT SELECT, INSERT ON withdrawn_results TO regain_app;

-- A token is spent or dead, never both.
ALTER TABLE recovery_tokens ADD CHECK (consumed_at IS NULL OR superseded_at IS NULL);

-- The approval a token was issued for is gone: so is the token, in the same transaction, whatever code moved the case.
-- Coming back to `approved` needs a new one.
CREATE FUNCTION end_tokens_of_left_approval() RETURNS trigger LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  UPDATE recovery_tokens SET superseded_at = clock_timestamp()
  WHERE case_id = NEW.id AND consumed_at IS NULL AND superseded_at IS NULL;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION end_tokens_of_left_approval() FROM PUBLIC;
CREATE TRIGGER recovery_cases_left_approval AFTER UPDATE OF state ON recovery_cases FOR EACH ROW
  WHEN (OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'completed')) EXECUTE FUNCTION end_tokens_of_left_approval();
