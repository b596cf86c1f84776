import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';
import type { SessionRef } from './session/verification-session.js';

/** Asks a provider to open a stored session. */
export const SUBMIT_VERIFICATION_JOB = defineJob<SessionRef>({
  name: 'submit-verification',
  schema: z.strictObject({ caseId: z.string(), attempt: z.number().int(), sessionId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 8,
});
