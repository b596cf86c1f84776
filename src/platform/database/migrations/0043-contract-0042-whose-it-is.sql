-- What says whose a passkey, a token, a page session or a capture is stays as it was written: whoever has the application's role,
-- and not its key ring, gives no row to another account (T14, T106). What may change is said by column. A row that somebody adds is
-- found by the audit trail, which has none of it (src/audit-trail/unrecorded.ts).
REVOKE UPDATE ON credentials, recovery_tokens, flow_sessions, capture_bindings FROM regain_app;
GRANT UPDATE (sign_count, backed_up, last_used_at, name_sealed, frozen_at, removed_at) ON credentials TO regain_app;
GRANT UPDATE (superseded_at, consumed_at, credential_id, idempotency_digest) ON recovery_tokens TO regain_app;
GRANT UPDATE (seen_at, ended_at) ON flow_sessions TO regain_app;
