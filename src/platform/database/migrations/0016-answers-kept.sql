-- Keeps the answer to a request under its idempotency key, or undoes the change it was for: another request has taken the
-- key over meanwhile. So whoever keeps an answer need not wait to hear whether it was kept.
CREATE PROCEDURE keep_answer(principal bytea, key bytea, claimed_at timestamptz, answered integer, answer bytea)
LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  UPDATE idempotency_keys SET status = answered, response_sealed = answer
    WHERE principal_digest = principal AND key_digest = key AND created_at = claimed_at AND status IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the idempotency key was taken over' USING ERRCODE = 'RG005';
  END IF;
END $$;
REVOKE ALL ON PROCEDURE keep_answer(bytea, bytea, timestamptz, integer, bytea) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE keep_answer(bytea, bytea, timestamptz, integer, bytea) TO regain_app;
