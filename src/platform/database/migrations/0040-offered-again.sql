-- The bytes that were last offered for a slot, as a keyed hash: sent again they are answered as they were, and nothing is
-- looked at, kept or counted a second time. What became of them stands beside it: `reasons` is empty when they were taken.
-- An accepted picture stays when a later one is not taken; its row says from now on why that one was not.
ALTER TABLE evidence ADD COLUMN offered_digest bytea;
SELECT label_columns('evidence', 'digest', 'offered_digest');
