import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';

export interface PushRef {
  inboxId: string;
}

/** Finds the session that a stored delivery speaks of. */
export const MATCH_PUSH_JOB = defineJob<PushRef>({
  name: 'match-push',
  schema: z.strictObject({ inboxId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
  concurrency: 8,
});
