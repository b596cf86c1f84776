import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { Logger } from '../../platform/logging/logger.js';
import { OutboundHttp } from '../../platform/outbound-http/outbound-http.js';
import { CONFIG } from '../../platform/platform.module.js';
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
  ) {}

  /** The registry of this process. @throws ConfigurationError */
  async load(): Promise<ProviderRegistry> {
    const { config, http, clock, logger } = this;
    const outside = await importProviderModules(config.PROVIDER_MODULES);
    return ProviderRegistry.load({ enabled: config.PROVIDERS, environment: config.raw, outside, http, clock, logger });
  }
}
