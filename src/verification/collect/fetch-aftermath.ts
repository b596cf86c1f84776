import { Injectable } from '@nestjs/common';
import type { ProviderReport } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { isOver, type VerificationSession } from '../session/verification-session.js';
import { SessionStore } from '../session/session-store.js';
import { FetchSchedule } from './fetch-schedule.js';
import type { LookOutcome } from './provider-look.js';
import type { ResultClaim } from './result-binding.js';
import { ResultSettlement, type Settlement } from './result-settlement.js';
import {
  failureDelay,
  LOOK_RETRY_SECONDS,
  MAX_FETCH_TRIES,
  UnansweredLooks,
  type AwaitedSession,
} from './unanswered-looks.js';

/**
 * Changes what follows from one look at a provider. It does so in exactly one transaction, by rows that are read inside
 * it.
 */
@Injectable()
export class FetchAftermath {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly schedule: FetchSchedule,
    private readonly settlement: ResultSettlement,
    private readonly unanswered: UnansweredLooks,
    private readonly vitals: ProviderVitals,
  ) {}

  /** `asked` is the session as it was when its provider was asked. */
  async apply(asked: VerificationSession, outcome: LookOutcome): Promise<void> {
    if (isOver(asked)) return this.applyReread(asked, outcome);
    if (outcome.kind === 'report') return this.applyReport(asked, outcome.report);
    await this.database.transaction(async (tx) => {
      const awaited = await this.lockAwaited(tx, asked);
      if (awaited) await this.unanswered.settle(tx, awaited, outcome);
    });
  }

  private async applyReport(asked: VerificationSession, report: ProviderReport): Promise<void> {
    const settlement = await this.database.transaction((tx) => this.settleReport(tx, asked, report));
    const transport = this.registry.get(asked.provider)?.capabilities.resultTransport;
    // Only what the partner itself answered counts for or against its health: a browser brings the code.
    const itsOwnWord = transport === 'poll' || transport === 'push_thin';
    if (itsOwnWord && (settlement === 'accepted' || settlement === 'refused'))
      await this.vitals.noteResult(asked.provider, settlement);
  }

  /** A session that is over: only what stands against its case counts, and no end of the call holds anything up. */
  private async applyReread(asked: VerificationSession, outcome: LookOutcome): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.cases.lock(tx, asked.caseId);
      const delaySeconds = rereadDelay(asked, outcome);
      if (delaySeconds !== undefined) return this.schedule.retry(tx, asked, delaySeconds);
      await this.schedule.finish(tx, asked);
      const answered = outcome.kind === 'report' && (await this.settlement.settle(tx, claimOf(asked, outcome.report)));
      if (!answered || answered === 'refused') await this.schedule.planLate(tx, asked);
    });
  }

  private async settleReport(tx: Transaction, asked: VerificationSession, report: ProviderReport): Promise<Settlement> {
    const settlement = await this.settlement.settle(tx, claimOf(asked, report));
    const awaited = settlement === 'refused' ? await this.lockAwaited(tx, asked) : undefined;
    if (awaited) await this.unanswered.doubt(tx, awaited, asked);
    return settlement;
  }

  /** Undefined when the session ended or the case moved on while the provider was asked. */
  private async lockAwaited(tx: Transaction, asked: VerificationSession): Promise<AwaitedSession | undefined> {
    const recoveryCase = await this.cases.lock(tx, asked.caseId);
    const session = await this.sessions.find(tx, asked.id);
    if (!recoveryCase || !session || (session.state !== 'open' && session.state !== 'collecting')) return undefined;
    if (recoveryCase.state !== 'verifying' || recoveryCase.attempt !== session.attempt) return undefined;
    const { overdue } = await tx.one<{ overdue: boolean }>`
      SELECT COALESCE(expires_at <= clock_timestamp(), false) AS overdue
      FROM verification_sessions WHERE id = ${session.id}`;
    return { recoveryCase, session, overdue };
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
function rereadDelay(asked: VerificationSession, outcome: LookOutcome): number | undefined {
  if (asked.fetchTries + 1 >= MAX_FETCH_TRIES) return undefined;
  if (outcome.kind === 'selfie_not_looked_at') return LOOK_RETRY_SECONDS;
  return outcome.kind === 'failed' && outcome.error.retryable ? failureDelay(asked, outcome.error) : undefined;
}
