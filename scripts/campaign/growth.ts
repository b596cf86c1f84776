import { performance } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { AccountIndex } from '../../src/adjudication/accounts/account-index.js';
import { KnownDocuments } from '../../src/adjudication/accounts/known-documents.js';
import { sealHeads } from '../../src/audit-trail/seal-heads.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { CaseKeys } from '../../src/platform/crypto/case-keys.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import { Limits } from '../../src/platform/limits/limits.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { routes } from '../../src/pipeline.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../src/platform/telemetry/security-events.js';
import { caseRepository } from '../../test/support/case-repository.js';
import { Sweeper } from '../../src/sweeper/sweeper.js';
import { dueSteps } from '../../src/database-sweeps.js';
import { VerificationReports } from '../../src/verification/verification-reports.js';
import { createVerificationWorld } from '../../test/support/verification/verification-world.js';
import type { Campaign } from './campaign.js';
import { writeYearsOfCases } from './growth/years-of-cases.js';
import { median } from './permutation-test.js';
import type { Part } from './progress.js';
import { closeThroughputRig, measurePair, openThroughputRig, type ThroughputRig } from './throughput/measure.js';
import { OPERATIONS } from './throughput/operations.js';

/** Closed cases that everything is compared with, in thousands; ten audit rows each. */
const FEW_THOUSAND = 10;
const ROUNDS = 3;
const MOST_TIMES_SLOWER = 1.2;
/** A round of the sweeper or the sealer that takes less is quick enough, however few milliseconds it took before. */
const QUICK_ROUND_MS = 250;
const SILENT = Logger.create('error', new Writable({ write: (_chunk, _encoding, done) => done() }));

/**
 * The same operations beside 10,000 closed cases and beside as many as are asked for, ten audit rows each. What the
 * machine does meanwhile is taken out by the limit, which is measured in turns and whose tables do not grow.
 */
export const growth: Campaign = {
  help: 'with 1,000,000 closed cases and 10,000,000 audit rows everything costs at most 1.2 times what it costs with 10,000',
  defaultUnits: 1_000,
  unit: 'thousand closed cases',
  async *run({ units, done }) {
    if (done >= units) return;
    const rig = await openThroughputRig();
    try {
      await measureAll(rig, 1);
      await writeYearsOfCases(rig.product.ownerUrl, { known: 0, total: FEW_THOUSAND * 1_000 });
      const before = await measureAll(rig, ROUNDS);
      await writeYearsOfCases(rig.product.ownerUrl, { known: FEW_THOUSAND * 1_000, total: units * 1_000 });
      yield partOf(units - done, { before, after: await measureAll(rig, ROUNDS) });
    } finally {
      await closeThroughputRig(rig);
    }
  },
  summary: (parts) =>
    Object.entries(parts.at(-1)?.figures ?? {})
      .map(([name, figure]) => `${name} ${Number(figure).toFixed(2)}`)
      .join('; '),
};

/** What each operation costs, in units of what the limit costs at the same time; and a round of the sweeper, in milliseconds. */
type Costs = Record<string, number>;

async function measureAll(rig: ThroughputRig, rounds: number): Promise<Costs> {
  const costs: Record<string, number[]> = {};
  const add = (name: string, cost: number): void => void (costs[name] ??= []).push(cost);
  for (let round = 0; round < rounds; round += 1) {
    for (const operation of OPERATIONS) {
      const { product, limit } = await measurePair(rig, { operation, requests: operation.requests });
      add(operation.name, limit.perSecond / product.perSecond);
    }
    add('sweep_ms', await sweepMs(rig));
    add('seal_ms', await sealMs(rig));
  }
  return Object.fromEntries(Object.entries(costs).map(([name, measured]) => [name, median(measured)]));
}

/** A round beside what has been, not beside what the load has just begun: that is closed and erased first. */
async function sweepMs({ product: { database, ring } }: ThroughputRig): Promise<number> {
  await database.transaction(async (tx) => {
    await tx.run`UPDATE recovery_cases SET state = 'expired', closed_at = clock_timestamp() WHERE closed_at IS NULL`;
    await tx.run`UPDATE case_keys SET wrapped_sealed = NULL, shredded_at = clock_timestamp() WHERE shredded_at IS NULL`;
  });
  const sweeper = new Sweeper({ database, logger: SILENT, routes, cases: caseRepository() });
  const steps = Object.values(dueStepsOf(database, ring));
  const startedAt = performance.now();
  await sweeper.sweep();
  for (const step of steps) await step();
  return performance.now() - startedAt;
}

/** All that a worker's rounds do beside looking for what nobody woke up for. */
function dueStepsOf(database: Database, ring: KeyRing): ReturnType<typeof dueSteps> {
  const [limits, events] = [new Limits(ring, 1), new SecurityEvents(new Metrics(), SILENT)];
  const reports = new VerificationReports(new CaseKeys(ring), new SystemClock());
  const documents = new KnownDocuments(ring, reports, events);
  const accounts = new AccountIndex(ring, documents, events);
  const { inbox } = createVerificationWorld({ database, providers: [] });
  return dueSteps(database, { limits, inbox, documents, accounts });
}

/** A checkpoint over what the load has just written: each worker makes one a minute. */
async function sealMs({ product: { database, ring } }: ThroughputRig): Promise<number> {
  const startedAt = performance.now();
  await database.transaction((tx) => sealHeads(tx, ring));
  return performance.now() - startedAt;
}

function partOf(units: number, { before, after }: { before: Costs; after: Costs }): Part {
  const figures: Record<string, number> = {};
  const faults: string[] = [];
  for (const [name, cost] of Object.entries(after)) {
    const times = cost / (before[name] ?? Number.NaN);
    Object.assign(figures, {
      [`${name}_times`]: times,
      [`${name}_before`]: before[name] ?? Number.NaN,
      [`${name}_after`]: cost,
    });
    const quick = name.endsWith('_ms') && cost <= QUICK_ROUND_MS;
    if (!(times <= MOST_TIMES_SLOWER) && !quick)
      faults.push(`${name}: ${times.toFixed(2)} times what it cost beside ${FEW_THOUSAND},000 cases`);
  }
  return { units, faults, figures };
}
