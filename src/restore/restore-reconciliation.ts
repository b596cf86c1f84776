import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { sealHeads } from '../audit-trail/checkpoints.js';
import { shredCase } from '../erasure/shred-case.js';
import { tombstones, type Tombstone } from '../erasure/tombstones.js';
import type { EvidenceOrphans } from '../identity-evidence/evidence-orphans.js';
import type { CaseKeys } from '../platform/crypto/case-keys.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import type { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { endSavedCode } from '../recovery-codes/saved-codes.js';
import type { RecoveryPauses } from '../recovery-pause/recovery-pauses.js';

const CHAIN = 'restore';
const CASES_AT_A_TIME = 200;

/** What was done, in numbers. */
export interface Reconciled {
  casesEnded: number;
  linksEnded: number;
  tokensEnded: number;
  flowsEnded: number;
  signInsEnded: number;
  passkeysFrozen: number;
  casesErasedAgain: number;
  objectsRemoved: number;
}

export interface ReconciliationParts {
  database: Database;
  ring: KeyRing;
  keys: CaseKeys;
  cases: RecoveryCaseRepository;
  pauses: RecoveryPauses;
  objects: ObjectStore;
  orphans: EvidenceOrphans;
}

/**
 * Takes back what a database that was set back to an earlier point would otherwise give a second life: it shows as living
 * what was used, ended or erased since. Nobody knows which, so that all of it ends. Every step can be repeated; one that was
 * cut off is finished by the next run. Recoveries are paused by it, and a person ends the pause.
 */
export class RestoreReconciliation {
  constructor(private readonly parts: ReconciliationParts) {}

  /** @throws DatabaseUnavailableError, ObjectStoreUnavailableError */
  async run(): Promise<Reconciled> {
    const { database, pauses, orphans, ring } = this.parts;
    await database.transaction((tx) => pauses.pause(tx, { reasonCode: 'maintenance', actor: SYSTEM }));
    const secrets = await database.transaction((tx) => this.endSecrets(tx));
    const living = await this.endLivingCases();
    const casesErasedAgain = await this.eraseAgain();
    // Pictures of cases that are not in this database; nothing is being uploaded.
    const objectsRemoved = await orphans.sweepOrphans(0);
    const done = { ...living, ...secrets, casesErasedAgain, objectsRemoved };
    await database.transaction(async (tx) => {
      await appendAudit(tx, { chainId: CHAIN, type: 'database.restored', actor: SYSTEM, data: { ...done } });
    });
    await database.transaction((tx) => sealHeads(tx, ring));
    return done;
  }

  /** Whatever somebody may hold and has used since: links, tokens, page sessions, sign-ins, challenges. */
  private async endSecrets(tx: Transaction) {
    await tx.run`DELETE FROM webauthn_challenges`;
    await tx.run`UPDATE issued_recovery_codes SET ended_at = clock_timestamp() WHERE ended_at IS NULL`;
    return {
      linksEnded:
        await tx.run`UPDATE recovery_links SET dead_at = clock_timestamp() WHERE used_at IS NULL AND dead_at IS NULL`,
      tokensEnded: await tx.run`UPDATE recovery_tokens SET superseded_at = clock_timestamp()
        WHERE consumed_at IS NULL AND superseded_at IS NULL`,
      flowsEnded: await tx.run`UPDATE flow_sessions SET ended_at = clock_timestamp() WHERE ended_at IS NULL`,
      signInsEnded: await tx.run`UPDATE relying_party_sessions SET ended_at = clock_timestamp() WHERE ended_at IS NULL`,
    };
  }

  /**
   * A living case may have gone any way since, a completed recovery and a repudiated one included. It ends here, and its
   * account's passkeys with it: the one that was lost may be among them, and the one that was made is not.
   */
  private async endLivingCases(): Promise<{ casesEnded: number; passkeysFrozen: number }> {
    const count = { casesEnded: 0, passkeysFrozen: 0 };
    for (;;) {
      const living = await this.parts.database.read(
        (tx) => tx.many<{ id: string }>`
          SELECT id FROM recovery_cases WHERE closed_at IS NULL ORDER BY id LIMIT ${CASES_AT_A_TIME}`,
      );
      if (living.length === 0) return count;
      for (const { id } of living) {
        count.passkeysFrozen += await this.parts.database.transaction((tx) => this.endCase(tx, id));
        count.casesEnded += 1;
      }
    }
  }

  /** How many passkeys were frozen. */
  private async endCase(tx: Transaction, caseId: string): Promise<number> {
    const { cases } = this.parts;
    const ending = { caseId, actor: SYSTEM, reason: 'database_restored' } as const;
    const ended =
      (await cases.transition(tx, { ...ending, name: 'cancel' })) ??
      (await cases.transition(tx, { ...ending, name: 'expire' }));
    if (!ended) throw new Error('a living case could not be ended: does a service run on this database?');
    if (ended.mode !== 'production') return 0;
    endSavedCode(tx, ended.subjectId, 'frozen');
    const frozen = await tx.run`UPDATE credentials SET frozen_at = clock_timestamp()
      WHERE subject_id = ${ended.subjectId} AND frozen_at IS NULL AND removed_at IS NULL`;
    if (frozen > 0) {
      const data = { count: frozen, reason: ending.reason, caseId };
      await appendAudit(tx, { chainId: `subject:${ended.subjectId}`, type: 'passkey.frozen', actor: SYSTEM, data });
    }
    return frozen;
  }

  private async eraseAgain(): Promise<number> {
    let erased = 0;
    for await (const stone of tombstones(this.parts.objects)) if (await this.eraseByStone(stone)) erased += 1;
    return erased;
  }

  /** Objects first, as at the first erasure: while one of them remains the key is there, and this runs again. */
  private async eraseByStone(stone: Tombstone): Promise<boolean> {
    const { database, objects, cases } = this.parts;
    const rows = await database.read(
      (tx) => tx.many<{ objectKey: string }>`
        SELECT object_key FROM evidence WHERE case_id = ${stone.caseId} AND object_key IS NOT NULL`,
    );
    for (const { objectKey } of rows) await objects.delete(objectKey);
    return database.transaction(async (tx) => {
      const recoveryCase = await cases.lock(tx, stone.caseId);
      return recoveryCase !== undefined && shredCase(tx, this.parts, { recoveryCase, stone });
    });
  }
}
