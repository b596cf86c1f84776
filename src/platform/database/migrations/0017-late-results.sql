-- What a partner says of a session that was given up before it answered (T33, T34): each answer that says something else,
-- never changed. It counts against the case, never for it.
CREATE TABLE late_results (
  session_id    text NOT NULL REFERENCES verification_sessions (id),
  -- The first answer of its session is 1.
  nth           integer NOT NULL CHECK (nth > 0),
  -- Where the case stood.
  case_state    text NOT NULL CHECK (case_state NOT IN ('denied', 'expired', 'cancelled')),
  -- Whether it speaks against whoever was in the case, by the rules of a decision; null until it is judged.
  contradicts   boolean,
  checks        jsonb NOT NULL,
  report_sealed bytea NOT NULL,
  received_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (session_id, nth)
);
CREATE INDEX late_results_unjudged ON late_results (received_at) WHERE contradicts IS NULL;
SELECT label_columns('late_results', 'none', 'session_id', 'nth', 'case_state', 'contradicts', 'checks', 'received_at'),
  label_columns('late_results', 'sealed', 'report_sealed');
GRANT SELECT, INSERT, UPDATE (contradicts) ON late_results TO regain_app;

-- How often its partner was asked after a session had ended without an answer.
ALTER TABLE verification_sessions ADD COLUMN late_looks integer NOT NULL DEFAULT 0;
SELECT label_columns('verification_sessions', 'none', 'late_looks');

-- What was told of lately has one more kind; 0018 builds it anew.
DROP INDEX audit_events_to_tell;
