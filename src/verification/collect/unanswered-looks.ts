import { Injectable } from '@nestjs/common';
import type { ProviderError } from '../../../providers/kit/index.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { Failover } from '../routing/failover.js';
import { backoffSeconds } from '../routing/provider-choice.js';
import { ProviderWait } from '../routing/provider-wait.js';
import type { VerificationSession } from '../session/verification-session.js';
import { Abandonment } from './abandonment.js';
import { FetchSchedule } from './fetch-schedule.js';
import type { LookOutcome } from './provider-look.js';

/** Failed looks in a row before the provider counts as failed. */
export const MAX_FETCH_TRIES = 8;
export const LOOK_RETRY_SECONDS = 15;
const EVIDENCE_RETRY_SECONDS = 10;
const DEFAULT_POLL_SECONDS = 30;
/** After a result that is not the one that was asked for. */
const SECOND_LOOK_SECONDS = 5;

/** A session whose result is waited for, with its case locked. */
export interface AwaitedSession {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  /** The time in which a result is waited for is over, by the database's clock. */
  overdue: boolean;
}

/** Decides what follows from a look that brought no result: another look, another provider, another try, a person. */
@Injectable()
export class UnansweredLooks {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly schedule: FetchSchedule,
    private readonly abandonment: Abandonment,
    private readonly failover: Failover,
    private readonly wait: ProviderWait,
  ) {}

  async settle(
    tx: Transaction,
    awaited: AwaitedSession,
    outcome: Exclude<LookOutcome, { kind: 'report' }>,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'pending':
        return this.awaitAnswer(tx, awaited, outcome.retryAfterSeconds);
      case 'busy':
        return this.awaitRoom(tx, awaited, outcome.retryAfterSeconds);
      case 'failed':
        return this.countFailure(tx, awaited, outcome.error);
      case 'evidence_unavailable':
        await this.schedule.plan(tx, awaited.session, { delaySeconds: EVIDENCE_RETRY_SECONDS });
        return;
      case 'evidence_lost':
        return this.askForPictures(tx, awaited, 'evidence_lost');
      case 'selfie_repeated':
        return this.askForPictures(tx, awaited, 'same_photo');
      case 'selfie_not_looked_at':
        return this.awaitComparison(tx, awaited);
    }
  }

  /** A partner mixes something up once; one that says the same wrong thing again is not waited for (T33). */
  async doubt(tx: Transaction, awaited: AwaitedSession, asked: VerificationSession): Promise<void> {
    if (awaited.overdue || asked.lastError === 'result_refused') {
      await this.failover.moveOn(tx, { ...awaited, error: 'result_refused' });
      return;
    }
    await this.schedule.plan(tx, awaited.session, { delaySeconds: SECOND_LOOK_SECONDS, failed: 'result_refused' });
  }

  private async awaitAnswer(tx: Transaction, awaited: AwaitedSession, retryAfterSeconds = 0): Promise<void> {
    if (awaited.overdue)
      return this.abandonment.abandon(tx, { ...awaited, error: 'time_ran_out', reason: 'verification_abandoned' });
    await this.lookAgain(tx, awaited, retryAfterSeconds);
  }

  /** Asked for again as often as it takes; in the end of somebody else. The person did all they had to. */
  private async awaitRoom(tx: Transaction, awaited: AwaitedSession, retryAfterSeconds = 0): Promise<void> {
    if (awaited.overdue) await this.failover.moveOn(tx, { ...awaited, error: 'busy' });
    else await this.lookAgain(tx, awaited, retryAfterSeconds);
  }

  private async lookAgain(tx: Transaction, awaited: AwaitedSession, retryAfterSeconds: number): Promise<void> {
    const { session, recoveryCase } = awaited;
    const firstSeconds = this.pollSeconds(session);
    const delaySeconds = backoffSeconds(1, { firstSeconds, maxSeconds: 3_600, retryAfterSeconds });
    await this.schedule.plan(tx, session, { delaySeconds });
    await this.wait.over(tx, recoveryCase, session.provider);
  }

  private askForPictures(
    tx: Transaction,
    awaited: AwaitedSession,
    error: 'evidence_lost' | 'same_photo',
  ): Promise<void> {
    return this.abandonment.abandon(tx, { ...awaited, error, reason: 'capture_to_be_repeated' });
  }

  /** Our own look failed, so no partner is left for it and none is paid in its place; in the end a person looks. */
  private async awaitComparison(tx: Transaction, { recoveryCase, session, overdue }: AwaitedSession): Promise<void> {
    if (overdue) return this.abandonment.refer(tx, { recoveryCase, session, error: 'selfie_not_looked_at' });
    if (await this.schedule.plan(tx, session, { delaySeconds: LOOK_RETRY_SECONDS }))
      await this.wait.until(tx, recoveryCase, { seconds: LOOK_RETRY_SECONDS, leftOut: [] });
  }

  private async countFailure(tx: Transaction, awaited: AwaitedSession, error: ProviderError): Promise<void> {
    const { session, recoveryCase } = awaited;
    if (!error.retryable || awaited.overdue || session.fetchTries + 1 >= MAX_FETCH_TRIES) {
      await this.failover.moveOn(tx, { recoveryCase, session, error: error.code });
      return;
    }
    const delaySeconds = failureDelay(session, error);
    if (!(await this.schedule.plan(tx, session, { delaySeconds, failed: error.code }))) return;
    await this.cases.transition(tx, {
      caseId: recoveryCase.id,
      attempt: session.attempt,
      name: 'wait',
      reason: 'waiting_for_provider',
      actor: SYSTEM,
      set: { nextAttemptInSeconds: delaySeconds },
      audit: { sessionId: session.id, error: error.code },
    });
  }

  private pollSeconds(session: VerificationSession): number {
    return this.registry.get(session.provider)?.capabilities.pollPolicy.everySeconds ?? DEFAULT_POLL_SECONDS;
  }
}

export const failureDelay = ({ fetchTries }: VerificationSession, { details }: ProviderError): number =>
  backoffSeconds(fetchTries + 1, { firstSeconds: 5, maxSeconds: 300, retryAfterSeconds: details.retryAfterSeconds });
