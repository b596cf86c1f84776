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
