import type { Queue } from 'bullmq';
import type { Metrics } from '../platform/telemetry/metrics.js';
import type { ScrapeSource } from './scrape-sources.js';

interface QueueFigures {
  queue: string;
  counts: Record<string, number>;
  dueAtMs: number | undefined;
}

/**
 * Sizes of the queues and how long the next job has been due. Every worker tells the same figures, so take the greatest,
 * not the sum.
 */
export const queueSource = (queues: readonly Queue[], metrics: Metrics): ScrapeSource => ({
  name: 'queue',
  gauges: [metrics.queueJobs, metrics.queueAge],
  read: async () => {
    const read = await Promise.all(queues.map(readQueue));
    return () => tell(metrics, read);
  },
});

function tell(metrics: Metrics, read: readonly QueueFigures[]): void {
  for (const { queue, counts, dueAtMs } of read) {
    for (const [state, count] of Object.entries(counts)) metrics.queueJobs.set({ queue, state }, count);
    const age = dueAtMs === undefined ? 0 : Math.max(0, performance.timeOrigin + performance.now() - dueAtMs) / 1_000;
    metrics.queueAge.set({ queue }, age);
  }
}

async function readQueue(queue: Queue): Promise<QueueFigures> {
  const [counts, [oldest]] = await Promise.all([
    queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
    queue.getJobs(['waiting'], 0, 0, true),
  ]);
  const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
  const dueAtMs = oldest && oldest.timestamp + (oldest.opts.delay ?? 0);
  return { queue: queue.name, counts: { waiting, active, delayed, failed }, dueAtMs };
}
