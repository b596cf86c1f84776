import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logging/logger.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import type { SecurityEvents } from '../platform/telemetry/security-events.js';
import { compareWithNewestAnchor, AnchorUnreadableError, writeAnchor } from './anchors.js';
import { lastCheckpoint, secondsSinceNext, checkpointSignature, type Checkpoint } from './checkpoints.js';
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
  /** Since when, on this process's steady clock, the oldest checkpoint waits that the store is not known to know. */
  #waitingSinceMs: number | undefined;

  constructor(private readonly parts: AuditSealerParts) {}

  /**
   * How long the oldest checkpoint has waited for its anchor, as far as this worker knows (F44). Whatever keeps anchors from
   * being written: from then on a database that was set back is noticed less and less.
   */
  get unanchoredSeconds(): number {
    return this.#waitingSinceMs === undefined ? 0 : (performance.now() - this.#waitingSinceMs) / 1_000;
  }

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
   * it did, because an attacker or an operator removed anchors: a worker that was started anew writes again.
   */
  private async anchor(): Promise<void> {
    const { database, objects, securityEvents } = this.parts;
    const last = await database.read(lastCheckpoint);
    if (!last || last.signature === this.#anchored?.signature) return;
    await this.noteWaiting(this.#anchored?.id ?? before(last));
    const { newest, setBack } = await compareWithNewestAnchor(this.parts, (id) =>
      database.read((tx) => checkpointSignature(tx, id)),
    );
    // A worker that was just started learns only here what is missing since before.
    if (!this.#anchored) await this.noteWaiting(newest?.id ?? NONE);
    if (setBack) return securityEvents.report('database_set_back');
    if (this.#anchored && isBefore(newest, this.#anchored)) return securityEvents.report('anchor_missing');
    if (newest?.signature !== last.signature) await writeAnchor(objects, last);
    this.#anchored = last;
    this.#waitingSinceMs = undefined;
  }

  /** @param known the last checkpoint that the store knows */
  private async noteWaiting(known: string): Promise<void> {
    const age = await this.parts.database.read((tx) => secondsSinceNext(tx, known));
    if (age === undefined) return;
    const since = performance.now() - age * 1_000;
    this.#waitingSinceMs = Math.min(this.#waitingSinceMs ?? since, since);
  }
}

/** Ids of checkpoints begin behind it. */
const NONE = '0';

const before = ({ id }: Checkpoint): string => String(BigInt(id) - 1n);

const isBefore = (newest: Checkpoint | undefined, { id }: Checkpoint): boolean =>
  !newest || BigInt(newest.id) < BigInt(id);
