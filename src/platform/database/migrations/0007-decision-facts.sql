-- What a decision rested on: comparisons, results and the policy, never the data that was compared. So every decision can
-- be taken again from its own row, also after its case was erased. Rows written before have none.
ALTER TABLE decisions ADD COLUMN facts jsonb;
SELECT label_columns('decisions', 'none', 'facts');
