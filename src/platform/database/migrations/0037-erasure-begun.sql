-- From this moment on pieces of a case's evidence are gone: a legal hold that came later would promise what nobody can keep,
-- and one that came before is asked for under the same lock.
ALTER TABLE case_keys ADD COLUMN erasing_at timestamptz;
-- Since when an erased case does not say any more whom it was told to (notification/told-addresses.ts).
ALTER TABLE case_keys ADD COLUMN told_forgotten_at timestamptz;
SELECT label_columns('case_keys', 'none', 'erasing_at', 'told_forgotten_at');
