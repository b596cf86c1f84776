import { Injectable } from '@nestjs/common';
import type { ProviderError, ProviderReport } from '../../../providers/kit/index.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { Failover } from '../routing/failover.js';
import { backoffSeconds } from '../routing/provider-choice.js';
import { ProviderWait } from '../routing/provider-wait.js';
import { isOver, type VerificationSession } from '../session/verification-session.js';
import { SessionStore } from '../session/session-store.js';
import { Abandonment } from './abandonment.js';
import { FetchSchedule } from './fetch-schedule.js';
import type { ResultClaim } from './result-binding.js';
import { ResultSettlement, type Settlement } from './result-settlement.js';

export type FetchOutcome =
  | { kind: 'report'; report: ProviderReport }
  | { kind: 'pending'; retryAfterSeconds?: number }
  /** The provider is well and had no room for the check: nobody left, and nobody is at fault. */
  | { kind: 'busy'; retryAfterSeconds?: number }
  | { kind: 'failed'; error: ProviderError }
  /** Our own object store or database, not the provider. */
  | { kind: 'evidence_unavailable' }
  /** A stored picture is gone or not what was stored. */
  | { kind: 'evidence_lost' }
  /** The selfie is a photograph of another case. */
  | { kind: 'selfie_repeated' }
  /** Nobody could look whether it is one; the provider was not asked. */
  | { kind: 'selfie_not_looked_at' };

/** Failed looks in a row before the provider counts as failed. */
const MAX_FETCH_TRIES = 8;
const EVIDENCE_RETRY_SECONDS = 10;
const LOOK_RETRY_SECONDS = 15;
const DEFAULT_POLL_SECONDS = 30;
/** After a result that is not the one that was asked for. */
const SECOND_LOOK_SECONDS = 5;

interface AwaitedSession {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  /** The time in which a result is waited for is over, by the database's clock. */
  overdue: boolean;
}

