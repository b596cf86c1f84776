-- Step by step: each statement stands alone and can be repeated.
-- An evaluation's report: the newest cases of one profile, of some days, however many others there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS recovery_cases_evaluated ON recovery_cases (policy_id, created_at) WHERE mode = 'evaluation';
