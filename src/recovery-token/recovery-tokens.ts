import { Inject, Injectable } from '@nestjs/common';
import { Adjudication } from '../adjudication/adjudication.js';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT, SYSTEM } from '../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { rowMac } from '../platform/crypto/row-macs.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Request } from '../platform/http/request-context.js';
import { newId, newSecret } from '../platform/ids/ids.js';
import { limitProblem, Limits } from '../platform/limits/limits.js';
import type { TokenOutcome } from '../platform/telemetry/outcome-labels.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { Policies } from '../policy/policies.js';
import { refuseWhilePaused } from '../recovery-pause/recovery-pauses.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';

/** NIST SP 800-63B-4, 4.1.2.2; rule 8. A policy may ask for less, never for more. */
const MAX_TOKEN_SECONDS = 600;

export interface IssuedToken {
  /** 256 bits, base64url. Told to this browser, in this answer, and nowhere else. */
  token: string;
  expiresAt: Date;
}

interface Asker {
  caseId: string;
  request: Request;
}

/** Issues the token that one approved case turns into one passkey (rule 8). */
@Injectable()
export class RecoveryTokens {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly captures: CaptureBindings,
    private readonly policies: Policies,
    @Inject(Adjudication) private readonly adjudication: Pick<Adjudication, 'recheckBeforeToken'>,
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
  private async issueIn(
    tx: Transaction,
    { caseId, request }: Asker,
  ): Promise<IssuedToken | 'refused_state' | 'refused_policy'> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (!recoveryCase || !awaitsToken(recoveryCase)) return 'refused_state';
    const captureDigest = await this.captures.require(tx, { caseId, attempt: recoveryCase.attempt, request });
    if (!(await this.adjudication.recheckBeforeToken(tx, recoveryCase))) {
      await appendAudit(tx, { chainId: caseId, type: 'token.refused', actor: SYSTEM, data: { reason: 'policy' } });
      return 'refused_policy';
    }
    const { limits } = await this.policies.strictest(tx, recoveryCase);
    const ttlSeconds = Math.min(limits.tokenTtlSeconds, MAX_TOKEN_SECONDS);
    const { subjectId } = recoveryCase;
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

/** Evaluations and cases of other doors never get one, whatever state they are in. */
const awaitsToken = (recoveryCase: RecoveryCase): boolean =>
  recoveryCase.state === 'approved' && recoveryCase.mode === 'production' && recoveryCase.door === 'own';
