-- Rows that let somebody in, or on which an approval rests, carry a MAC of the application's, over what decides in them (docs/adr/0023): whoever can insert with its
-- role, and has no key ring, adds none that opens anything. A row without one is of an earlier build, and counts until an operator
-- says that none runs any more (`regain keys sign-rows`, rows_signed). A database that nobody has used needs no such step.
ALTER TABLE flow_sessions ADD COLUMN mac bytea;
ALTER TABLE capture_bindings ADD COLUMN mac bytea;
ALTER TABLE recovery_links ADD COLUMN mac bytea;
ALTER TABLE recovery_tokens ADD COLUMN mac bytea;
ALTER TABLE relying_party_sessions ADD COLUMN mac bytea;
ALTER TABLE staff_sessions ADD COLUMN mac bytea;
ALTER TABLE api_keys ADD COLUMN mac bytea;
ALTER TABLE credentials ADD COLUMN mac bytea;
ALTER TABLE review_votes ADD COLUMN mac bytea;
ALTER TABLE case_authorizations ADD COLUMN mac bytea;
-- Which of somebody's it is, once: a yes that lapsed is not put there again with another time.
ALTER TABLE authorizations_renewed ADD COLUMN mac bytea, ADD COLUMN nth integer;
UPDATE authorizations_renewed t SET nth = n.nth
  FROM (SELECT ctid AS place, row_number() OVER (PARTITION BY case_id, authorized_by ORDER BY authorized_at) AS nth FROM authorizations_renewed) n
  WHERE t.ctid = n.place;
ALTER TABLE authorizations_renewed ADD UNIQUE (case_id, authorized_by, nth);
ALTER TABLE given_recovery_codes ADD COLUMN mac bytea;
ALTER TABLE codes_given_anew ADD COLUMN mac bytea;
SELECT label_columns('flow_sessions', 'digest', 'mac'), label_columns('capture_bindings', 'digest', 'mac'), label_columns('recovery_links', 'digest', 'mac'),
  label_columns('recovery_tokens', 'digest', 'mac'), label_columns('relying_party_sessions', 'digest', 'mac'),
  label_columns('staff_sessions', 'digest', 'mac'), label_columns('api_keys', 'digest', 'mac'), label_columns('credentials', 'digest', 'mac'),
  label_columns('review_votes', 'digest', 'mac'), label_columns('case_authorizations', 'digest', 'mac'),
  label_columns('authorizations_renewed', 'digest', 'mac'), label_columns('authorizations_renewed', 'none', 'nth'),
  label_columns('given_recovery_codes', 'digest', 'mac'), label_columns('codes_given_anew', 'digest', 'mac');
-- Under the next master key (`regain keys reseal`). Of the others nobody changes it.
GRANT UPDATE (mac) ON credentials TO regain_app;

CREATE TABLE rows_signed (
  -- One row at most: from its time on, no row without a MAC counts.
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  since timestamptz NOT NULL DEFAULT now()
);
SELECT label_columns('rows_signed', 'none', 'one', 'since');
GRANT SELECT ON rows_signed TO regain_app;
INSERT INTO rows_signed SELECT WHERE NOT EXISTS (SELECT FROM audit_events) AND NOT EXISTS (SELECT FROM recovery_cases);

-- What a link or a sign-in is stays as it was written, as that of a passkey does (migration 0043). No build has changed it.
REVOKE UPDATE ON recovery_links, relying_party_sessions, staff_sessions FROM regain_app;
GRANT UPDATE (used_at, dead_at) ON recovery_links TO regain_app;
GRANT UPDATE (ended_at) ON relying_party_sessions TO regain_app;
GRANT UPDATE (seen_at, ended_at) ON staff_sessions TO regain_app;
-- Nor what a case is: whoever opened it gives none of the two approvals of it.
REVOKE UPDATE ON recovery_cases FROM regain_app;
GRANT UPDATE (subject_id, door, mode, state, state_reason, attempt, provider, verdict, bucket, issuing_country, document_type, reason_sealed,
  call_code_sealed, call_code_tries, call_confirmed_at, lease_epoch, next_attempt_at, held_until, version, expires_at, closed_at, updated_at)
  ON recovery_cases TO regain_app;
