import { replaceAnchors } from '../audit-trail/anchors.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { lastCheckpoint } from '../audit-trail/checkpoints.js';
import { sealHeads } from '../audit-trail/seal-heads.js';
import type { LegalHolds } from '../erasure/legal-holds.js';
import { shredCase } from '../erasure/shred-case.js';
import { tombstones, type Tombstone } from '../erasure/tombstones.js';
import { NOTICE_TTL_DAYS } from '../notification/owed-notices.js';
import type { CaseKeys } from '../platform/crypto/case-keys.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { announce } from '../recovery-case/case-events.js';
import type { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import type { RecoveryPauses } from '../recovery-pause/recovery-pauses.js';

const CHAIN = 'restore';
const CASES_AT_A_TIME = 200;

/** What was done, in numbers. */
export interface Reconciled {
  /** Passkeys of cases that were completed before the backup and that their owners could still dispute after it. */
  disputablePasskeysFrozen: number;
  casesEnded: number;
  requestsDropped: number;
  linksEnded: number;
  tokensEnded: number;
  flowsEnded: number;
  signInsEnded: number;
  /** Sessions of staff at the console. */
  staffSessionsEnded: number;
  savedCodesEnded: number;
  passkeysFrozen: number;
  casesErasedAgain: number;
  /** Notes of erasures that were passed over, because a legal hold of this database keeps the case. */
  erasuresHeld: number;
  /** Notes of erasures that are damaged or not ours. */
  notesUnreadable: number;
}

export interface ReconciliationParts {
  database: Database;
  ring: KeyRing;
  keys: CaseKeys;
  cases: RecoveryCaseRepository;
  pauses: RecoveryPauses;
  holds: Pick<LegalHolds, 'find'>;
  objects: ObjectStore;
  /** Throws when somebody else works on the database. */
  assertAlone: () => Promise<void>;
}

/**
 * Ends everything that a database set back to an earlier time would revive. Such a database shows as valid what was
 * used, ended or erased since. Which of it was cannot be known, so all of it ends. Every step can be repeated, and the
 * next run finishes an interrupted one. It pauses recoveries; a person ends the pause.
 */
export class RestoreReconciliation {
  constructor(private readonly parts: ReconciliationParts) {}

  /** @throws DatabaseUnavailableError, ObjectStoreUnavailableError, and what `assertAlone` throws */
  async run(): Promise<Reconciled> {
    const { database } = this.parts;
    const disputablePasskeysFrozen = await database.transaction((tx) => this.begin(tx));
    const secrets = await database.transaction((tx) => this.endSecrets(tx));
    const living = await this.endLivingCases();
    const erased = await this.eraseAgain();
    const done = { disputablePasskeysFrozen, ...living, ...secrets, ...erased };
    await this.parts.assertAlone();
    await database.transaction(async (tx) => {
      await appendAudit(tx, { chainId: CHAIN, type: 'database.restored', actor: SYSTEM, data: { ...done } });
    });
    await this.sealAndAnchor();
    return done;
  }

  /** From here on the object store speaks of this history, and of the one that was lost no more: processes start again. */
  private async sealAndAnchor(): Promise<void> {
    const { database, ring, objects } = this.parts;
    await database.transaction((tx) => sealHeads(tx, ring));
    const point = await database.read(lastCheckpoint);
    if (!point) throw new Error('nothing was sealed: does a service run on this database?');
    await replaceAnchors(objects, point);
  }

  /**
   * When the backup was made its newest audit event says, as long as nothing is written after it: so what depends on that
   * time is done together with the first thing that is written.
   */
  private async begin(tx: Transaction): Promise<number> {
    const { madeAt } = await tx.one<{ madeAt: Date | null }>`SELECT max(occurred_at) AS made_at FROM audit_events`;
    await this.parts.pauses.pause(tx, { reasonCode: 'maintenance', actor: SYSTEM });
    return madeAt ? this.freezeDisputable(tx, madeAt) : 0;
  }

  /**
   * "This was not me" works on a completed case for as long as a notice of it does, and a partner may have taken its result
   * back: a passkey that was frozen for it since would sign in again. How many were frozen; their owners are told.
   */
  private async freezeDisputable(tx: Transaction, madeAt: Date): Promise<number> {
    const frozen = await tx.many<{ id: string; caseId: string; attempt: number }>`
      UPDATE credentials p SET frozen_at = clock_timestamp() FROM recovery_cases c
      WHERE c.id = p.case_id AND p.frozen_at IS NULL AND p.removed_at IS NULL AND c.state = 'completed'
        AND (c.closed_at >= ${madeAt}::timestamptz - make_interval(days => ${NOTICE_TTL_DAYS})
          OR c.id IN (SELECT case_id FROM notices WHERE token_expires_at > ${madeAt}))
      RETURNING p.id, c.id AS case_id, c.attempt`;
    for (const { id: credentialId, caseId, attempt } of frozen) {
      const data = { credentialId, reason: 'database_restored' };
      await appendAudit(tx, { chainId: caseId, type: 'passkey.frozen', actor: SYSTEM, data });
      await announce(tx, 'passkey.frozen', { payload: { caseId, attempt, credentialId } });
    }
    return frozen.length;
  }

  /**
   * Everything that a client may hold and may have used since: links, tokens, page sessions, sign-ins, challenges,
   * codes. A pending self-service start would begin a second time. A saved code counts as used, so that its holder is
   * asked to make a new one.
   */
  private async endSecrets(tx: Transaction) {
    await tx.run`DELETE FROM webauthn_challenges`;
    await tx.run`UPDATE issued_recovery_codes SET ended_at = clock_timestamp() WHERE ended_at IS NULL`;
    return {
      requestsDropped: await tx.run`DELETE FROM recovery_requests`,
      savedCodesEnded: await tx.run`UPDATE saved_recovery_codes SET ended_at = clock_timestamp(), ended_by = 'used'
        WHERE ended_at IS NULL`,
      linksEnded:
        await tx.run`UPDATE recovery_links SET dead_at = clock_timestamp() WHERE used_at IS NULL AND dead_at IS NULL`,
      tokensEnded: await tx.run`UPDATE recovery_tokens SET superseded_at = clock_timestamp()
        WHERE consumed_at IS NULL AND superseded_at IS NULL`,
      flowsEnded: await tx.run`UPDATE flow_sessions SET ended_at = clock_timestamp() WHERE ended_at IS NULL`,
      signInsEnded: await tx.run`UPDATE relying_party_sessions SET ended_at = clock_timestamp() WHERE ended_at IS NULL`,
      staffSessionsEnded: await tx.run`UPDATE staff_sessions SET ended_at = clock_timestamp() WHERE ended_at IS NULL`,
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
    const frozen = await tx.run`UPDATE credentials SET frozen_at = clock_timestamp()
      WHERE subject_id = ${ended.subjectId} AND frozen_at IS NULL AND removed_at IS NULL`;
    if (frozen > 0) {
      const data = { count: frozen, reason: ending.reason, caseId };
      await appendAudit(tx, { chainId: `subject:${ended.subjectId}`, type: 'passkey.frozen', actor: SYSTEM, data });
    }
    return frozen;
  }

  /** A bad note is counted and keeps no other from being followed. */
  private async eraseAgain() {
    const count = { casesErasedAgain: 0, erasuresHeld: 0, notesUnreadable: 0 };
    for await (const stone of tombstones(this.parts)) {
      const outcome = stone ? await this.eraseByStone(stone) : 'notesUnreadable';
      if (outcome) count[outcome] += 1;
    }
    return count;
  }

  /**
   * What a stone asks for, if it is still to be done. Objects first, as at the first erasure: while one of them remains the
   * key is there, and this runs again.
   */
  private async eraseByStone(stone: Tombstone): Promise<'casesErasedAgain' | 'erasuresHeld' | undefined> {
    const { caseId } = stone;
    const { database, objects, cases, holds } = this.parts;
    const found = await database.read(async (tx) => ({
      toErase: await tx.maybeOne`SELECT c.id FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id
        WHERE c.id = ${caseId} AND c.closed_at IS NOT NULL AND k.shredded_at IS NULL`,
      hold: await holds.find(tx, caseId),
      pictures: await tx.many<{ objectKey: string }>`
        SELECT object_key FROM evidence WHERE case_id = ${caseId} AND object_key IS NOT NULL`,
    }));
    if (!found.toErase) return undefined;
    if (found.hold) return 'erasuresHeld';
    for (const { objectKey } of found.pictures) await objects.delete(objectKey);
    const erased = await database.transaction(async (tx) => {
      const recoveryCase = await cases.lock(tx, caseId);
      return recoveryCase !== undefined && shredCase(tx, this.parts, { recoveryCase, stone });
    });
    return erased ? 'casesErasedAgain' : undefined;
  }
}
