import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { EvidenceSlots } from '../../identity-evidence/evidence-slots.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { chooseProvider, roundDelaySeconds, type ProviderChoice } from './provider-choice.js';
import { RoutingQuestion } from './routing-question.js';
import { SessionIntents } from './session-intents.js';

/** A session that failed, with its case locked by the caller. */
export interface FailedSession {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  error: string;
}

/**
 * What follows when a provider cannot do it: the next one by policy, a wait when all have failed, a person when waiting
 * has not helped. Everything happens in the transaction that marks the session as failed.
 */
@Injectable()
export class Failover {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly intents: SessionIntents,
    private readonly question: RoutingQuestion,
    private readonly evidence: EvidenceSlots,
  ) {}

  /** Ends the session and routes on. Returns the session that takes over, if one does at once. */
  async moveOn(tx: Transaction, failed: FailedSession): Promise<VerificationSession | undefined> {
    const { recoveryCase, session, error } = failed;
    if (!(await this.sessions.end(tx, session.id, { state: 'failed', error }))) return undefined;
    const data = { sessionId: session.id, provider: session.provider, attempt: session.attempt, error };
    await appendAudit(tx, { chainId: recoveryCase.id, type: 'verification.session_failed', actor: SYSTEM, data });
    const choice = chooseProvider(await this.question.of(tx, recoveryCase));
    if (!choice) return this.giveUp(tx, recoveryCase);
    return this.handOver(tx, recoveryCase, choice);
  }

  private async handOver(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    choice: ProviderChoice,
  ): Promise<VerificationSession | undefined> {
    const delaySeconds = roundDelaySeconds(choice.round);
    const capture = choice.adapter.capabilities.handoff === 'capture';
    if (capture && recoveryCase.state === 'verifying' && (await this.picturesMissing(tx, recoveryCase, choice))) {
      return this.askForPictures(tx, recoveryCase);
    }
    const next = await this.intents.store(tx, { recoveryCase, choice, delaySeconds });
    // The person's own pages wait for the person; only a wait for a partner is the case's own state.
    if (delaySeconds > 0 && !capture) await this.wait(tx, recoveryCase, delaySeconds);
    return delaySeconds === 0 ? next : undefined;
  }

  private async picturesMissing(tx: Transaction, recoveryCase: RecoveryCase, choice: ProviderChoice): Promise<boolean> {
    const missing = await this.evidence.missing(tx, {
      caseId: recoveryCase.id,
      attempt: recoveryCase.attempt,
      kinds: choice.adapter.capabilities.requiredEvidence,
    });
    return missing.length > 0;
  }

  /** The stand-in needs pictures that the partner would have taken; the table knows only one way back to capturing. */
  private async askForPictures(tx: Transaction, recoveryCase: RecoveryCase): Promise<undefined> {
    if (recoveryCase.attempt >= recoveryCase.attemptsAllowed) return this.giveUp(tx, recoveryCase);
    const { id: caseId, attempt } = recoveryCase;
    await this.cases.transition(tx, {
      caseId,
      attempt,
      name: 'retry',
      reason: 'capture_to_be_repeated',
      actor: SYSTEM,
    });
    return undefined;
  }

  private async wait(tx: Transaction, recoveryCase: RecoveryCase, nextAttemptInSeconds: number): Promise<void> {
    const { id: caseId, attempt } = recoveryCase;
    if (recoveryCase.state === 'awaiting_evidence')
      await this.cases.transition(tx, { caseId, attempt, name: 'submit', actor: SYSTEM });
    await this.cases.transition(tx, {
      caseId,
      attempt,
      name: 'wait',
      reason: 'waiting_for_provider',
      actor: SYSTEM,
      set: { nextAttemptInSeconds },
    });
  }

  private async giveUp(tx: Transaction, recoveryCase: RecoveryCase): Promise<undefined> {
    const { id: caseId, attempt } = recoveryCase;
    if (recoveryCase.state === 'awaiting_evidence')
      await this.cases.transition(tx, { caseId, attempt, name: 'submit', actor: SYSTEM });
    await this.cases.transition(tx, { caseId, attempt, name: 'refer', reason: 'providers_exhausted', actor: SYSTEM });
    return undefined;
  }
}
