-- Staff who signed in to the console with their browser (ADR 15). The cookie's value is kept as a keyed hash; who it is and with
-- which roles, as the sign-in said it, is sealed. A session ends with the tokens it came from, and after eight hours at the latest.
CREATE TABLE staff_sessions (
  id            text PRIMARY KEY,
  cookie_digest bytea NOT NULL UNIQUE,
  claims_sealed bytea NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz,
  CHECK (expires_at <= created_at + interval '8 hours 1 minute')
);
SELECT label_columns('staff_sessions', 'none', 'id', 'created_at', 'seen_at', 'expires_at', 'ended_at'),
  label_columns('staff_sessions', 'digest', 'cookie_digest'), label_columns('staff_sessions', 'sealed', 'claims_sealed');
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_sessions TO regain_app;
