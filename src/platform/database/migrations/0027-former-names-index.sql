-- Step by step: each statement stands alone and can be repeated.
-- Former names whose week is over: the sweeper asks for them, however many accounts there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS subjects_by_former_names ON subjects (former_names_until) WHERE former_names_until IS NOT NULL;
