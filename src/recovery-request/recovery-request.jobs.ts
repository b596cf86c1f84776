import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';

/** Closes a case whose time is over. */
export const EXPIRE_CASE_JOB = defineJob({
  name: 'expire-case',
  schema: z.strictObject({ caseId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 4,
});

/** Looks up who asked, and opens a case when there is somebody to open it for. */
export const OPEN_REQUESTED_CASE_JOB = defineJob({
  name: 'open-requested-case',
  schema: z.strictObject({ requestId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 4,
});
