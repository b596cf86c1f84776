-- What an account's groups and privilege were before a change: for a week it is treated as strictly as before, too. Whoever
-- may edit accounts could otherwise make a recovery easier and use that at once (design rule 10).
CREATE TABLE subject_standings (
  subject_id  text NOT NULL REFERENCES subjects (id),
  version     integer NOT NULL,
  groups      text[] NOT NULL,
  privileged  boolean NOT NULL,
  replaced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (subject_id, version)
);
SELECT label_columns('subject_standings', 'pseudonym', 'subject_id'),
  label_columns('subject_standings', 'none', 'version', 'groups', 'privileged', 'replaced_at');
GRANT SELECT, INSERT ON subject_standings TO regain_app;

-- Written by the database, so that no path that changes an account can leave it out. What belongs to the account's first
-- day is enrolment.
CREATE FUNCTION keep_replaced_standing() RETURNS trigger LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  IF (OLD.groups, OLD.privileged) IS DISTINCT FROM (NEW.groups, NEW.privileged) AND OLD.created_at < clock_timestamp() - interval '24 hours' THEN
    INSERT INTO subject_standings (subject_id, version, groups, privileged) VALUES (OLD.id, OLD.version, OLD.groups, OLD.privileged)
      ON CONFLICT DO NOTHING;
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION keep_replaced_standing() FROM PUBLIC;
CREATE TRIGGER subjects_keep_replaced_standing BEFORE UPDATE OF groups, privileged ON subjects
  FOR EACH ROW EXECUTE FUNCTION keep_replaced_standing();

-- Privileged, or privileged at any time of the last week.
CREATE FUNCTION counts_as_privileged(account subjects) RETURNS boolean LANGUAGE sql STABLE SET search_path = regain, pg_temp AS $$
  SELECT account.privileged OR EXISTS (SELECT 1 FROM subject_standings s
    WHERE s.subject_id = account.id AND s.privileged AND s.replaced_at > clock_timestamp() - interval '7 days')
$$;
REVOKE ALL ON FUNCTION counts_as_privileged(subjects) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION counts_as_privileged(subjects) TO regain_app;

-- Its groups, and those it left during the last week: a policy may call the members of some of them privileged.
CREATE FUNCTION recent_groups(account subjects) RETURNS text[] LANGUAGE sql STABLE SET search_path = regain, pg_temp AS $$
  SELECT array(SELECT unnest(account.groups) AS name UNION
    SELECT unnest(s.groups) FROM subject_standings s
    WHERE s.subject_id = account.id AND s.replaced_at > clock_timestamp() - interval '7 days' ORDER BY name)
$$;
REVOKE ALL ON FUNCTION recent_groups(subjects) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recent_groups(subjects) TO regain_app;

-- A reviewer's last votes are looked at with each vote.
CREATE INDEX review_votes_by_reviewer ON review_votes (reviewer, voted_at);
