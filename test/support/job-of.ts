import type { Job } from 'bullmq';

/** A job as a worker hands it to its processor, on its first of several tries. */
export const jobOf = (data: object): Job => ({ data, attemptsMade: 0, opts: { attempts: 5 } }) as unknown as Job;
