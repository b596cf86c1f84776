-- What says that a version of a policy, or the removal of one, is the service's (docs/adr/0024). Rows are added here and never changed
-- or removed: a version or a removal that was signed stays so, also for whoever has the service's role. The newest version that is signed is the
-- one that counts; `policies.version`, `priority` and `deleted_at` are for earlier builds.
CREATE TABLE policy_macs (
  -- The order in which they were written: what names a key that is to be taken away is the newest of its version.
  nth       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  policy_id text NOT NULL,
  version   integer NOT NULL,
  -- That the whole policy was removed, when this was its newest version.
  removal   boolean NOT NULL,
  -- NULL: `regain keys reseal` found none before it that is the service's, and nothing here needs a key any more.
  mac       bytea,
  FOREIGN KEY (policy_id, version) REFERENCES policy_versions (policy_id, version)
);
CREATE INDEX policy_macs_by_version ON policy_macs (policy_id, version, nth);
SELECT label_columns('policy_macs', 'none', 'nth', 'policy_id', 'version', 'removal'), label_columns('policy_macs', 'digest', 'mac');
GRANT SELECT, INSERT (policy_id, version, removal, mac) ON policy_macs TO regain_app;

-- A change that waits for a second person.
ALTER TABLE policy_changes ADD COLUMN mac bytea;
SELECT label_columns('policy_changes', 'digest', 'mac');

-- From its time on no version, removal or proposal without a MAC counts (`regain keys sign-rows`).
ALTER TABLE rows_signed ADD COLUMN policies_since timestamptz;
SELECT label_columns('rows_signed', 'none', 'policies_since');
UPDATE rows_signed SET policies_since = now()
  WHERE NOT EXISTS (SELECT FROM audit_events) AND NOT EXISTS (SELECT FROM recovery_cases) AND NOT EXISTS (SELECT FROM policies);

-- A policy does not become another one.
REVOKE UPDATE ON policies FROM regain_app;
GRANT UPDATE (version, priority, deleted_at, updated_at) ON policies TO regain_app;

-- Three functions that differed by a column's name: what was set once – an end, a use – stays as it was. The columns are the
-- trigger's arguments.
CREATE FUNCTION keep_once_set() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY TG_ARGV LOOP
    IF to_jsonb(OLD)->>kept IS NOT NULL AND to_jsonb(NEW)->>kept IS DISTINCT FROM to_jsonb(OLD)->>kept THEN
      RAISE EXCEPTION '% of % is set and stays', kept, TG_TABLE_NAME USING ERRCODE = 'RG006';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER flow_sessions_ended BEFORE UPDATE OF ended_at ON flow_sessions
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('ended_at');
CREATE OR REPLACE TRIGGER relying_party_sessions_ended BEFORE UPDATE OF ended_at ON relying_party_sessions
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('ended_at');
CREATE OR REPLACE TRIGGER staff_sessions_ended BEFORE UPDATE OF ended_at ON staff_sessions
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('ended_at');
CREATE OR REPLACE TRIGGER saved_recovery_codes_ended BEFORE UPDATE OF ended_at ON saved_recovery_codes
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('ended_at');
CREATE OR REPLACE TRIGGER issued_recovery_codes_ended BEFORE UPDATE OF ended_at ON issued_recovery_codes
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('ended_at');
CREATE OR REPLACE TRIGGER api_keys_revoked BEFORE UPDATE OF revoked_at ON api_keys
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('revoked_at');
CREATE OR REPLACE TRIGGER recovery_tokens_spent BEFORE UPDATE OF superseded_at, consumed_at ON recovery_tokens
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('superseded_at', 'consumed_at');
CREATE OR REPLACE TRIGGER recovery_links_spent BEFORE UPDATE OF used_at, dead_at ON recovery_links
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('used_at', 'dead_at');
CREATE OR REPLACE TRIGGER webauthn_challenges_spent BEFORE UPDATE OF consumed_at ON webauthn_challenges
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('consumed_at');
CREATE OR REPLACE TRIGGER credentials_ended BEFORE UPDATE OF removed_at, frozen_at ON credentials
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('removed_at', 'frozen_at');
DROP FUNCTION forbid_reopening(), forbid_unrevoking(), forbid_unspending(), forbid_reviving_credential();

-- What a partner said late, and that it spoke against somebody, is judged once.
CREATE TRIGGER late_results_judged BEFORE UPDATE OF contradicts ON late_results
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('contradicts');
-- That another browser came back likewise.
CREATE TRIGGER verification_sessions_strayed BEFORE UPDATE OF strayed_at ON verification_sessions
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('strayed_at');
-- A question to the account's holder is asked once, at the time that the database says, and answered once. A hold runs from it.
REVOKE INSERT, UPDATE ON device_confirmations FROM regain_app;
GRANT INSERT (case_id, attempt, number_sealed), UPDATE (tries, confirmed_at) ON device_confirmations TO regain_app;
CREATE TRIGGER device_confirmations_answered BEFORE UPDATE OF confirmed_at ON device_confirmations
  FOR EACH ROW EXECUTE FUNCTION keep_once_set('confirmed_at');
-- A decision is made when it is written: nobody adds one with an earlier time, as if a hold had run since. Not the time at which
-- its transaction began, which may have waited for hours.
ALTER TABLE decisions ALTER COLUMN decided_at SET DEFAULT clock_timestamp();
REVOKE INSERT ON decisions FROM regain_app;
GRANT INSERT (id, case_id, attempt, report_id, verdict, bucket, findings, facts, consequences, policy_id, policy_version, decided_by)
  ON decisions TO regain_app;
