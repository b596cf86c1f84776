import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';
import type { SessionRef } from './session/verification-session.js';

const OF_SESSION = {
  schema: z.strictObject({ caseId: z.string(), attempt: z.number().int(), sessionId: z.string() }),
  tries: 5,
  backoffMs: 1_000,
};

/** Asks a provider to open a stored session. */
export const SUBMIT_VERIFICATION_JOB = defineJob<SessionRef>({
  name: 'submit-verification',
  ...OF_SESSION,
  concurrency: 8,
});

/** Asks a provider for a session's result. */
export const COLLECT_RESULT_JOB = defineJob<SessionRef>({ name: 'collect-result', ...OF_SESSION, concurrency: 8 });

/** Finds and ends what one of our sessions may have left behind at a provider. */
export const SETTLE_SURPLUS_JOB = defineJob<SessionRef>({ name: 'settle-surplus', ...OF_SESSION, concurrency: 4 });

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
