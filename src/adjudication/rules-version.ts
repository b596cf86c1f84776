/**
 * Which rules a decision was taken by; stored with its consequences. Raised by hand, in the change that makes the same settled
 * facts give another verdict, finding, next step, wait or number of people: `rules-version.int-spec.ts` turns red then. The
 * nightly replay compares what was decided under this version, so that a change of rules is no alarm that never ends.
 */
export const RULES_VERSION = 5;
