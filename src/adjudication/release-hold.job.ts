import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';

/** Looks again at a held case: its hold is over, or the browser it waited for came back. */
export const RELEASE_HOLD_JOB = defineJob({
  name: 'release-hold',
  schema: z.strictObject({ caseId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 4,
});
