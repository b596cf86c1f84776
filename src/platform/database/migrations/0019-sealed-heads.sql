-- Step by step: each statement stands alone and can be repeated.
-- Sealing asks of each chain that moved whether it is sealed as it stands now.
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_checkpoint_heads_by_chain ON audit_checkpoint_heads (chain_id, seq);
