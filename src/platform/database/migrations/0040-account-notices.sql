-- What the holder of an account has still to be told of changes of it (rule 10, T48): written with the change, removed when every
-- address was told. The queue may lose the job; the sweeper finds the row (rule 2).
CREATE TABLE account_notices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject_id text NOT NULL REFERENCES subjects (id),
  event      text NOT NULL,
  owed_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries      integer NOT NULL DEFAULT 0
);
CREATE INDEX account_notices_owed ON account_notices (owed_since);
SELECT label_columns('account_notices', 'none', 'id', 'event', 'owed_since', 'tries'), label_columns('account_notices', 'pseudonym', 'subject_id');
GRANT SELECT, INSERT, UPDATE, DELETE ON account_notices TO regain_app;

-- Which addresses have taken it: a mailbox that refuses mail makes nobody else be told again and again.
CREATE TABLE account_notices_told (
  notice_id      bigint NOT NULL REFERENCES account_notices (id) ON DELETE CASCADE,
  address_digest bytea NOT NULL,
  told_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (notice_id, address_digest)
);
SELECT label_columns('account_notices_told', 'none', 'notice_id', 'told_at'), label_columns('account_notices_told', 'digest', 'address_digest');
GRANT SELECT, INSERT ON account_notices_told TO regain_app;
