-- Whether something is unspent is asked of its columns first: keep_once_set makes JSON of both whole rows for each of its columns,
-- in every redemption. It is called only for what it refuses.
CREATE OR REPLACE TRIGGER recovery_tokens_spent BEFORE UPDATE OF superseded_at, consumed_at ON recovery_tokens FOR EACH ROW
  WHEN (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at OR OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS DISTINCT FROM OLD.consumed_at)
  EXECUTE FUNCTION keep_once_set('superseded_at', 'consumed_at');
CREATE OR REPLACE TRIGGER recovery_links_spent BEFORE UPDATE OF used_at, dead_at ON recovery_links FOR EACH ROW
  WHEN (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at OR OLD.dead_at IS NOT NULL AND NEW.dead_at IS DISTINCT FROM OLD.dead_at)
  EXECUTE FUNCTION keep_once_set('used_at', 'dead_at');
CREATE OR REPLACE TRIGGER webauthn_challenges_spent BEFORE UPDATE OF consumed_at ON webauthn_challenges FOR EACH ROW
  WHEN (OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS DISTINCT FROM OLD.consumed_at)
  EXECUTE FUNCTION keep_once_set('consumed_at');

-- An account has few passkeys: those that it still has are found among all of them (credentials_by_subject_and_age). Without
-- this index, the end of a passkey changes no index at all.
DROP INDEX credentials_by_subject;
