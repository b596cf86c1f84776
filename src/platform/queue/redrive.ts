import type { Job, Queue } from 'bullmq';

/** Dead letters of one queue that are looked at in one go; more are found by the next one. */
const MOST_JOBS = 1_000;

export interface RedriveRequest {
  /** Of this kind of work only. */
  queue?: string;
  /** This job only. */
  jobId?: string;
}

export interface Redriven {
  queue: string;
  jobIds: string[];
}

/**
 * Puts dead letters back into their queues with all their tries. Harmless however often it is done: a job re-reads its
 * case and does what is left to do. Queues without one are left out of the answer. @throws Error when there is no such queue
 */
export async function redrive(queues: readonly Queue[], request: RedriveRequest): Promise<Redriven[]> {
  const wanted = queues.filter(({ name }) => request.queue === undefined || name === request.queue);
  if (wanted.length === 0) throw new Error('there is no such queue');
  const done: Redriven[] = [];
  for (const queue of wanted) {
    const jobIds: string[] = [];
    for (const job of await deadLetters(queue, request.jobId)) {
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      jobIds.push(job.id ?? '');
    }
    if (jobIds.length > 0) done.push({ queue: queue.name, jobIds });
  }
  return done;
}

async function deadLetters(queue: Queue, jobId: string | undefined): Promise<Job[]> {
  if (jobId === undefined) return queue.getJobs(['failed'], 0, MOST_JOBS - 1, true);
  const job: Job | undefined = await queue.getJob(jobId);
  return job && (await job.isFailed()) ? [job] : [];
}
