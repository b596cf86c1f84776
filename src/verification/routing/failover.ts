import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { EvidenceSlots } from '../../identity-evidence/evidence-slots.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Policies } from '../../policy/policies.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { SessionEnding } from '../session/session-ending.js';
import type { VerificationSession } from '../session/verification-session.js';
import { chooseProvider, roundDelaySeconds, type ChoiceQuestion, type ProviderChoice } from './provider-choice.js';
import { leftOutWords } from './provider-obstacles.js';
import { lookAgainSeconds, ProviderWait } from './provider-wait.js';
import { RoutingQuestion } from './routing-question.js';
import { SessionIntents } from './session-intents.js';

/** A session that ends without a result, with its case locked by the caller. */
export interface FailedSession {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  error: string;
  /** The provider was not asked, so nothing counts against it. */
  neverAsked?: boolean;
  /** What the choice depends on, when the caller knows it already: as it is once this session has ended. */
  question?: ChoiceQuestion;
}

/** What a case without a living session became. */
export type Routed =
  | { kind: 'next'; session: VerificationSession }
  | { kind: 'waiting'; retryInSeconds: number }
  /** Pictures are asked for, a person looks at the case, or somebody else was first. */
  | { kind: 'elsewhere' };

interface Handover {
  choice: ProviderChoice;
  leftOut: string[];
  delaySeconds: number;
}

/**
 * Routes a case on when a provider cannot do it. The next one by policy is asked; if none is available now the case
 * waits, and if waiting has not helped a reviewer gets it. Everything happens in the transaction that ends the session.
 */
@Injectable()
export class Failover {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly ending: SessionEnding,
    private readonly intents: SessionIntents,
    private readonly question: RoutingQuestion,
    private readonly evidence: EvidenceSlots,
    private readonly wait: ProviderWait,
    private readonly policies: Policies,
  ) {}

  /** Ends the session and routes on. */
  async moveOn(tx: Transaction, failed: FailedSession): Promise<Routed> {
    if (!(await this.end(tx, failed))) return { kind: 'elsewhere' };
    return this.route(tx, failed);
  }

  /** Ends a session whose turn never came and hands its case to a provider that can be asked now. */
  async replace(tx: Transaction, failed: FailedSession, with_: Omit<Handover, 'delaySeconds'>): Promise<Routed> {
    if (!(await this.end(tx, failed))) return { kind: 'elsewhere' };
    return this.handOver(tx, failed.recoveryCase, { ...with_, delaySeconds: 0 });
  }

  /** Finds a provider for a case that has no living session. */
  private async route(tx: Transaction, { recoveryCase, question }: FailedSession): Promise<Routed> {
    const answer = chooseProvider(question ?? (await this.question.toDecide(tx, recoveryCase)));
    const { chosen, waitFor, leftOut } = answer;
    const words = leftOutWords(leftOut);
    if (chosen)
      return this.handOver(tx, recoveryCase, {
        choice: chosen,
        leftOut: words,
        delaySeconds: roundDelaySeconds(chosen.round),
      });
    if (!waitFor) return this.giveUp(tx, recoveryCase);
    const delaySeconds = lookAgainSeconds({ waitSeconds: waitFor.waitSeconds, waitedSeconds: 0 });
    return this.handOver(tx, recoveryCase, { choice: waitFor, leftOut: words, delaySeconds });
  }

  private end(tx: Transaction, { session, error, neverAsked = false }: FailedSession): Promise<boolean> {
    const state = neverAsked ? 'abandoned' : 'failed';
    return this.ending.end(tx, session, { state, error, atPartner: 'ended_or_said', looksAgain: true });
  }

  private async handOver(tx: Transaction, recoveryCase: RecoveryCase, to: Handover): Promise<Routed> {
    const { choice, leftOut, delaySeconds } = to;
    const capture = choice.adapter.capabilities.handoff === 'capture';
    if (capture && recoveryCase.state === 'verifying' && (await this.picturesMissing(tx, recoveryCase, choice))) {
      return this.askForPictures(tx, recoveryCase);
    }
    const next = await this.intents.store(tx, { recoveryCase, choice, leftOut, delaySeconds });
    if (!next) return { kind: 'elsewhere' };
    if (delaySeconds === 0) return { kind: 'next', session: next };
    // Pages that still take pictures wait for the person; any other wait is the case's own state.
    if (!capture || recoveryCase.state === 'verifying')
      await this.wait.until(tx, recoveryCase, { seconds: delaySeconds, leftOut });
    return { kind: 'waiting', retryInSeconds: delaySeconds };
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
  private async askForPictures(tx: Transaction, recoveryCase: RecoveryCase): Promise<Routed> {
    if ((await this.policies.attemptsLeft(tx, recoveryCase)) === 0) return this.giveUp(tx, recoveryCase);
    const { id: caseId, attempt } = recoveryCase;
    await this.cases.transition(tx, {
      caseId,
      attempt,
      name: 'retry',
      reason: 'capture_to_be_repeated',
      actor: SYSTEM,
    });
    return { kind: 'elsewhere' };
  }

  private async giveUp(tx: Transaction, recoveryCase: RecoveryCase): Promise<Routed> {
    const { id: caseId, attempt } = recoveryCase;
    if (recoveryCase.state === 'awaiting_evidence')
      await this.cases.transition(tx, { caseId, attempt, name: 'submit', actor: SYSTEM });
    await this.cases.transition(tx, { caseId, attempt, name: 'refer', reason: 'providers_exhausted', actor: SYSTEM });
    return { kind: 'elsewhere' };
  }
}
