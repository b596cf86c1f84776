-- A partner that was switched off, or is watched, comes back by two people (rule 10, T45): who of staff ordered the switch since it
-- is off, and who alone has asked so far for it to be switched on, or for its watch to end. A key's order names nobody.
ALTER TABLE provider_controls
  ADD COLUMN disabled_by text[] NOT NULL DEFAULT '{}',
  ADD COLUMN enable_asked_by text,
  ADD COLUMN enable_asked_at timestamptz,
  ADD COLUMN watch_end_asked_by text,
  ADD COLUMN watch_end_asked_at timestamptz;
SELECT label_columns('provider_controls', 'none', 'enable_asked_at', 'watch_end_asked_at'),
  label_columns('provider_controls', 'pseudonym', 'disabled_by', 'enable_asked_by', 'watch_end_asked_by');
