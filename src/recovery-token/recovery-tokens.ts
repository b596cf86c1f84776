import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { rowMac } from '../platform/crypto/row-macs.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { newId, newSecret } from '../platform/ids/ids.js';
import { limitProblem, Limits } from '../platform/limits/limits.js';
import type { TokenOutcome } from '../platform/telemetry/outcome-labels.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { refuseWhilePaused } from '../recovery-pause/recovery-pauses.js';
import { TokenEntitlement, type Asker } from './token-entitlement.js';

export interface IssuedToken {
  /** 256 bits, base64url. Told to this browser, in this answer, and nowhere else. */
  token: string;
  expiresAt: Date;
}

/** Issues the token that one approved case turns into one passkey (rule 8). */
@Injectable()
export class RecoveryTokens {
  constructor(
    private readonly database: Database,
    private readonly entitlement: TokenEntitlement,
    private readonly limits: Limits,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /**
   * A new token for the browser that did the capture; the one before it dies in the same transaction. The case is held
   * against the stricter policy once more first (rule 10).
   * @throws Problem wrong_state, capture_binding_missing, too_many_requests, recoveries_paused
   */
  async issue(asker: Asker): Promise<IssuedToken> {
    const use = await this.database.transaction(async (tx) => {
      await refuseWhilePaused(tx);
      return this.limits.take(tx, 'token_per_case', asker.caseId);
    });
    if (!use.allowed) this.count('refused_limit');
    if (!use.allowed) throw limitProblem(use);
    const issued = await this.database
      .transaction((tx) => this.issueIn(tx, asker))
      .catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'capture_binding_missing') this.count('refused_capture');
        throw error;
      });
    this.count(typeof issued === 'string' ? issued : 'issued');
    if (typeof issued === 'string') throw new Problem('wrong_state');
    return issued;
  }

  /** Or why the case may not have one. What was recorded on the way stays recorded. */
  private async issueIn(tx: Transaction, asker: Asker): Promise<IssuedToken | 'refused_state' | 'refused_policy'> {
    const entitled = await this.entitlement.of(tx, asker);
    if (typeof entitled === 'string') return entitled;
    const { recoveryCase, captureDigest, ttlSeconds } = entitled;
    const { id: caseId, subjectId } = recoveryCase;
    return (await this.replace(tx, { caseId, subjectId, captureDigest, ttlSeconds })) ?? 'refused_state';
  }

  private count(outcome: TokenOutcome): void {
    this.metrics.tokens.inc({ outcome });
  }

  /** Kills the token before and stores the new one. The case's row lock keeps redemption and other issues out. */
  private async replace(
    tx: Transaction,
    token: { caseId: string; subjectId: string; captureDigest: Buffer; ttlSeconds: number },
  ): Promise<IssuedToken | undefined> {
    const secret = newSecret();
    const id = newId('tok', this.clock.now());
    const digest = this.ring.digest('token', secret);
    const { caseId, subjectId, captureDigest } = token;
    const mac = rowMac(this.ring, 'recovery_tokens', [id, caseId, subjectId, digest, captureDigest]);
    const before = await tx.many<{ live: boolean }>`
      UPDATE recovery_tokens SET superseded_at = clock_timestamp()
      WHERE case_id = ${caseId} AND consumed_at IS NULL AND superseded_at IS NULL
      RETURNING expires_at > clock_timestamp() AS live`;
    const stored = await tx.maybeOne<{ expiresAt: Date }>`
      INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, issued_at, expires_at, mac)
      SELECT ${id}, c.id, c.subject_id, ${digest}, 'registration', c.mode, c.door, ${captureDigest},
        clock_timestamp(), LEAST(clock_timestamp() + make_interval(secs => ${token.ttlSeconds}), c.expires_at), ${mac}
      FROM recovery_cases c JOIN subjects s ON s.id = c.subject_id
      WHERE c.id = ${caseId} AND c.subject_id = ${subjectId} AND c.state = 'approved' AND c.mode = 'production' AND c.door = 'own'
        AND c.expires_at > clock_timestamp() AND s.status = 'active'
      RETURNING expires_at`;
    if (!stored) return undefined;
    for (const { live } of before) tx.onCommit(() => this.count(live ? 'superseded' : 'lapsed'));
    await appendAudit(tx, {
      chainId: caseId,
      type: 'token.issued',
      actor: APPLICANT,
      data: { tokenId: id, superseded: before.length, ttlSeconds: token.ttlSeconds },
    });
    return { token: secret, expiresAt: stored.expiresAt };
  }
}
