import { Problem } from './problem.js';

/** SQLSTATE of what the database refuses while all recoveries are paused (migration 0013, `refuse_while_paused`). */
export const PAUSED_CODE = 'RG003';

/** Somebody has to end a pause; asking again sooner is of no use. */
const LOOK_AGAIN_SECONDS = 300;

export const pausedProblem = (cause?: unknown): Problem =>
  new Problem('recoveries_paused', { cause, retryAfterSeconds: LOOK_AGAIN_SECONDS });
