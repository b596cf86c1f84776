-- From this moment on pieces of a case's evidence are gone: a legal hold that came later would promise what nobody can keep,
-- and one that came before is asked for under the same lock.
ALTER TABLE case_keys ADD COLUMN erasing_at timestamptz;
SELECT label_columns('case_keys', 'none', 'erasing_at');
