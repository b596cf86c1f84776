import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ProviderError, type ProviderAdapter, type ProviderHealth } from '../../../providers/kit/index.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderRegistry } from './provider-registry.js';

export const ProviderSummary = z.object({
  id: z.string(),
  displayName: z.string(),
  capabilities: z.looseObject({ handoff: z.string(), checks: z.array(z.string()), dataLeaves: z.string() }),
  /** Always `closed` until there is a breaker to open it. */
  circuit: z.object({ state: z.enum(['closed', 'open', 'half_open']) }),
  /** What the answering process has seen since it started, over its last hundred calls. */
  calls: z.object({
    calls: z.number().int(),
    successRatio: z.number().nullable(),
    medianLatencyMs: z.number().nullable(),
  }),
  health: z.object({ ok: z.boolean(), detail: z.string().optional() }),
});
export type ProviderSummary = z.infer<typeof ProviderSummary>;

/** The loaded providers as operators see them. */
@Injectable()
export class ProviderOverview {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
  ) {}

  async list(): Promise<ProviderSummary[]> {
    return Promise.all(this.registry.all().map((adapter) => this.summarise(adapter)));
  }

  private async summarise(adapter: ProviderAdapter): Promise<ProviderSummary> {
    const { displayName, ...capabilities } = adapter.capabilities;
    return {
      id: adapter.id,
      displayName,
      capabilities: { ...capabilities, checks: [...capabilities.checks] },
      circuit: { state: 'closed' },
      calls: this.calls.summary(adapter.id),
      health: await this.health(adapter),
    };
  }

  private async health(adapter: ProviderAdapter): Promise<ProviderHealth> {
    try {
      return await this.calls.run(adapter, 'health', async () => (await adapter.health?.()) ?? { ok: true });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { ok: false, detail: error.code };
    }
  }
}
