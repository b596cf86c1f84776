import type { Database } from '../platform/database/database.js';
import { compareWithNewestAnchor, AnchorUnreadableError, type AnchorGround } from './anchors.js';
import { checkpointSignature } from './checkpoints.js';

export interface AnchorComparisonParts extends AnchorGround {
  database: Pick<Database, 'read'>;
  /** Told once of each. */
  report: (type: 'database_set_back' | 'anchor_unreadable') => void;
}

/**
 * Whether the database was held against the object store's newest anchor. A store that is away keeps no process from
 * starting, and then that could not be done: such a process is not ready before it was, and never on a database that was set
 * back.
 */
export class AnchorComparison {
  #passed = false;
  readonly #reported = new Set<string>();

  constructor(private readonly parts: AnchorComparisonParts) {}

  /** Resolves once a comparison has found nothing; then nothing more is asked. @throws Error until then */
  async check(): Promise<void> {
    if (this.#passed) return;
    const { database } = this.parts;
    try {
      const { setBack } = await compareWithNewestAnchor(this.parts, (id) =>
        database.read((tx) => checkpointSignature(tx, id)),
      );
      if (setBack) this.report('database_set_back');
      this.#passed = !setBack;
    } catch (error) {
      if (error instanceof AnchorUnreadableError) this.report('anchor_unreadable');
      throw error;
    }
    if (!this.#passed) throw new Error('the database was set back');
  }

  private report(type: 'database_set_back' | 'anchor_unreadable'): void {
    if (this.#reported.has(type)) return;
    this.#reported.add(type);
    this.parts.report(type);
  }
}
