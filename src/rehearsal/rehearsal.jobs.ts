import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';

/** One stretch of a rehearsal; the last thing it does is to ask for the next. */
export const REHEARSE_JOB = defineJob({
  name: 'rehearse',
  schema: z.strictObject({ rehearsalId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 1,
});
