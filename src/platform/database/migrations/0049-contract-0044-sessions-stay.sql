-- Which case, attempt and provider a session is of, and what its answer is bound to, stays as it was written; the id under which
-- the provider knows it is written once. Otherwise whoever has the service's role could free the id of somebody's real check,
-- put it on a session of their own, and have the provider confirm it once more.
REVOKE UPDATE ON verification_sessions FROM regain_app;
GRANT UPDATE (state, external_id, handoff_sealed, secret_state_sealed, last_error, create_tries, fetch_tries, next_fetch_at, expires_at, updated_at,
  returned_at, evidence_lease_until, evidence_handed_at, pushed_at, read_at, strayed_at, asked_at, possibly_created_at, late_looks)
  ON verification_sessions TO regain_app;
CREATE TRIGGER verification_sessions_external_id BEFORE UPDATE OF external_id ON verification_sessions FOR EACH ROW
  WHEN (OLD.external_id IS NOT NULL AND NEW.external_id IS DISTINCT FROM OLD.external_id) EXECUTE FUNCTION keep_once_set('external_id');
