import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import type { PageQuery } from '../../platform/http/lists.js';
import { KnownHealth } from './known-health.js';
import { ProviderControls, type ProviderControl } from './provider-controls.js';
import { ProviderRegistry } from './provider-registry.js';
import { ProviderVitals } from './provider-vitals.js';

export const ProviderSummary = z
  .object({
    id: z.string(),
    displayName: z.string(),
    capabilities: z.looseObject({ handoff: z.string(), checks: z.array(z.string()), dataLeaves: z.string() }),
    circuit: z
      .object({ state: z.enum(['closed', 'open', 'half_open']), openUntil: z.iso.datetime().nullable() })
      .describe(
        'As the answering process sees it, or as another told it. `half_open`: the next person sent there shows how it is.',
      ),
    calls: z
      .object({
        calls: z.number().int(),
        successRatio: z.number().nullable(),
        medianLatencyMs: z.number().nullable(),
        p95LatencyMs: z.number().nullable(),
        errors: z.record(z.string(), z.number().int()),
      })
      .describe(
        'What the answering process has seen in the last five minutes. `errors` counts the ways in which calls failed.',
      ),
    control: z
      .object({
        disabled: z.object({ reason: z.string(), since: z.iso.datetime() }).nullable(),
        sessionCost: z.number().int().nullable(),
        dailyBudget: z.number().int().nullable(),
        spentToday: z.number().int(),
        /** Since when its results go to review. */
        watchedSince: z.iso.datetime().nullable(),
        /**
         * What one person has asked for within the last day and a second one has not yet: `disabled`, switched on;
         * `watch`, ended.
         */
        awaitsSecondPerson: z.array(z.enum(['disabled', 'watch'])),
      })
      .describe(
        'Set by `PATCH /v1/providers/{id}`, for all processes. Amounts are minor units of what the partner bills in.',
      ),
    health: z
      .object({ ok: z.boolean(), detail: z.string().optional() })
      .describe('As the answering process heard it within the last half a minute.'),
  })
  .meta({ id: 'ProviderSummary' });
export type ProviderSummary = z.infer<typeof ProviderSummary>;

/** The loaded providers as operators see them. */
@Injectable()
export class ProviderOverview {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly health: KnownHealth,
    private readonly vitals: ProviderVitals,
    private readonly controls: ProviderControls,
    private readonly database: Database,
  ) {}

  /** By id, one more than the limit where there is one. */
  async page({ limit, cursor = '' }: PageQuery): Promise<ProviderSummary[]> {
    const following = this.registry.all().filter(({ id }) => id > cursor);
    return this.of(following.sort((left, right) => (left.id < right.id ? -1 : 1)).slice(0, limit + 1));
  }

  /** @throws Problem not_found */
  async one(id: string): Promise<ProviderSummary> {
    const adapter = this.registry.get(id);
    const [summary] = adapter ? await this.of([adapter]) : [];
    if (!summary) throw new Problem('not_found');
    return summary;
  }

  private async of(adapters: readonly ProviderAdapter[]): Promise<ProviderSummary[]> {
    const ids = adapters.map(({ id }) => id);
    const controls = await this.database.read((tx) => this.controls.of(tx, ids));
    return Promise.all(adapters.map((adapter) => this.summarise(adapter, controls.get(adapter.id))));
  }

  private async summarise(adapter: ProviderAdapter, control: ProviderControl | undefined): Promise<ProviderSummary> {
    const { displayName, ...capabilities } = adapter.capabilities;
    return {
      id: adapter.id,
      displayName,
      capabilities: { ...capabilities, checks: [...capabilities.checks] },
      circuit: this.circuit(adapter.id, control),
      calls: this.vitals.summary(adapter.id),
      control: controlView(control),
      health: await this.health.of(adapter),
    };
  }

  /** The longer of what this process and what another one knows. */
  private circuit(provider: string, control: ProviderControl | undefined): ProviderSummary['circuit'] {
    const { state, openUntil } = this.vitals.circuit(provider);
    const told = control !== undefined && control.openForSeconds > 0 ? control.openUntil : null;
    const until = [openUntil ?? null, told].reduce((a, b) => (a !== null && (b === null || a > b) ? a : b));
    return until ? { state: 'open', openUntil: until.toISOString() } : { state, openUntil: null };
  }
}

function controlView(control: ProviderControl | undefined): ProviderSummary['control'] {
  const { disabledAt = null, disabledReason, watchedSince = null } = control ?? {};
  return {
    disabled: disabledAt && { reason: disabledReason ?? '', since: disabledAt.toISOString() },
    sessionCost: control?.sessionCost ?? null,
    dailyBudget: control?.dailyBudget ?? null,
    spentToday: control?.spentToday ?? 0,
    watchedSince: watchedSince?.toISOString() ?? null,
    awaitsSecondPerson: [
      ...(control?.enableAskedBy ? (['disabled'] as const) : []),
      ...(control?.watchEndAskedBy ? (['watch'] as const) : []),
    ],
  };
}
