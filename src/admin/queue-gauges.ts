import type { Queue } from 'bullmq';
import type { Metrics } from '../platform/telemetry/metrics.js';

/**
 * Sizes of the queues and how long the next job has been due. Every worker tells the same figures, so take the greatest,
 * not the sum.
 */
export async function readQueueGauges(queues: readonly Queue[], metrics: Metrics): Promise<void> {
  const read = await Promise.all(queues.map(readQueue));
  for (const { queue, counts, dueAtMs } of read) {
    for (const [state, count] of Object.entries(counts)) metrics.queueJobs.set({ queue, state }, count);
    const age = dueAtMs === undefined ? 0 : Math.max(0, performance.timeOrigin + performance.now() - dueAtMs) / 1_000;
    metrics.queueAge.set({ queue }, age);
  }
}

async function readQueue(
  queue: Queue,
): Promise<{ queue: string; counts: Record<string, number>; dueAtMs: number | undefined }> {
  const [counts, [oldest]] = await Promise.all([
    queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
    queue.getJobs(['waiting'], 0, 0, true),
  ]);
  const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
  const dueAtMs = oldest && oldest.timestamp + (oldest.opts.delay ?? 0);
  return { queue: queue.name, counts: { waiting, active, delayed, failed }, dueAtMs };
}
