-- What a pause of all recoveries stops is not counted by a limit either (Limits.takeUnlessSuspended). Whoever counts asks in the
-- statement that counts, and need not know what stops it. Inlined by the planner, so without a search path of its own.
CREATE FUNCTION counting_is_suspended() RETURNS boolean LANGUAGE sql STABLE
  RETURN EXISTS (SELECT FROM regain.recovery_pauses WHERE resumed_at IS NULL);
REVOKE ALL ON FUNCTION counting_is_suspended() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION counting_is_suspended() TO regain_app;
