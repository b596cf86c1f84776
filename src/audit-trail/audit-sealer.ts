import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logging/logger.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import type { SecurityEvents } from '../platform/telemetry/security-events.js';
import { anchorStanding, AnchorUnreadableError, writeAnchor } from './anchors.js';
import { lastCheckpoint, signatureOf, type Checkpoint } from './checkpoints.js';
import { sealHeads } from './seal-heads.js';

export interface AuditSealerParts {
  database: Database;
  ring: KeyRing;
  objects: ObjectStore;
  logger: Logger;
  securityEvents: SecurityEvents;
}

/** Seals audit heads, and tells the object store of what was sealed. Any number of workers may do it at once. */
export class AuditSealer {
  /** The checkpoint that the store was found or made to know last. */
  #anchored: Checkpoint | undefined;
  /** The first round of a process looks at every chain: once is often enough for what takes longer every year. */
  #next: 'all' | 'moved' = 'all';

  constructor(private readonly parts: AuditSealerParts) {}

  /** One round. What is away is logged: the next round makes up for it, of the store's part too. */
  async seal(): Promise<void> {
    const { database, ring, logger, securityEvents } = this.parts;
    const of = this.#next;
    this.#next = 'moved';
    try {
      const sealed = await database.transaction((tx) => sealHeads(tx, ring, of));
      if (sealed > 0) logger.debug('audit_sealed', { heads: sealed });
      await this.anchor();
    } catch (error) {
      if (error instanceof AnchorUnreadableError) securityEvents.report('anchor_unreadable');
      else logger.warn('dependency_unavailable', { error });
    }
  }

  /**
   * A database that was exchanged under a running worker, as by a replica that lacks the last transactions, must not hide
   * that by an anchor of its own: then none is written, until a person has reconciled it. Nor when the store knows less than
   * it did, because somebody removed anchors: a worker that was started anew writes again.
   */
  private async anchor(): Promise<void> {
    const { database, objects, securityEvents } = this.parts;
    const last = await database.read(lastCheckpoint);
    if (!last || last.signature === this.#anchored?.signature) return;
    const { newest, setBack } = await anchorStanding(this.parts, (id) => database.read((tx) => signatureOf(tx, id)));
    if (setBack) return securityEvents.report('database_set_back');
    if (this.#anchored && isBefore(newest, this.#anchored)) return securityEvents.report('anchor_missing');
    if (newest?.signature !== last.signature) await writeAnchor(objects, last);
    this.#anchored = last;
  }
}

const isBefore = (newest: Checkpoint | undefined, { id }: Checkpoint): boolean =>
  !newest || BigInt(newest.id) < BigInt(id);
