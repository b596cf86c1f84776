import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Metrics } from '../platform/telemetry/metrics.js';
import { readSources, type ScrapeSource } from './scrape-sources.js';

const metrics = new Metrics();
const reading = (read: ScrapeSource['read']): ScrapeSource => ({
  name: 'database',
  gauges: [metrics.paused, metrics.openCases],
  read,
});
const sayPaused = async (): Promise<() => void> => () => {
  metrics.paused.set(1);
  metrics.openCases.set({ state: 'held' }, 3);
};
const told = async (): Promise<string[]> =>
  (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => /^regain_(recoveries_paused|open_cases|scrape_source_up)/.test(line));

afterEach(() => void jest.useRealTimers());

describe('a scrape', () => {
  it('tells what can be read', async () => {
    await readSources([reading(sayPaused)], metrics);
    expect(await told()).toEqual([
      'regain_open_cases{state="held"} 3',
      'regain_recoveries_paused 1',
      'regain_scrape_source_up{source="database"} 1',
    ]);
  });

  it('leaves out what cannot be read, and does not say what it was', async () => {
    await readSources([reading(() => Promise.reject(new Error('away')))], metrics);
    expect(await told()).toEqual(['regain_scrape_source_up{source="database"} 0']);
  });

  it('does not take for a figure of now what comes after its time', async () => {
    jest.useFakeTimers();
    let late: (tell: () => void) => void = () => undefined;
    const scrape = readSources([reading(() => new Promise((resolve) => (late = resolve)))], metrics);
    await jest.advanceTimersByTimeAsync(4_000);
    await scrape;
    late(await sayPaused());
    jest.useRealTimers();
    expect(await told()).toEqual(['regain_scrape_source_up{source="database"} 0']);
  });
});
