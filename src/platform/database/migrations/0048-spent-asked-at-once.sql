-- Whether something is unspent is asked of its columns: the function of migration 0046 makes JSON of both whole rows for each
-- of its columns, in every redemption. It is called only for what it refuses.
CREATE OR REPLACE TRIGGER recovery_tokens_spent BEFORE UPDATE OF superseded_at, consumed_at ON recovery_tokens FOR EACH ROW
  WHEN (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS NULL OR OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS NULL)
  EXECUTE FUNCTION forbid_unspending('superseded_at', 'consumed_at');
CREATE OR REPLACE TRIGGER recovery_links_spent BEFORE UPDATE OF used_at, dead_at ON recovery_links FOR EACH ROW
  WHEN (OLD.used_at IS NOT NULL AND NEW.used_at IS NULL OR OLD.dead_at IS NOT NULL AND NEW.dead_at IS NULL)
  EXECUTE FUNCTION forbid_unspending('used_at', 'dead_at');
CREATE OR REPLACE TRIGGER webauthn_challenges_spent BEFORE UPDATE OF consumed_at ON webauthn_challenges FOR EACH ROW
  WHEN (OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS NULL)
  EXECUTE FUNCTION forbid_unspending('consumed_at');

-- An account has few passkeys: those that it still has are found among all of them (credentials_by_subject_and_age). Without
-- this index, the end of a passkey changes no index at all.
DROP INDEX credentials_by_subject;
