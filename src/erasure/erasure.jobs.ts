import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';

/** Destroys a closed case's data key and pictures when its time has come; asks for itself again when it has not. */
export const ERASE_CASE_JOB = defineJob({
  name: 'erase-case',
  schema: z.strictObject({ caseId: z.string() }),
  tries: 10,
  backoffMs: 5_000,
  concurrency: 2,
});
