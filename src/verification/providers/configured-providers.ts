import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { Logger } from '../../platform/logging/logger.js';
import { OutboundHttp } from '../../platform/outbound-http/outbound-http.js';
import { CONFIG } from '../../platform/platform.module.js';
import { ProviderRegistry } from './provider-registry.js';

/** The registry of this process: what `PROVIDERS` names, with the settings of the environment. */
@Injectable()
export class ConfiguredProviders extends ProviderRegistry {
  /** @throws ConfigurationError */
  constructor(@Inject(CONFIG) config: Config, http: OutboundHttp, clock: Clock, logger: Logger) {
    const loaded = ProviderRegistry.load({ enabled: config.PROVIDERS, environment: config.raw, http, clock, logger });
    super(loaded.all());
  }
}
