import { Injectable } from '@nestjs/common';
import { APPLICANT, SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';

/**
 * A waiting case asks again after this long at the least and at the most, so that a partner that is back is found soon.
 */
const SHORTEST_SECONDS = 2;
const LONGEST_SECONDS = 60;
/** The longer a person has waited the less often they look: after ten minutes once a minute. */
const PATIENCE = 0.1;

/** Seconds until a case that nobody can take looks again. */
export function lookAgainSeconds(wait: { waitSeconds: number; waitedSeconds: number }): number {
  const wanted = Math.max(Math.ceil(wait.waitSeconds), Math.floor(wait.waitedSeconds * PATIENCE));
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, wanted));
}

/** The case's own word for "nobody can take it now": `verifying` with `waiting_for_provider` and a time. */
@Injectable()
export class ProviderWait {
  constructor(private readonly cases: RecoveryCaseRepository) {}

  /** Begins the wait, or moves its time. `leftOut` says who was not asked and why. */
  async until(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    wait: { seconds: number; leftOut: readonly string[] },
  ): Promise<void> {
    const { id: caseId, attempt } = recoveryCase;
    if (recoveryCase.state === 'awaiting_evidence')
      await this.cases.transition(tx, { caseId, attempt, name: 'submit', actor: APPLICANT });
    else if (await this.moveTime(tx, recoveryCase, wait.seconds)) return;
    await this.cases.transition(tx, {
      caseId,
      attempt,
      name: 'wait',
      reason: 'waiting_for_provider',
      actor: SYSTEM,
      set: { nextAttemptInSeconds: wait.seconds },
      audit: wait.leftOut.length > 0 ? { leftOut: wait.leftOut } : {},
    });
  }

  /** A provider was found: says so, if the case was waiting. */
  async over(tx: Transaction, recoveryCase: RecoveryCase, provider: string): Promise<void> {
    if (recoveryCase.state !== 'verifying' || recoveryCase.stateReason !== 'waiting_for_provider') return;
    const { id: caseId, attempt } = recoveryCase;
    await this.cases.transition(tx, { caseId, attempt, name: 'proceed', actor: SYSTEM, set: { provider } });
  }

  /** A wait that goes on is one event in the trail, however often somebody looked meanwhile. */
  private async moveTime(tx: Transaction, { id, attempt }: RecoveryCase, seconds: number): Promise<boolean> {
    const rows = await tx.run`UPDATE recovery_cases
      SET next_attempt_at = clock_timestamp() + make_interval(secs => ${seconds}), version = version + 1, updated_at = clock_timestamp()
      WHERE id = ${id} AND attempt = ${attempt} AND state = 'verifying' AND state_reason = 'waiting_for_provider'`;
    return rows === 1;
  }
}
