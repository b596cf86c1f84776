-- A saved code that its holder replaced counts no more, whoever spends the new one, and where (T61). So a code that a browser gives
-- in place of one it gave before is noted with its own time: here, since given_recovery_codes has one row of each browser, and builds
-- before this one do not start where somebody may change it.
CREATE TABLE codes_given_anew (
  case_id        text NOT NULL,
  method         text NOT NULL,
  capture_digest bytea NOT NULL,
  nth            integer NOT NULL,
  given_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (case_id, method, capture_digest, nth),
  FOREIGN KEY (case_id, method, capture_digest) REFERENCES given_recovery_codes (case_id, method, capture_digest)
);
SELECT label_columns('codes_given_anew', 'none', 'case_id', 'method', 'nth', 'given_at'), label_columns('codes_given_anew', 'digest', 'capture_digest');
CREATE TRIGGER codes_given_anew_paused BEFORE INSERT ON codes_given_anew FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
GRANT SELECT, INSERT ON codes_given_anew TO regain_app;
