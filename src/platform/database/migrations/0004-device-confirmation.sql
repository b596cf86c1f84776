-- Somebody was verified, and nothing shows that it was at the browser that gets the token: a partner's address can be
-- passed on (T33). The account holder has to say at an address on file that the two belong together. The number is shown
-- in that browser alone and typed where the message arrived.
CREATE TABLE device_confirmations (
  case_id       text NOT NULL REFERENCES recovery_cases (id),
  attempt       integer NOT NULL,
  number_sealed bytea NOT NULL,
  tries         integer NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 3),
  asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  confirmed_at  timestamptz,
  PRIMARY KEY (case_id, attempt)
);
SELECT label_columns('device_confirmations', 'none', 'case_id', 'attempt', 'tries', 'asked_at', 'confirmed_at'),
  label_columns('device_confirmations', 'sealed', 'number_sealed');
GRANT SELECT, INSERT, UPDATE ON device_confirmations TO regain_app;

-- A question is about one attempt and is asked again in the next; what only tells of the case has attempt 0.
ALTER TABLE notices ADD COLUMN attempt integer NOT NULL DEFAULT 0;
ALTER TABLE notices DROP CONSTRAINT notices_case_id_kind_channel_address_digest_key;
ALTER TABLE notices ADD UNIQUE (case_id, kind, attempt, channel, address_digest);
SELECT label_columns('notices', 'none', 'attempt');

-- What kind of browser came in by the link, e.g. `Safari, iPhone`: the account holder is asked whether it is theirs.
ALTER TABLE flow_sessions ADD COLUMN browser text;
SELECT label_columns('flow_sessions', 'none', 'browser');
