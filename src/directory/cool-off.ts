/**
 * After a change of addresses, of the proofing record or of a name, the new one is not used for this long (rule 10),
 * and what it was counts on.
 */
export const COOL_OFF_DAYS = 7;
/** Time after an account's creation in which its first proofing record counts as part of enrolment. */
export const ENROLMENT_HOURS = 24;