-- Nor the id of an API key: the row of one that was revoked stays where it is.
REVOKE UPDATE ON api_keys FROM regain_app;
GRANT UPDATE (key_digest, scopes, mac, revoked_at) ON api_keys TO regain_app;
REVOKE UPDATE ON webauthn_challenges, saved_recovery_codes, issued_recovery_codes FROM regain_app;
GRANT UPDATE (consumed_at) ON webauthn_challenges TO regain_app;
GRANT UPDATE (failures, kept_at, ended_at, ended_by) ON saved_recovery_codes TO regain_app;
GRANT UPDATE (failures, ended_at) ON issued_recovery_codes TO regain_app;

-- What has ended stays so, and what has not is not removed: it could be added again without its end.
CREATE FUNCTION forbid_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
    RAISE EXCEPTION '% of % has ended', OLD.id, TG_TABLE_NAME USING ERRCODE = 'RG006';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER flow_sessions_ended BEFORE UPDATE OF ended_at ON flow_sessions FOR EACH ROW EXECUTE FUNCTION forbid_reopening();
CREATE TRIGGER relying_party_sessions_ended BEFORE UPDATE OF ended_at ON relying_party_sessions FOR EACH ROW EXECUTE FUNCTION forbid_reopening();
CREATE TRIGGER staff_sessions_ended BEFORE UPDATE OF ended_at ON staff_sessions FOR EACH ROW EXECUTE FUNCTION forbid_reopening();
CREATE FUNCTION forbid_unrevoking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'API key % was revoked', OLD.id USING ERRCODE = 'RG006';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER api_keys_revoked BEFORE UPDATE OF revoked_at ON api_keys FOR EACH ROW EXECUTE FUNCTION forbid_unrevoking();
-- What was used, ended or replaced is not unused again: the columns are the trigger's arguments.
CREATE FUNCTION forbid_unspending() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  spent text;
BEGIN
  FOREACH spent IN ARRAY TG_ARGV LOOP
    IF to_jsonb(OLD)->>spent IS NOT NULL AND to_jsonb(NEW)->>spent IS NULL THEN
      RAISE EXCEPTION '% of % is set (%)', OLD.id, TG_TABLE_NAME, spent USING ERRCODE = 'RG006';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER recovery_tokens_spent BEFORE UPDATE OF superseded_at, consumed_at ON recovery_tokens
  FOR EACH ROW EXECUTE FUNCTION forbid_unspending('superseded_at', 'consumed_at');
CREATE TRIGGER recovery_links_spent BEFORE UPDATE OF used_at, dead_at ON recovery_links
  FOR EACH ROW EXECUTE FUNCTION forbid_unspending('used_at', 'dead_at');
CREATE TRIGGER webauthn_challenges_spent BEFORE UPDATE OF consumed_at ON webauthn_challenges
  FOR EACH ROW EXECUTE FUNCTION forbid_unspending('consumed_at');
CREATE TRIGGER saved_recovery_codes_ended BEFORE UPDATE OF ended_at ON saved_recovery_codes FOR EACH ROW EXECUTE FUNCTION forbid_reopening();
CREATE TRIGGER issued_recovery_codes_ended BEFORE UPDATE OF ended_at ON issued_recovery_codes FOR EACH ROW EXECUTE FUNCTION forbid_reopening();
CREATE FUNCTION forbid_forgetting_failures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.failures < OLD.failures THEN
    RAISE EXCEPTION 'wrong codes for % of % were counted', OLD.id, TG_TABLE_NAME USING ERRCODE = 'RG006';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER saved_recovery_codes_failures BEFORE UPDATE OF failures ON saved_recovery_codes FOR EACH ROW EXECUTE FUNCTION forbid_forgetting_failures();
CREATE TRIGGER issued_recovery_codes_failures BEFORE UPDATE OF failures ON issued_recovery_codes FOR EACH ROW EXECUTE FUNCTION forbid_forgetting_failures();
-- As long as its id would still be believed, whatever it says of its end: a session may end with the token of a sign-in, long before.
CREATE FUNCTION forbid_removing_living() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.expires_at > clock_timestamp() OR OLD.created_at > clock_timestamp() - interval '12 hours' THEN
    RAISE EXCEPTION '% of % is not over', OLD.id, TG_TABLE_NAME USING ERRCODE = 'RG006';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER relying_party_sessions_over BEFORE DELETE ON relying_party_sessions FOR EACH ROW EXECUTE FUNCTION forbid_removing_living();
CREATE TRIGGER staff_sessions_over BEFORE DELETE ON staff_sessions FOR EACH ROW EXECUTE FUNCTION forbid_removing_living();
