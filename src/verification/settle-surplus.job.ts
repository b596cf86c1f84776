import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';
import type { SessionRef } from './session/verification-session.js';

/** Finds and ends what one of our sessions may have left behind at a provider. */
export const SETTLE_SURPLUS_JOB = defineJob<SessionRef>({
  name: 'settle-surplus',
  schema: z.strictObject({ caseId: z.string(), attempt: z.number().int(), sessionId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 4,
});
