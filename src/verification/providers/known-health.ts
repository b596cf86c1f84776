import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type ProviderHealth } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { lately } from '../../platform/health/lately.js';
import { ProviderCalls } from './provider-calls.js';

/** As long as somebody who looks again and again can do without news. */
const KEPT_MS = 30_000;

/**
 * What providers report about their health. Callers get the last known answer, and while one question is open no other
 * is sent: however often operators and their scripts ask, the partner is not burdened.
 */
@Injectable()
export class KnownHealth {
  readonly #known = new Map<string, () => Promise<ProviderHealth>>();

  constructor(
    private readonly calls: ProviderCalls,
    private readonly clock: Clock,
  ) {}

  of(adapter: ProviderAdapter): Promise<ProviderHealth> {
    const known =
      this.#known.get(adapter.id) ??
      lately(() => this.ask(adapter), { keptMs: KEPT_MS, now: () => this.clock.now().getTime() });
    this.#known.set(adapter.id, known);
    return known();
  }

  private async ask(adapter: ProviderAdapter): Promise<ProviderHealth> {
    try {
      return await this.calls.run(adapter, 'health', async () => (await adapter.health?.()) ?? { ok: true });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { ok: false, detail: error.code };
    }
  }
}
