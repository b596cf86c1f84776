-- What changed is looked for in the order of mark and id: without the id every round would sort all that is left.
CREATE INDEX subjects_by_account_index_and_id ON subjects (account_index, id);
DROP INDEX subjects_by_account_index;

-- Where a case's links went, and the codes that were mailed in it, go with its erasure; those of cases erased before this.
GRANT DELETE ON link_addresses, issued_recovery_codes TO regain_app;
DELETE FROM link_addresses WHERE case_id IN (SELECT case_id FROM case_keys WHERE shredded_at IS NOT NULL);
DELETE FROM issued_recovery_codes WHERE case_id IN (SELECT case_id FROM case_keys WHERE shredded_at IS NOT NULL);

-- The service may forget what an account was before a change, but only once it no longer counts: it counts for a week, and
-- is kept for a month.
CREATE INDEX subject_standings_by_time ON subject_standings (replaced_at);
CREATE FUNCTION prune_subject_standings() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = regain, pg_temp AS $$
  WITH gone AS (DELETE FROM subject_standings WHERE replaced_at < clock_timestamp() - interval '30 days' RETURNING 1)
  SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION prune_subject_standings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_subject_standings() TO regain_app;

-- A code that was used is made anew by the holder, who says that it is kept (NIST SP 800-63B-4, 4.2.1.1). Of codes made
-- before this nobody was asked.
ALTER TABLE saved_recovery_codes ADD COLUMN kept_at timestamptz;
SELECT label_columns('saved_recovery_codes', 'none', 'kept_at');
UPDATE saved_recovery_codes SET kept_at = created_at;
