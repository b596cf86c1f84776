-- Replaced by audit_events_told, which answers the earlier version's question as well.
DROP INDEX IF EXISTS audit_events_to_tell;
