-- What operators need: one id from a request to everything that follows from it, rows of the outbox that were set aside
-- found without a scan, and one switch that stops all recoveries.

ALTER TABLE outbox
  -- The request or the round of the sweeper that this came of.
  ADD COLUMN correlation_id text CHECK (correlation_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  -- W3C Trace Context of the span that wrote it; empty where nothing is traced.
  ADD COLUMN traceparent text CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
SELECT label_columns('outbox', 'none', 'correlation_id', 'traceparent');
CREATE INDEX outbox_refused ON outbox (refused_at) WHERE refused_at IS NOT NULL;

-- While a row without an end is here, nothing leads anybody to a passkey. What stops or ends a recovery goes on.
CREATE TABLE recovery_pauses (
  id          text PRIMARY KEY,
  reason_code text NOT NULL,
  paused_by   text NOT NULL,
  paused_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Whoever ordered it while it was there already.
  also_paused_by text[] NOT NULL DEFAULT '{}',
  -- Whoever paused is not the one who ends it.
  resumed_by  text CHECK (resumed_by <> paused_by),
  resumed_at  timestamptz,
  CHECK (resumed_by <> ALL (also_paused_by)),
  CHECK ((resumed_by IS NULL) = (resumed_at IS NULL))
);
CREATE UNIQUE INDEX recovery_pauses_one_at_a_time ON recovery_pauses ((true)) WHERE resumed_at IS NULL;
SELECT label_columns('recovery_pauses', 'none', 'id', 'reason_code', 'paused_at', 'resumed_at'),
  label_columns('recovery_pauses', 'pseudonym', 'paused_by', 'also_paused_by', 'resumed_by');
GRANT SELECT, INSERT, UPDATE (also_paused_by, resumed_by, resumed_at) ON recovery_pauses TO regain_app;

-- The lock makes a pause final: it waits for what is under way, and once it is there nothing can have begun before it.
CREATE FUNCTION refuse_while_paused() RETURNS trigger LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(727404);
  IF EXISTS (SELECT 1 FROM recovery_pauses WHERE resumed_at IS NULL) THEN
    RAISE EXCEPTION 'recoveries are paused' USING ERRCODE = 'RG003';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION refuse_while_paused() FROM PUBLIC;

-- No request, no case, no link; no flow begins or hands in what it has.
CREATE TRIGGER recovery_requests_paused BEFORE INSERT ON recovery_requests FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER recovery_cases_paused BEFORE INSERT ON recovery_cases FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER recovery_links_paused BEFORE INSERT ON recovery_links FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER recovery_cases_moved_while_paused BEFORE UPDATE OF state ON recovery_cases FOR EACH ROW
  WHEN ((OLD.state = 'link_sent' AND NEW.state = 'awaiting_evidence') OR (OLD.state = 'awaiting_evidence' AND NEW.state = 'verifying')
    OR (OLD.state = 'approved' AND NEW.state IN ('awaiting_evidence', 'completed')))
  EXECUTE FUNCTION refuse_while_paused();
-- No capture, no code, no partner.
CREATE TRIGGER evidence_paused BEFORE INSERT OR UPDATE OF object_key ON evidence FOR EACH ROW
  WHEN (NEW.object_key IS NOT NULL) EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER issued_recovery_codes_paused BEFORE INSERT ON issued_recovery_codes FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER given_recovery_codes_paused BEFORE INSERT ON given_recovery_codes FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER verification_sessions_paused BEFORE INSERT ON verification_sessions FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
-- No token is issued, none is redeemed.
CREATE TRIGGER recovery_tokens_paused BEFORE INSERT ON recovery_tokens FOR EACH ROW EXECUTE FUNCTION refuse_while_paused();
CREATE TRIGGER recovery_tokens_spent_while_paused BEFORE UPDATE OF consumed_at ON recovery_tokens FOR EACH ROW
  WHEN (NEW.consumed_at IS NOT NULL) EXECUTE FUNCTION refuse_while_paused();
