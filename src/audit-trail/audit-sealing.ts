import { Inject, Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { AuditSealer } from './audit-sealer.js';

/** Seals the audit trail of this worker's deployment, and says how long a checkpoint has waited for its anchor. */
@Injectable()
export class AuditSealing {
  readonly #sealer: AuditSealer;

  constructor(
    @Inject(OBJECT_STORE) objects: ObjectStore,
    database: Database,
    ring: KeyRing,
    logger: Logger,
    metrics: Metrics,
    securityEvents: SecurityEvents,
  ) {
    this.#sealer = new AuditSealer({ database, ring, objects, logger, securityEvents });
    metrics.atScrape(() => metrics.auditUnanchoredAge.set(this.#sealer.unanchoredSeconds));
  }

  async seal(): Promise<void> {
    await this.#sealer.seal();
  }
}
