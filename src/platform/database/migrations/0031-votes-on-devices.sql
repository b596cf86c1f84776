-- Whether a reviewer was told, when they voted, that nothing shows whose device the check was done on and that no address is
-- left to ask: a yes from before is no word on that (T33). Older votes, and those of an older version, were told nothing.
ALTER TABLE review_votes ADD COLUMN device_told boolean NOT NULL DEFAULT false;
SELECT label_columns('review_votes', 'none', 'device_told');
