import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';
import type { SessionRef } from './session/verification-session.js';

/** Asks a provider for a session's result. */
export const COLLECT_RESULT_JOB = defineJob<SessionRef>({
  name: 'collect-result',
  schema: z.strictObject({ caseId: z.string(), attempt: z.number().int(), sessionId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 8,
});
