-- A change of a profile by which somebody would get an easier recovery waits here for a second person (rule 10). What
-- was decided stays: a proposal is answered once, and never by whoever made it.
CREATE TABLE policy_changes (
  id           text PRIMARY KEY,
  policy_id    text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('create', 'change', 'remove')),
  -- The version the change was written against; 0 for a profile that is not there yet.
  base_version integer NOT NULL CHECK (base_version >= 0),
  document     jsonb CHECK ((kind = 'remove') = (document IS NULL)),
  weakened     text[] NOT NULL CHECK (cardinality(weakened) > 0),
  diff         text[] NOT NULL,
  state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'rejected')),
  proposed_by  text NOT NULL,
  proposed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at   timestamptz NOT NULL,
  decided_by   text,
  decided_at   timestamptz,
  CHECK ((state = 'pending') = (decided_by IS NULL) AND (state = 'pending') = (decided_at IS NULL)),
  CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE INDEX policy_changes_by_policy ON policy_changes (policy_id, id);
SELECT label_columns('policy_changes', 'none', 'id', 'policy_id', 'kind', 'base_version', 'document', 'weakened', 'diff', 'state', 'proposed_at', 'expires_at',
    'decided_at'),
  label_columns('policy_changes', 'pseudonym', 'proposed_by', 'decided_by');
-- What was proposed, by whom and until when, is nobody's to change.
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at) ON policy_changes TO regain_app;

-- What an account can sign in with at its best, as provisioning knows it; NULL is not known and counts as the strongest
-- (T61). A level that was lowered, or made known, counts only after a week: until then the one before it does.
ALTER TABLE subjects
  ADD COLUMN assurance_level text CHECK (assurance_level IN ('AAL1', 'AAL2', 'AAL3')),
  ADD COLUMN assurance_level_before text CHECK (assurance_level_before IN ('AAL1', 'AAL2', 'AAL3')),
  ADD COLUMN assurance_changed_at timestamptz;
SELECT label_columns('subjects', 'none', 'assurance_level', 'assurance_level_before', 'assurance_changed_at');

-- Evidence that is kept beyond its time because something about the case is being looked into (T79). One person asks for
-- it and another confirms; it ends the same way. An unconfirmed wish keeps the evidence for as long as it can be answered.
CREATE TABLE legal_holds (
  id            text PRIMARY KEY,
  case_id       text NOT NULL REFERENCES recovery_cases (id),
  reason_code   text NOT NULL,
  asked_by      text NOT NULL,
  asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  lapses_at     timestamptz NOT NULL,
  -- Put there when it is asked for anew: a wish that was never confirmed stays as it was.
  lapsed_at     timestamptz,
  confirmed_by  text CHECK (confirmed_by <> asked_by),
  confirmed_at  timestamptz,
  release_by    text,
  release_at    timestamptz,
  released_by   text CHECK (released_by <> release_by),
  released_at   timestamptz,
  CHECK (lapsed_at IS NULL OR (lapsed_at >= lapses_at AND confirmed_at IS NULL)),
  CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
  CHECK ((release_by IS NULL) = (release_at IS NULL) AND (released_by IS NULL) = (released_at IS NULL)),
  CHECK (released_at IS NULL OR (confirmed_at IS NOT NULL AND release_at IS NOT NULL))
);
CREATE UNIQUE INDEX legal_holds_one_per_case ON legal_holds (case_id) WHERE released_at IS NULL AND lapsed_at IS NULL;
SELECT label_columns('legal_holds', 'none', 'id', 'case_id', 'reason_code', 'asked_at', 'lapses_at', 'lapsed_at', 'confirmed_at', 'release_at', 'released_at'),
  label_columns('legal_holds', 'pseudonym', 'asked_by', 'confirmed_by', 'release_by', 'released_by');
GRANT SELECT, INSERT, UPDATE (lapsed_at, confirmed_by, confirmed_at, release_by, release_at, released_by, released_at) ON legal_holds TO regain_app;
