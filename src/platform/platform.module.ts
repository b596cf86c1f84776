import { readFileSync } from 'node:fs';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Clock, SystemClock } from './clock/clock.js';
import { ConfigurationError, loadConfig, type Config } from './config/config.js';
import { CaseKeys } from './crypto/case-keys.js';
import { KeyRing } from './crypto/key-ring.js';
import { Database } from './database/database.js';
import { Limits } from './limits/limits.js';
import { SourceLimits } from './limits/source-limits.js';
import { Logger } from './logging/logger.js';
import { OutboundHttp } from './outbound-http/outbound-http.js';
import { readAuthorities } from './outbound-http/private-authorities.js';
import { createObjectStore } from './storage/create-object-store.js';
import { Metrics } from './telemetry/metrics.js';
import { SecurityEvents } from './telemetry/security-events.js';

export const CONFIG = Symbol('config');
export const OBJECT_STORE = Symbol('object store');
const GIVEN_CONFIG = Symbol('given config');

/** A process's module with the configuration that was checked for its role: nobody reads the environment once more. */
export const configured = (module: Type, config: Config): DynamicModule => ({
  module,
  global: true,
  providers: [{ provide: GIVEN_CONFIG, useValue: config }],
  exports: [GIVEN_CONFIG],
});

function readKeyRing(config: Config): KeyRing {
  try {
    return KeyRing.fromFile(config.KEYRING_FILE);
  } catch (cause) {
    throw new ConfigurationError(
      ['KEYRING_FILE: cannot be read as a key ring (`regain keys new --out FILE` makes one)'],
      {
        cause,
      },
    );
  }
}

function readPrivateAuthorities({ OUTBOUND_CA_FILE: path }: Config): string | undefined {
  if (path === undefined) return undefined;
  try {
    const pem = readFileSync(path, 'utf8');
    readAuthorities(pem);
    return pem;
  } catch (cause) {
    throw new ConfigurationError(['OUTBOUND_CA_FILE: cannot be read as certificates (PEM)'], { cause });
  }
}

/** Provides what every part stands on. It knows nothing of cases, people or partners. */
@Module({
  providers: [
    {
      provide: CONFIG,
      inject: [{ token: GIVEN_CONFIG, optional: true }],
      useFactory: (given?: Config) => given ?? loadConfig(process.env),
    },
    { provide: Clock, useClass: SystemClock },
    { provide: Logger, inject: [CONFIG], useFactory: (config: Config) => Logger.create(config.LOG_LEVEL) },
    {
      provide: KeyRing,
      inject: [CONFIG, Metrics],
      useFactory: (config: Config, metrics: Metrics) => {
        const ring = readKeyRing(config);
        const ends = ring.oldKeys.flatMap(({ acceptedUntil }) => (acceptedUntil ? [acceptedUntil.getTime()] : []));
        if (ends.length > 0) metrics.keyRingEnd.set(Math.min(...ends) / 1_000);
        return ring;
      },
    },
    { provide: CaseKeys, inject: [KeyRing], useFactory: (ring: KeyRing) => new CaseKeys(ring) },
    {
      provide: Limits,
      inject: [KeyRing, CONFIG],
      useFactory: (ring: KeyRing, config: Config) => new Limits(ring, config.RATE_LIMIT_SCALE),
    },
    SourceLimits,
    Metrics,
    SecurityEvents,
    {
      provide: Database,
      inject: [CONFIG, KeyRing],
      useFactory: (config: Config, ring: KeyRing) =>
        Database.connect({
          url: config.DATABASE_URL,
          poolSize: config.DATABASE_POOL_SIZE,
          statementTimeoutMs: 15_000,
          ring,
        }),
    },
    { provide: OBJECT_STORE, inject: [CONFIG], useFactory: (config: Config) => createObjectStore(config) },
    {
      provide: OutboundHttp,
      inject: [CONFIG, Metrics],
      useFactory: (config: Config, metrics: Metrics) =>
        new OutboundHttp({
          allowedPlainOrigins: config.OUTBOUND_ALLOWED_ORIGINS,
          allowedPrivateOrigins: config.OUTBOUND_PRIVATE_ORIGINS,
          privateCaPem: readPrivateAuthorities(config),
          onCall: (call) =>
            metrics.outboundSeconds.observe(
              { end: call.error ?? `${Math.floor((call.status ?? 0) / 100)}xx` },
              call.durationMs / 1_000,
            ),
        }),
    },
  ],
  exports: [
    CONFIG,
    Clock,
    Logger,
    KeyRing,
    CaseKeys,
    Limits,
    SourceLimits,
    Metrics,
    SecurityEvents,
    Database,
    OBJECT_STORE,
    OutboundHttp,
  ],
})
export class PlatformModule {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
