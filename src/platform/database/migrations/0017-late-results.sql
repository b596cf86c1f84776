-- What a partner says of a session that was given up before it answered (T33, T34). Of such a session alone, once, and
-- never changed. It counts against the case, never for it.
CREATE TABLE late_results (
  session_id    text PRIMARY KEY REFERENCES verification_sessions (id),
  -- Where the case stood.
  case_state    text NOT NULL CHECK (case_state NOT IN ('denied', 'expired', 'cancelled')),
  -- It says worse than what the case had come to stand on by then.
  worse         boolean NOT NULL,
  checks        jsonb NOT NULL,
  report_sealed bytea NOT NULL,
  received_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT label_columns('late_results', 'none', 'session_id', 'case_state', 'worse', 'checks', 'received_at'),
  label_columns('late_results', 'sealed', 'report_sealed');
GRANT SELECT, INSERT ON late_results TO regain_app;

-- How often its partner was asked after a session had ended without an answer.
ALTER TABLE verification_sessions ADD COLUMN late_looks integer NOT NULL DEFAULT 0;
SELECT label_columns('verification_sessions', 'none', 'late_looks');

-- What was told of lately has one more kind; 0018 builds it anew.
DROP INDEX audit_events_to_tell;
