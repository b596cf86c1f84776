-- What a reviewer is called beside their name in the trail (STAFF_ACCOUNT_CLAIMS), under the case's key: where an identity
-- provider names people at random, only these tell later that the account they voted on is their own. Older votes, and those
-- of an older version, have none.
ALTER TABLE review_votes ADD COLUMN accounts_sealed bytea;
SELECT label_columns('review_votes', 'sealed', 'accounts_sealed');
