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
  /** Those the queue would not put back, e.g. because somebody else just had. */
  left?: string[];
}

/**
 * Puts dead letters back into their queues with all their tries. Harmless however often it is done: a job re-reads its
 * case and does what is left to do. `note` is told of each queue's before any of them is touched: what cannot be noted is
 * not done. Queues without one are left out of the answer. @throws Error when there is no such queue
 */
export async function redrive(
  queues: readonly Queue[],
  request: RedriveRequest,
  note: (intended: Redriven) => Promise<void>,
): Promise<Redriven[]> {
  const wanted = queues.filter(({ name }) => request.queue === undefined || name === request.queue);
  if (wanted.length === 0) throw new Error('there is no such queue');
  const done: Redriven[] = [];
  for (const queue of wanted) {
    const jobs = await deadLetters(queue, request.jobId);
    if (jobs.length === 0) continue;
    await note({ queue: queue.name, jobIds: jobs.map(({ id = '' }) => id) });
    done.push({ queue: queue.name, ...(await putBack(jobs)) });
  }
  return done;
}

async function putBack(jobs: readonly Job[]): Promise<Omit<Redriven, 'queue'>> {
  const [jobIds, left]: [string[], string[]] = [[], []];
  for (const job of jobs) {
    const back = await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }).then(
      () => true,
      () => false,
    );
    (back ? jobIds : left).push(job.id ?? '');
  }
  return left.length > 0 ? { jobIds, left } : { jobIds };
}

async function deadLetters(queue: Queue, jobId: string | undefined): Promise<Job[]> {
  if (jobId === undefined) return queue.getJobs(['failed'], 0, MOST_JOBS - 1, true);
  const job: Job | undefined = await queue.getJob(jobId);
  return job && (await job.isFailed()) ? [job] : [];
}
