import { Inject, Injectable } from '@nestjs/common';
import { INFERENCE_STEPS, type TimingPort } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { Logger } from '../../platform/logging/logger.js';
import { OutboundHttp } from '../../platform/outbound-http/outbound-http.js';
import { CONFIG } from '../../platform/platform.module.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { importProviderModules } from './provider-modules.js';
import { ProviderRegistry } from './provider-registry.js';

/** What the environment says about providers: the catalogue, `PROVIDER_MODULES` beside it, and `PROVIDERS` of both. */
@Injectable()
export class ConfiguredProviders {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly http: OutboundHttp,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** The registry of this process. @throws ConfigurationError */
  async load(): Promise<ProviderRegistry> {
    const { config, http, clock, logger } = this;
    const outside = await importProviderModules(config.PROVIDER_MODULES);
    const environment = config.raw;
    const { timings } = this;
    const loaded = { enabled: config.PROVIDERS, environment, outside, http, clock, logger, timings };
    const registry = ProviderRegistry.load(loaded);
    for (const { id: provider } of registry.all()) this.countFromZero(provider);
    return registry;
  }

  /** A series that begins at one is no increase to Prometheus. */
  private countFromZero(provider: string): void {
    for (const kind of ['approval', 'latency']) this.metrics.providerAlarms.inc({ provider, kind }, 0);
    for (const end of ['closed', 'absent', 'unresolved']) this.metrics.surplusSessions.inc({ provider, end }, 0);
  }

  /** Adapters from outside may say anything; a label takes the steps we know. */
  private readonly timings: TimingPort = {
    observe: (step, seconds) => {
      if (INFERENCE_STEPS.includes(step)) this.metrics.inferenceSeconds.observe({ step }, seconds);
    },
  };
}
