-- When name or birth date of an account last changed. Where nothing was proofed, documents are compared with them, so whoever
-- may edit accounts could give one to somebody else and recover it at once (design rule 10). Null: as it was created.
ALTER TABLE subjects ADD COLUMN identity_changed_at timestamptz;
SELECT label_columns('subjects', 'none', 'identity_changed_at');

CREATE FUNCTION identity_cooling_off(account subjects) RETURNS boolean LANGUAGE sql STABLE SET search_path = regain, pg_temp AS $$
  SELECT COALESCE(account.identity_changed_at > clock_timestamp() - interval '7 days', false)
$$;
REVOKE ALL ON FUNCTION identity_cooling_off(subjects) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_cooling_off(subjects) TO regain_app;

-- What a decision led to besides its verdict: the next step, the wait, how many people it took, what showed the device.
-- A decision that is taken again has to come to the same. Rows written before have none.
ALTER TABLE decisions ADD COLUMN consequences jsonb;
SELECT label_columns('decisions', 'none', 'consequences');
