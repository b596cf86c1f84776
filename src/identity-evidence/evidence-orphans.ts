import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { EvidenceStore } from './evidence-store.js';

/** An upload takes seconds between its object and its row; nothing younger than this is touched. */
const MIN_AGE_MS = 3_600_000;
const BATCH_KEYS = 500;

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
  async sweepOrphans(): Promise<number> {
    const oldest = this.clock.now().getTime() - MIN_AGE_MS;
    let removed = 0;
    let batch: string[] = [];
    for await (const object of this.store.list()) {
      if (object.modifiedAt.getTime() > oldest) continue;
      batch.push(object.key);
      if (batch.length < BATCH_KEYS) continue;
      removed += await this.removeUnreferenced(batch);
      batch = [];
    }
    return removed + (await this.removeUnreferenced(batch));
  }

  private async removeUnreferenced(keys: readonly string[]): Promise<number> {
    if (keys.length === 0) return 0;
    const rows = await this.database.read(
      (tx) => tx.many<{ objectKey: string }>`SELECT object_key FROM evidence WHERE object_key = ANY(${keys}::text[])`,
    );
    const referenced = new Set(rows.map((row) => row.objectKey));
    const orphans = keys.filter((key) => !referenced.has(key));
    for (const key of orphans) await this.store.delete(key);
    return orphans.length;
  }
}
