import { Inject, Injectable } from '@nestjs/common';
import { compareWithNewestAnchor } from '../audit-trail/anchors.js';
import { checkpointSignature } from '../audit-trail/checkpoints.js';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { removeUnnamed } from '../platform/storage/unnamed-objects.js';
import { PORTRAIT_PREFIX } from './portraits.js';

/**
 * Removes portraits that no proofing record names: the change that stored one was rolled back or died, or the deletion of a
 * replaced one failed (F24, I8).
 */
@Injectable()
export class PortraitOrphans {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * One pass over the store. Returns how many objects were removed: none beside a database that was set back or is another
   * one, which does not know what it has forgotten – portraits live for years, and nothing brings one back.
   * @throws ObjectStoreUnavailableError, AnchorUnreadableError
   */
  async sweepOrphans(): Promise<number> {
    const { objects, ring, database } = this;
    const { setBack } = await compareWithNewestAnchor({ objects, ring }, (id) =>
      database.read((tx) => checkpointSignature(tx, id)),
    );
    if (setBack) return 0;
    return removeUnnamed({
      listed: objects.list(PORTRAIT_PREFIX),
      now: this.clock.now(),
      named: (keys) => this.named(keys),
      remove: (key) => objects.delete(key),
    });
  }

  private async named(keys: readonly string[]): Promise<string[]> {
    const rows = await this.database.read(
      (tx) => tx.many<{ key: string }>`
        SELECT portrait_object_key AS key FROM proofing_records WHERE portrait_object_key = ANY(${keys}::text[])`,
    );
    return rows.map(({ key }) => key);
  }
}
