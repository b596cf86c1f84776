import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import type { Transaction } from '../platform/database/transaction.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { announce } from '../recovery-case/case-events.js';
import { endSavedCode } from '../recovery-codes/saved-codes.js';
import { DIRECTORY, type OwnDirectory } from './own-directory.js';

/** Stops a passkey that came out of a recovery that its account's holder disputes (T107). The case stays as it ended. */
@Injectable()
export class CredentialFreezes {
  constructor(
    @Inject(DIRECTORY) private readonly directory: OwnDirectory,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Freezes the passkey a case led to, and ends the account's sessions and its saved code, in the caller's transaction.
   * False when there is nothing to freeze: no passkey yet, frozen already, or removed since.
   */
  async freezeCredentialOfCase(tx: Transaction, caseId: string, actor: Actor): Promise<boolean> {
    const frozen = await tx.maybeOne<{ id: string; subjectId: string; attempt: number }>`
      UPDATE credentials p SET frozen_at = clock_timestamp()
      FROM recovery_cases c
      WHERE p.case_id = ${caseId} AND c.id = p.case_id AND p.frozen_at IS NULL AND p.removed_at IS NULL
      RETURNING p.id, p.subject_id, c.attempt`;
    if (!frozen) return false;
    const ended = await this.directory.revokeSessions(tx, frozen.subjectId);
    endSavedCode(tx, frozen.subjectId, 'frozen');
    await appendAudit(tx, { chainId: caseId, type: 'passkey.frozen', actor, data: { credentialId: frozen.id } });
    await appendAudit(tx, { chainId: caseId, type: 'sessions.ended', actor, data: { count: ended } });
    await announce(tx, 'passkey.frozen', { payload: { caseId, attempt: frozen.attempt, credentialId: frozen.id } });
    tx.onCommit(() => this.securityEvents.report('passkey_frozen', { caseId }));
    return true;
  }

  /** Whether the passkey a case led to stands frozen, by whatever froze it; no later recovery has removed it. */
  async hasFrozenCredential(tx: Transaction, caseId: string): Promise<boolean> {
    const frozen = await tx.maybeOne`SELECT 1 FROM credentials
      WHERE case_id = ${caseId} AND frozen_at IS NOT NULL AND removed_at IS NULL`;
    return frozen !== undefined;
  }
}
