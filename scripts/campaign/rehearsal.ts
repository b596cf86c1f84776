import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';
import type { RehearsalCode } from '../../src/rehearsal/rehearsal-codes.js';
import type { Campaign } from './campaign.js';
import { PLANTED_CODES, PlantedDirectory } from './rehearsal/planted-directory.js';
import { rehearseAll, type RehearsalRun } from './rehearsal/rehearsal-run.js';

/** Of 100,000 accounts: minutes. */
const MOST_MS_PER_ACCOUNT = 600_000 / 100_000;
const MOST_RSS_BYTES = 1_024 * 1_024 * 1_024;

/**
 * A directory with known collisions and blanks, rehearsed as the worker does it: all of them found, and nothing else
 * called so.
 */
export const rehearsal: Campaign = {
  help: 'a directory of 100,000 accounts is rehearsed in minutes; every planted collision, blank and refusal is found',
  defaultUnits: 100_000,
  unit: 'accounts',
  async *run({ seed, units, done }) {
    if (done >= units) return;
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
    const postgres = await startEmbeddedPostgres({ dataDir });
    let database: Database | undefined;
    try {
      await migrate(postgres.ownerUrl);
      const ring = new KeyRing(KeyRing.generate());
      database = await Database.connect({ url: postgres.appUrl, poolSize: 3, statementTimeoutMs: 600_000, ring });
      const directory = new PlantedDirectory(seed, units);
      await directory.fill(database);
      const startedAt = performance.now();
      const before = process.cpuUsage();
      const run = await rehearseAll(database, directory);
      const figures = {
        ...run.figures,
        allMs: performance.now() - startedAt,
        cpuMs: process.cpuUsage(before).user / 1_000,
        rss: process.resourceUsage().maxRSS * 1_024,
      };
      yield { units: units - done, faults: [...compare(directory, run), ...tooMuch(units, figures)], figures };
    } finally {
      await database?.close();
      await postgres.stop();
      await removeEmbeddedPostgres(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
  summary: (parts) => {
    const {
      allMs = 0,
      cpuMs = 0,
      indexMs = 0,
      rss = 0,
      planted = 0,
    } = (parts.at(-1)?.figures ?? {}) as Record<string, number>;
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
    return `${planted} planted findings; ${seconds(allMs)} s, of which ${seconds(indexMs)} s to index the names, ${seconds(cpuMs)} s of this process’s time; ${Math.round(rss / 1_048_576)} MiB at most`;
  },
};

/** Exactly the planted accounts for every planted code: none missed, none besides. */
function compare(directory: PlantedDirectory, { found, done }: RehearsalRun): string[] {
  const faults = done === directory.size ? [] : [`${done} of ${directory.size} accounts were looked at`];
  for (const code of PLANTED_CODES) {
    const planted = directory.planted(code);
    const seen = found.get(code) ?? new Set<string>();
    faults.push(...differences(code, planted, seen));
  }
  return faults;
}

function differences(code: RehearsalCode, planted: ReadonlySet<string>, seen: ReadonlySet<string>): string[] {
  const missed = [...planted].filter((id) => !seen.has(id));
  const besides = [...seen].filter((id) => !planted.has(id));
  return [
    ...(missed.length > 0 ? [`${code}: ${missed.length} of ${planted.size} missed, e.g. ${missed[0]}`] : []),
    ...(besides.length > 0 ? [`${code}: ${besides.length} besides the planted, e.g. ${besides[0]}`] : []),
  ];
}

function tooMuch(units: number, { allMs, rss }: { allMs: number; rss: number }): string[] {
  return [
    ...(allMs <= units * MOST_MS_PER_ACCOUNT ? [] : [`${Math.round(allMs / 1_000)} s`]),
    ...(rss <= MOST_RSS_BYTES ? [] : [`${rss} bytes of memory`]),
  ];
}
