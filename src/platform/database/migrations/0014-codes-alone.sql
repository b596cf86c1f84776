-- Two codes by different methods can stand in for a document (NIST SP 800-63B-4, 4.2.2.2). An attempt that goes by them
-- has a row here: what it is decided on are the codes, and not a report.
CREATE TABLE submitted_codes (
  case_id      text NOT NULL REFERENCES recovery_cases (id),
  attempt      integer NOT NULL,
  submitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (case_id, attempt)
);
SELECT label_columns('submitted_codes', 'none', 'case_id', 'attempt', 'submitted_at');
GRANT SELECT, INSERT ON submitted_codes TO regain_app;

-- From gathering evidence straight to a decision leads this way alone, and only with both codes of the bound browser.
CREATE FUNCTION refuse_without_both_codes() RETURNS trigger LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM submitted_codes WHERE case_id = NEW.id AND attempt = NEW.attempt)
    OR (SELECT count(DISTINCT g.method) FROM given_recovery_codes g
      JOIN capture_bindings b ON b.case_id = g.case_id AND b.cookie_digest = g.capture_digest
      WHERE g.case_id = NEW.id AND b.attempt = NEW.attempt) < 2 THEN
    RAISE EXCEPTION 'two codes of the bound browser are missing' USING ERRCODE = 'RG004';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION refuse_without_both_codes() FROM PUBLIC;
CREATE TRIGGER recovery_cases_by_codes BEFORE UPDATE OF state ON recovery_cases FOR EACH ROW
  WHEN (OLD.state = 'awaiting_evidence' AND NEW.state = 'adjudicating') EXECUTE FUNCTION refuse_without_both_codes();
-- And not while recoveries are paused.
CREATE TRIGGER recovery_cases_by_codes_while_paused BEFORE UPDATE OF state ON recovery_cases FOR EACH ROW
  WHEN (OLD.state = 'awaiting_evidence' AND NEW.state = 'adjudicating') EXECUTE FUNCTION refuse_while_paused();
