import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type ProviderHealth } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { ProviderCalls } from './provider-calls.js';

/** As long as somebody who looks again and again can do without news. */
const KEPT_MS = 30_000;

interface Known {
  health: Promise<ProviderHealth>;
  /** Undefined while it is being asked for. */
  since?: number;
}

/**
 * How providers say they are. Whoever asks gets what was heard lately, and while one question is on its way nobody sends
 * another: how often operators and their scripts look is nothing that a partner has to bear.
 */
@Injectable()
export class KnownHealth {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly calls: ProviderCalls,
    private readonly clock: Clock,
  ) {}

  async of(adapter: ProviderAdapter): Promise<ProviderHealth> {
    const known = this.#known.get(adapter.id);
    if (known && this.isFresh(known)) return known.health;
    const asked: Known = { health: this.ask(adapter) };
    this.#known.set(adapter.id, asked);
    try {
      return await asked.health;
    } finally {
      asked.since = this.clock.now().getTime();
    }
  }

  private isFresh({ since }: Known): boolean {
    return since === undefined || this.clock.now().getTime() - since < KEPT_MS;
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
