-- A MAC of the application's over what it says happened, under its key ring: what somebody with its database role inserts
-- goes through the chain's trigger and fits the chain, and has none (docs/adr/0014). Rows of earlier builds have none either;
-- which these are, a signed record in the trail says. No part of the row's hash, which both builds compute alike.
ALTER TABLE audit_events ADD COLUMN mac bytea;
SELECT label_columns('audit_events', 'digest', 'mac');
