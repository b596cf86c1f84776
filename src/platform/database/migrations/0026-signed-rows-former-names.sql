-- A MAC of the application's over what it says happened, under its key ring: what somebody with its database role inserts
-- goes through the chain's trigger and fits the chain, and has none (docs/adr/0014). Rows of earlier builds have none either;
-- which these are, a signed record in the trail says. No part of the row's hash, which both builds compute alike.
ALTER TABLE audit_events ADD COLUMN mac bytea;
SELECT label_columns('audit_events', 'digest', 'mac');

-- Names and birth dates that an account's profile or record had, sealed, until a week after the last change of them: whoever
-- may edit accounts could call somebody's namesake something else, and their name would be unique at once (rule 10).
ALTER TABLE subjects ADD COLUMN former_names_sealed bytea, ADD COLUMN former_names_until timestamptz;
SELECT label_columns('subjects', 'sealed', 'former_names_sealed'), label_columns('subjects', 'none', 'former_names_until');
