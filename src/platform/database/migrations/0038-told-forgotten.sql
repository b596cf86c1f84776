-- Step by step: each statement stands alone and can be repeated.
-- Erased cases that still say whom they were told to: the sweeper asks for them, however many were erased before.
CREATE INDEX CONCURRENTLY IF NOT EXISTS case_keys_still_told ON case_keys (shredded_at) WHERE shredded_at IS NOT NULL AND told_forgotten_at IS NULL;
