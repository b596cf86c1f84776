import { Inject, Injectable, Optional } from '@nestjs/common';
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
  @Optional() @Inject(Metrics) private readonly metrics?: Metrics;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly http: OutboundHttp,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The registry of this process. @throws ConfigurationError */
  async load(): Promise<ProviderRegistry> {
    const { config, http, clock, logger } = this;
    const outside = await importProviderModules(config.PROVIDER_MODULES);
    const environment = config.raw;
    const { timings } = this;
    return ProviderRegistry.load({ enabled: config.PROVIDERS, environment, outside, http, clock, logger, timings });
  }

  /** Adapters from outside may say anything; a label takes the steps we know. */
  private readonly timings: TimingPort = {
    observe: (step, seconds) => {
      if (INFERENCE_STEPS.includes(step)) this.metrics?.inferenceSeconds.observe({ step }, seconds);
    },
  };
}
