-- However much has piled up, a round of the sweeper ends: what was replaced is forgotten some at a time.
CREATE OR REPLACE FUNCTION prune_subject_standings() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = regain, pg_temp AS $$
  WITH gone AS (DELETE FROM subject_standings WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM subject_standings WHERE replaced_at < statement_timestamp() - interval '30 days'
      ORDER BY replaced_at LIMIT 10000 FOR UPDATE SKIP LOCKED)) RETURNING 1)
  SELECT count(*) FROM gone
$$;
