import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { removeUnnamed } from '../platform/storage/unnamed-objects.js';
import { EvidenceStore } from './evidence-store.js';

/**
 * Removes objects that no row points to: an upload died between store and database, a picture was replaced and its
 * deletion failed, or the row was erased while the store was down (F21, F24).
 */
@Injectable()
export class EvidenceOrphans {
  constructor(
    private readonly database: Database,
    private readonly store: EvidenceStore,
    private readonly clock: Clock,
  ) {}

  /** One pass over the store. Returns how many objects were removed. @throws ObjectStoreUnavailableError */
  sweepOrphans(): Promise<number> {
    return removeUnnamed({
      listed: this.store.list(),
      now: this.clock.now(),
      named: (keys) => this.named(keys),
      remove: (key) => this.store.delete(key),
    });
  }

  private async named(keys: readonly string[]): Promise<string[]> {
    const rows = await this.database.read(
      (tx) => tx.many<{ objectKey: string }>`SELECT object_key FROM evidence WHERE object_key = ANY(${keys}::text[])`,
    );
    return rows.map(({ objectKey }) => objectKey);
  }
}
