-- A transaction that notifies holds a lock of the whole database until its commit is on the disk, so all that write to the
-- outbox waited for the disk one after the other. This version wakes the relay by itself, behind its commits, and says so on
-- its connections; an older one is still woken for.
CREATE OR REPLACE FUNCTION announce_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('regain.wakes', true) IS DISTINCT FROM 'after_commit' THEN
    PERFORM pg_notify('regain_outbox', '');
  END IF;
  RETURN NULL;
END $$;
