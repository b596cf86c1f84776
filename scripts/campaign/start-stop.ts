import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeServiceData, ServiceProcess } from '../harness/service-process.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

/** What is promised of the embedded profile on a machine that has nothing else to do; medians. */
const LIMITS_MS = { cold: 10_000, warm: 3_000, stop: 5_000 };

/** Started on an empty folder, stopped, started on what is there, interrupted; the figures are medians. */
export const startStop: Campaign = {
  help: 'ready within 10 s on an empty folder, 3 s on a used one, stopped within 5 s',
  defaultUnits: 5,
  unit: 'rounds',
  async *run({ units, done }) {
    for (let round = done; round < units; round += 1) yield await oneRound();
  },
  judge: (parts) =>
    Object.entries(LIMITS_MS).flatMap(([what, limit]) => {
      const took = medianOf(parts, what);
      return took > limit ? [`${what}: ${took} ms, promised are ${limit}`] : [];
    }),
  summary: (parts) =>
    Object.keys(LIMITS_MS)
      .map((what) => `${what} ${medianOf(parts, what)} ms`)
      .join(', '),
};

async function oneRound(): Promise<Part> {
  const dataDir = mkdtempSync(join(tmpdir(), 'regain-start-'));
  try {
    const first = await ServiceProcess.start({ dataDir });
    const stopped = await first.stop('SIGTERM');
    const second = await ServiceProcess.start({ dataDir });
    const interrupted = await second.stop('SIGINT');
    const faults = [stopped, interrupted].flatMap(({ exitCode }) => (exitCode === 0 ? [] : [`exit code ${exitCode}`]));
    const figures = {
      cold: Math.round(first.readyAfterMs),
      warm: Math.round(second.readyAfterMs),
      stop: Math.round(Math.max(stopped.tookMs, interrupted.tookMs)),
    };
    return { units: 1, faults, figures };
  } finally {
    await removeServiceData(dataDir);
  }
}

function medianOf(parts: readonly Part[], what: string): number {
  const sorted = parts.map(({ figures }) => Number(figures?.[what] ?? 0)).sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}
