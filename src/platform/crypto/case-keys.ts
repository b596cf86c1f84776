import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Transaction } from '../database/transaction.js';
import type { KeyRing } from './key-ring.js';
import { openWithKey, openWithRing, sealWithKey, sealWithRing } from './sealing.js';

/** The case's data key was destroyed: what it sealed is gone for good. */
export class CaseShreddedError extends Error {
  override readonly name = 'CaseShreddedError';

  constructor() {
    super('the data key of this case was destroyed');
  }
}

/** The data key of a case that is being opened. */
export interface NewCaseKey {
  seal(value: { plain: Uint8Array | string; use: string }): Buffer;
  /** After the case's row. */
  store(tx: Transaction): void;
}

/**
 * Seals what belongs to a case under a random data key of its own, wrapped by the deployment's key (envelope
 * encryption). Destroying the wrap makes every sealed byte of the case unreadable wherever a copy lies: erasure reaches
 * backups and object versions too.
 */
export class CaseKeys {
  constructor(private readonly ring: KeyRing) {}

  /** Makes the key of a case whose row is there. */
  async create(tx: Transaction, caseId: string): Promise<void> {
    this.make(caseId).store(tx);
  }

  /** A key that is not stored yet, for what a case's own row has sealed in it. */
  make(caseId: string): NewCaseKey {
    const bytes = randomBytes(32);
    const wrapped = sealWithRing(this.ring, bytes, `case-key:${caseId}`);
    const key = createSecretKey(bytes);
    return {
      seal: ({ plain, use }) => sealWithKey(key, Buffer.from(plain as Uint8Array), context(caseId, use)),
      store: (tx) => tx.send`INSERT INTO case_keys (case_id, wrapped_sealed) VALUES (${caseId}, ${wrapped})`,
    };
  }

  /** Seals for one case and one use, e.g. `evidence:selfie:1`. */
  async seal(tx: Transaction, caseId: string, value: { plain: Uint8Array | string; use: string }): Promise<Buffer> {
    return sealWithKey(await this.load(tx, caseId), Buffer.from(value.plain as Uint8Array), context(caseId, value.use));
  }

  /** @throws CaseShreddedError, SealBrokenError */
  async open(tx: Transaction, caseId: string, value: { sealed: Uint8Array; use: string }): Promise<Buffer> {
    return openWithKey(await this.load(tx, caseId), value.sealed, context(caseId, value.use));
  }

  /**
   * Opens a value with the wrap that was read beside it: for looking through many cases without asking for each key.
   * @throws SealBrokenError
   */
  openWith(wrapped: Uint8Array, caseId: string, value: { sealed: Uint8Array; use: string }): Buffer {
    return openWithKey(this.unwrap(wrapped, caseId), value.sealed, context(caseId, value.use));
  }

  /** Destroys the wrap. Zero rows when it was already gone. */
  async shred(tx: Transaction, caseId: string): Promise<boolean> {
    const rows = await tx.run`UPDATE case_keys SET wrapped_sealed = NULL, shredded_at = clock_timestamp()
      WHERE case_id = ${caseId} AND shredded_at IS NULL`;
    return rows === 1;
  }

  private async load(tx: Transaction, caseId: string): Promise<KeyObject> {
    const row = await tx.maybeOne<{
      wrappedSealed: Buffer | null;
    }>`SELECT wrapped_sealed FROM case_keys WHERE case_id = ${caseId}`;
    if (!row?.wrappedSealed) throw new CaseShreddedError();
    return this.unwrap(row.wrappedSealed, caseId);
  }

  private unwrap(wrapped: Uint8Array, caseId: string): KeyObject {
    return createSecretKey(openWithRing(this.ring, wrapped, `case-key:${caseId}`));
  }
}

const context = (caseId: string, use: string): string => `case:${caseId}:${use}`;
