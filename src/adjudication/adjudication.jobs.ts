import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';

/** Decides one attempt of a case that a provider has reported on, and judges what came too late. */
export const ADJUDICATE_JOB = defineJob({
  name: 'adjudicate',
  schema: z.strictObject({ caseId: z.string(), attempt: z.number().int() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 4,
});

/** Looks again at a held case: its hold is over, or the browser it waited for came back. */
export const RELEASE_HOLD_JOB = defineJob({
  name: 'release-hold',
  schema: z.strictObject({ caseId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 4,
});
