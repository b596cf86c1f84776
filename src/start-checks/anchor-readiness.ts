import type { INestApplicationContext } from '@nestjs/common';
import { AnchorComparison } from '../audit-trail/anchor-comparison.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';

/** The readiness check of a process: it rejects until its database was held against the anchors of the audit trail. */
export function anchorCheck(app: INestApplicationContext): () => Promise<void> {
  const comparison = new AnchorComparison({
    database: app.get(Database),
    objects: app.get<ObjectStore>(OBJECT_STORE),
    ring: app.get(KeyRing),
    report: (type) => app.get(SecurityEvents).report(type),
  });
  return () => comparison.check();
}
