-- What pushes and returning browsers of a session carried, for partners that have no result to be asked for
-- (`callback_only`, `oidc_code`). Sealed under the case's key: shredding the case shreds them.
CREATE TABLE session_deliveries (
  id             text PRIMARY KEY,
  session_id     text NOT NULL REFERENCES verification_sessions (id),
  delivery_id    text NOT NULL,
  payload_sealed bytea NOT NULL,
  received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The first one stands, whatever comes under the same name later (T29).
  UNIQUE (session_id, delivery_id)
);
SELECT label_columns('session_deliveries', 'none', 'id', 'session_id', 'delivery_id', 'received_at'),
  label_columns('session_deliveries', 'sealed', 'payload_sealed');
GRANT SELECT, INSERT ON session_deliveries TO regain_app;

ALTER TABLE verification_sessions
  -- The browser that started came back with the one-time state: it sits where the check was done (T33, T36).
  ADD COLUMN returned_at timestamptz,
  -- Our own pictures are on their way to the partner, or there.
  ADD COLUMN evidence_lease_until timestamptz,
  ADD COLUMN evidence_handed_at timestamptz;
SELECT label_columns('verification_sessions', 'none', 'returned_at', 'evidence_lease_until', 'evidence_handed_at');
