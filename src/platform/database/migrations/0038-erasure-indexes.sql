-- Step by step: each statement stands alone and can be repeated.
-- Erased cases that still say whom they were told to: the sweeper asks for them, however many were erased before.
CREATE INDEX CONCURRENTLY IF NOT EXISTS case_keys_still_told ON case_keys (shredded_at) WHERE shredded_at IS NOT NULL AND told_forgotten_at IS NULL;
-- Which portraits are named by a record: the others are swept.
CREATE INDEX CONCURRENTLY IF NOT EXISTS proofing_records_by_portrait ON proofing_records (portrait_object_key) WHERE portrait_object_key IS NOT NULL;
