-- How a picture came, as the browser that sent it says: nobody can prove it, so it counts against a picture only. Pictures of
-- before, and of callers that do not say, have none.
ALTER TABLE evidence ADD COLUMN taken text CHECK (taken IN ('camera_auto', 'camera_manual', 'file'));
SELECT label_columns('evidence', 'none', 'taken');
