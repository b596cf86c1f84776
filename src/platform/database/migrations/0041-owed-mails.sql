-- A mail that somebody asked for in a case and that no server has taken yet: a link that was sent anew, a recovery code. Written
-- with the request, replaced when it is asked for again, removed when the mail went. The queue may lose the job; the sweeper
-- finds the row (rule 2), and a job that runs twice finds none (T9).
CREATE TABLE owed_mails (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id    text NOT NULL REFERENCES recovery_cases (id),
  event      text NOT NULL CHECK (event IN ('link.requested', 'recovery_code.requested')),
  attempt    integer NOT NULL,
  owed_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries      integer NOT NULL DEFAULT 0,
  tried_at   timestamptz,
  UNIQUE (case_id, event)
);
CREATE INDEX owed_mails_since ON owed_mails (owed_since);
SELECT label_columns('owed_mails', 'none', 'id', 'case_id', 'event', 'attempt', 'owed_since', 'tries', 'tried_at');
GRANT SELECT, INSERT, UPDATE, DELETE ON owed_mails TO regain_app;
