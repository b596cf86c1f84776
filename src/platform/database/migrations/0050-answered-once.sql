-- A proposed change of a profile is answered once: a refusal is not taken back by whoever has the service's role, for a second
-- person who never heard of it.
CREATE TRIGGER policy_changes_answered BEFORE UPDATE OF decided_by, decided_at ON policy_changes FOR EACH ROW
  WHEN (OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.decided_by) IS DISTINCT FROM (OLD.decided_at, OLD.decided_by))
  EXECUTE FUNCTION keep_once_set('decided_at', 'decided_by');
