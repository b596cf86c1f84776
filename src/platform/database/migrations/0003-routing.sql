-- What operators and alarms say about a partner, for every process at once.
CREATE TABLE provider_controls (
  provider        text PRIMARY KEY,
  -- The kill switch.
  disabled_at     timestamptz,
  disabled_reason text,
  -- Minor units of the currency the partner bills in. Null: nobody told us.
  session_cost    integer CHECK (session_cost >= 0),
  -- Minor units per UTC day. Null: no limit.
  daily_budget    integer CHECK (daily_budget >= 0),
  -- Its results go to review since then (T45).
  watched_since   timestamptz,
  -- A person ended the last watch: reports from before raise no alarm again.
  watch_ended_at  timestamptz,
  -- A circuit opened in one of our processes: the others leave the partner alone until then.
  open_until      timestamptz,
  updated_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);
SELECT label_columns('provider_controls', 'none', 'provider', 'disabled_at', 'disabled_reason', 'session_cost', 'daily_budget', 'watched_since', 'watch_ended_at', 'open_until', 'updated_at');
GRANT SELECT, INSERT, UPDATE ON provider_controls TO regain_app;

ALTER TABLE verification_sessions
  -- When the partner was first asked to create it, and what that cost then.
  ADD COLUMN asked_at timestamptz,
  ADD COLUMN session_cost integer CHECK (session_cost >= 0),
  -- Who was not asked, and why: `provider:reason`.
  ADD COLUMN left_out text[] NOT NULL DEFAULT '{}',
  -- A create call ended without our knowing whether the partner carried it out (F27).
  ADD COLUMN possibly_created_at timestamptz;
SELECT label_columns('verification_sessions', 'none', 'asked_at', 'session_cost', 'left_out', 'possibly_created_at');
-- What a day has cost.
CREATE INDEX verification_sessions_asked ON verification_sessions (provider, asked_at) WHERE asked_at IS NOT NULL;
-- How a partner's last reports came out.
CREATE INDEX verification_reports_recent ON verification_reports (provider, received_at);

-- Sessions that exist, or may exist, at a partner and that nobody will use: found, ended there and accounted for (I12).
CREATE TABLE surplus_sessions (
  id                  text PRIMARY KEY,
  session_id          text NOT NULL REFERENCES verification_sessions (id),
  -- Null until it was found: only our own reference is known.
  external_id         text,
  secret_state_sealed bytea,
  -- `absent`: the partner has none. `unresolved`: nothing more can be done from here.
  state               text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'closed', 'absent', 'unresolved')),
  tries               integer NOT NULL DEFAULT 0,
  next_try_at         timestamptz NOT NULL,
  created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at          timestamptz
);
CREATE UNIQUE INDEX surplus_sessions_once ON surplus_sessions (session_id, COALESCE(external_id, ''));
CREATE INDEX surplus_sessions_due ON surplus_sessions (next_try_at) WHERE state = 'due';
SELECT label_columns('surplus_sessions', 'none', 'id', 'session_id', 'external_id', 'state', 'tries', 'next_try_at', 'created_at', 'settled_at'),
  label_columns('surplus_sessions', 'sealed', 'secret_state_sealed');
GRANT SELECT, INSERT, UPDATE ON surplus_sessions TO regain_app;
