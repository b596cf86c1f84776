import { median } from './permutation-test.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';
import { closeThroughputRig, measurePair, openThroughputRig, type ThroughputRig } from './throughput/measure.js';
import { OPERATIONS } from './throughput/operations.js';

/**
 * So many that neither side is still being compiled: after 320, as many as there used to be, one redemption took the
 * product 1.5 times and the limit 1.2 times the processor time of one after 2,000.
 */
const WARM_REQUESTS = 2_000;

/**
 * What the product does in a second beside what Fastify and node-postgres do that write the same rows and nothing else
 * (one process each, 32 connections, ten connections to the same durable PostgreSQL), by turns.
 */
export const throughput: Campaign = {
  help: 'openings ≥ 0.5, partners’ deliveries ≥ 0.6, redemptions ≥ 0.5 of raw Fastify and pg writing the same rows',
  defaultUnits: 5,
  unit: 'pairs',
  async *run({ units, done }) {
    if (done >= units) return;
    const rig = await openThroughputRig();
    try {
      for (const operation of OPERATIONS) await measurePair(rig, { operation, requests: WARM_REQUESTS });
      for (let at = done; at < units; at += 1) yield await measureRound(rig);
    } finally {
      await closeThroughputRig(rig);
    }
  },
  judge: (parts) =>
    OPERATIONS.flatMap(({ name, least }) => {
      const share = median(valuesOf(parts, `${name}_share`));
      return share >= least ? [] : [`${name}: ${share.toFixed(2)} of what is possible, ${least} is wanted`];
    }),
  summary: (parts) =>
    OPERATIONS.map(({ name }) => {
      const of = (figure: string): number => median(valuesOf(parts, `${name}_${figure}`));
      return (
        `${name} ${of('share').toFixed(2)} (${Math.round(of('product'))} of ${Math.round(of('limit'))} in a second, ` +
        `p50 ${of('p50_ms')} ms, p99 ${of('p99_ms')} ms; rows ${of('rows').toFixed(1)} and ${of('limit_rows').toFixed(1)})`
      );
    }).join('; '),
};

async function measureRound(rig: ThroughputRig): Promise<Part> {
  const figures: Record<string, number> = {};
  const faults: string[] = [];
  for (const operation of OPERATIONS) {
    const { product, limit } = await measurePair(rig, { operation, requests: operation.requests });
    const { name } = operation;
    Object.assign(figures, {
      [`${name}_product`]: product.perSecond,
      [`${name}_limit`]: limit.perSecond,
      [`${name}_share`]: product.perSecond / limit.perSecond,
      [`${name}_p50_ms`]: product.p50Ms,
      [`${name}_p99_ms`]: product.p99Ms,
      [`${name}_rows`]: product.rows,
      [`${name}_limit_rows`]: limit.rows,
    });
    if (product.refused + limit.refused > 0)
      faults.push(`${name}: ${product.refused} requests refused by the product, ${limit.refused} by the limit`);
  }
  return { units: 1, faults, figures };
}

function valuesOf(parts: readonly Part[], name: string): number[] {
  return parts.flatMap(({ figures }) => figures?.[name] ?? []);
}
