-- A profile is rehearsed on the whole directory before anybody relies on it. What is found are codes about pseudonyms,
-- nothing of the person; the cursor moves in the transaction that stores what was found, so a run that is cut off goes on.
CREATE TABLE rehearsals (
  id             text PRIMARY KEY,
  policy_id      text NOT NULL REFERENCES policies (id),
  policy_version integer NOT NULL,
  state          text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'cancelled', 'policy_removed')),
  -- The last account that was looked at; ids are walked in their order.
  cursor         text NOT NULL DEFAULT '',
  -- Whether all names are indexed that were there when it started: only then does it look at accounts.
  indexed        boolean NOT NULL DEFAULT false,
  done           integer NOT NULL DEFAULT 0 CHECK (done >= 0),
  total          integer NOT NULL CHECK (total >= 0),
  started_by     text NOT NULL,
  started_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at       timestamptz,
  CHECK ((state = 'running') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX rehearsals_one_running ON rehearsals (policy_id) WHERE state = 'running';
CREATE INDEX rehearsals_by_policy ON rehearsals (policy_id, id);
SELECT label_columns('rehearsals', 'none', 'id', 'policy_id', 'policy_version', 'state', 'indexed', 'done', 'total', 'started_at', 'updated_at', 'ended_at'),
  label_columns('rehearsals', 'pseudonym', 'cursor', 'started_by');
GRANT SELECT, INSERT, UPDATE, DELETE ON rehearsals TO regain_app;

CREATE TABLE rehearsal_subjects (
  rehearsal_id text NOT NULL REFERENCES rehearsals (id) ON DELETE CASCADE,
  subject_id   text NOT NULL,
  -- The profile that covers the account; null when none does.
  policy_id    text,
  outcome      text NOT NULL,
  script       text NOT NULL,
  -- Other accounts whose holders could be meant.
  shared_with  integer NOT NULL CHECK (shared_with >= 0),
  codes        text[] NOT NULL,
  PRIMARY KEY (rehearsal_id, subject_id)
);
SELECT label_columns('rehearsal_subjects', 'none', 'rehearsal_id', 'policy_id', 'outcome', 'script', 'shared_with', 'codes'),
  label_columns('rehearsal_subjects', 'pseudonym', 'subject_id');
GRANT SELECT, INSERT ON rehearsal_subjects TO regain_app;