/** What one look at a provider changes: exactly one transaction, decided on rows read inside it. */
@Injectable()
export class FetchAftermath {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly schedule: FetchSchedule,
    private readonly settlement: ResultSettlement,
    private readonly abandonment: Abandonment,
    private readonly failover: Failover,
    private readonly wait: ProviderWait,
    private readonly vitals: ProviderVitals,
  ) {}

  async apply(looked: VerificationSession, outcome: FetchOutcome): Promise<void> {
    if (isOver(looked)) return this.applyReread(looked, outcome);
    if (outcome.kind === 'report') return this.applyReport(looked, outcome.report);
    await this.database.transaction(async (tx) => {
      const awaited = await this.lockAwaited(tx, looked);
      if (!awaited) return;
      switch (outcome.kind) {
        case 'pending':
          return this.pending(tx, awaited, outcome.retryAfterSeconds);
        case 'busy':
          return this.busy(tx, awaited, outcome.retryAfterSeconds);
        case 'failed':
          return this.failed(tx, awaited, outcome.error);
        case 'evidence_unavailable':
          return void (await this.schedule.plan(tx, awaited.session, { delaySeconds: EVIDENCE_RETRY_SECONDS }));
        case 'evidence_lost':
          return this.abandonment.abandon(tx, {
            ...awaited,
            error: 'evidence_lost',
            reason: 'capture_to_be_repeated',
          });
        case 'selfie_repeated':
          return this.abandonment.abandon(tx, { ...awaited, error: 'same_photo', reason: 'capture_to_be_repeated' });
        case 'selfie_not_looked_at':
          return this.notLookedAt(tx, awaited);
      }
    });
  }

  private async applyReport(looked: VerificationSession, report: ProviderReport): Promise<void> {
    const settlement = await this.database.transaction((tx) => this.settle(tx, looked, report));
    const transport = this.registry.get(looked.provider)?.capabilities.resultTransport;
    // Only what the partner itself answered counts for or against its health: a browser brings the code.
    const itsOwnWord = transport === 'poll' || transport === 'push_thin';
    if (itsOwnWord && (settlement === 'accepted' || settlement === 'refused'))
      await this.vitals.noteResult(looked.provider, settlement);
  }

  /** A session that is over: only what stands against its case counts, and no end of the call holds anything up. */
  private async applyReread(looked: VerificationSession, outcome: FetchOutcome): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.cases.lock(tx, looked.caseId);
      const delaySeconds = rereadDelay(looked, outcome);
      if (delaySeconds !== undefined) return this.schedule.retry(tx, looked, delaySeconds);
      await this.schedule.finish(tx, looked);
      const answered = outcome.kind === 'report' && (await this.settlement.settle(tx, claimOf(looked, outcome.report)));
      if (!answered || answered === 'refused') await this.schedule.planLate(tx, looked);
    });
  }

  private async settle(tx: Transaction, looked: VerificationSession, report: ProviderReport): Promise<Settlement> {
    const settlement = await this.settlement.settle(tx, claimOf(looked, report));
    const awaited = settlement === 'refused' ? await this.lockAwaited(tx, looked) : undefined;
    if (awaited) await this.refused(tx, awaited, looked);
    return settlement;
  }

  /** A partner mixes something up once; one that says the same wrong thing again is not waited for (T33). */
  private async refused(tx: Transaction, awaited: AwaitedSession, looked: VerificationSession): Promise<void> {
    if (awaited.overdue || looked.lastError === 'result_refused') {
      await this.failover.moveOn(tx, { ...awaited, error: 'result_refused' });
      return;
    }
    await this.schedule.plan(tx, awaited.session, { delaySeconds: SECOND_LOOK_SECONDS, failed: 'result_refused' });
  }

  private async pending(tx: Transaction, awaited: AwaitedSession, retryAfterSeconds = 0): Promise<void> {
    if (awaited.overdue)
      return this.abandonment.abandon(tx, { ...awaited, error: 'time_ran_out', reason: 'verification_abandoned' });
    await this.lookAgain(tx, awaited, retryAfterSeconds);
  }

  /** Asked for again as often as it takes; in the end of somebody else. The person did all they had to. */
  private async busy(tx: Transaction, awaited: AwaitedSession, retryAfterSeconds = 0): Promise<void> {
    if (awaited.overdue) return void (await this.failover.moveOn(tx, { ...awaited, error: 'busy' }));
    await this.lookAgain(tx, awaited, retryAfterSeconds);
  }

  private async lookAgain(tx: Transaction, awaited: AwaitedSession, retryAfterSeconds: number): Promise<void> {
    const delaySeconds = backoffSeconds(1, {
      firstSeconds: this.pollSeconds(awaited.session),
      maxSeconds: 3_600,
      retryAfterSeconds,
    });
    await this.schedule.plan(tx, awaited.session, { delaySeconds });
    await this.wait.over(tx, awaited.recoveryCase, awaited.session.provider);
  }

  /** Our own look failed, so no partner is left for it and none is paid in its place; in the end a person looks. */
  private async notLookedAt(tx: Transaction, { recoveryCase, session, overdue }: AwaitedSession): Promise<void> {
    if (overdue) return this.abandonment.refer(tx, { recoveryCase, session, error: 'selfie_not_looked_at' });
    if (await this.schedule.plan(tx, session, { delaySeconds: LOOK_RETRY_SECONDS }))
      await this.wait.until(tx, recoveryCase, { seconds: LOOK_RETRY_SECONDS, leftOut: [] });
  }

  private async failed(tx: Transaction, awaited: AwaitedSession, error: ProviderError): Promise<void> {
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

  /** Undefined when the session ended or the case moved on while the provider was asked. */
  private async lockAwaited(tx: Transaction, looked: VerificationSession): Promise<AwaitedSession | undefined> {
    const recoveryCase = await this.cases.lock(tx, looked.caseId);
    const session = await this.sessions.find(tx, looked.id);
    if (!recoveryCase || !session || (session.state !== 'open' && session.state !== 'collecting')) return undefined;
    if (recoveryCase.state !== 'verifying' || recoveryCase.attempt !== session.attempt) return undefined;
    const { overdue } = await tx.one<{ overdue: boolean }>`
      SELECT COALESCE(expires_at <= clock_timestamp(), false) AS overdue FROM verification_sessions WHERE id = ${session.id}`;
    return { recoveryCase, session, overdue };
  }

  private pollSeconds(session: VerificationSession): number {
    return this.registry.get(session.provider)?.capabilities.pollPolicy.everySeconds ?? DEFAULT_POLL_SECONDS;
  }
}

const claimOf = (session: VerificationSession, report: ProviderReport): ResultClaim => ({
  sessionId: session.id,
  caseId: session.caseId,
  attempt: session.attempt,
  provider: session.provider,
  report,
});

/** Undefined when the reading is over. */
function rereadDelay(looked: VerificationSession, outcome: FetchOutcome): number | undefined {
  if (looked.fetchTries + 1 >= MAX_FETCH_TRIES) return undefined;
  if (outcome.kind === 'selfie_not_looked_at') return LOOK_RETRY_SECONDS;
  return outcome.kind === 'failed' && outcome.error.retryable ? failureDelay(looked, outcome.error) : undefined;
}

const failureDelay = ({ fetchTries }: VerificationSession, { details }: ProviderError): number =>
  backoffSeconds(fetchTries + 1, { firstSeconds: 5, maxSeconds: 300, retryAfterSeconds: details.retryAfterSeconds });
