/**
 * Every advisory lock that is a number of its own (PostgreSQL, "Advisory Locks"). Numbers are one namespace for the whole
 * database, so they stand together, where no two can be the same.
 */
export const ADVISORY_LOCKS = {
  /** The same for every migrator of every version. */
  migration: 727_401,
  /** One sweeper works at a time, however many run (F47). */
  sweep: 727_402,
  /** One sealer at a time. */
  checkpoint: 727_403,
  /** What a pause stops holds it shared (migration 0013, `refuse_while_paused`). */
  pause: 727_404,
  /** Changes of profiles are judged against each other, so one follows the other. */
  policyChange: 727_405,
  /** One picture is accepted after the other, so that of two equal ones the second finds the first (T72). */
  acceptedSelfie: 727_406,
  /** Of two alarms at once the second finds the first. */
  staffAlarm: 727_407,
  /** One `regain restore reconcile` at a time. */
  restore: 727_408,
} as const;
