import type { Gauge } from 'prom-client';
import type { Metrics } from '../platform/telemetry/metrics.js';

/** Figures that are read when a scrape asks for them, from one place that may be away. */
export interface ScrapeSource {
  name: 'database' | 'queue' | 'objects';
  /** Everything that it says. */
  gauges: readonly Gauge<string>[];
  /** Reads the figures; what it gives back says them. */
  read: () => Promise<() => void>;
}

/** Longest that a scrape waits for a figure: less than the ten seconds Prometheus waits for us. */
const LONGEST_READ_MS = 4_000;

/**
 * Reports the figures that can be read in time and leaves out the others. It never repeats an old value: a pause that
 * can no longer be read would silence every alarm that keeps quiet during a pause.
 */
export async function readSources(sources: readonly ScrapeSource[], metrics: Metrics): Promise<void> {
  await Promise.all(
    sources.map(async ({ name, gauges, read }) => {
      const tell = await inTime(read);
      for (const gauge of gauges) leaveOut(gauge);
      tell?.();
      metrics.sourceUp.set({ source: name }, tell ? 1 : 0);
    }),
  );
}

/** A gauge without labels begins anew at zero when it is reset: that would be a figure too. */
function leaveOut(gauge: Gauge<string>): void {
  gauge.reset();
  gauge.remove({});
}

async function inTime<Read>(read: () => Promise<Read>): Promise<Read | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LONGEST_READ_MS);
  });
  return Promise.race([read().catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
