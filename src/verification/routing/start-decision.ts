import { Injectable } from '@nestjs/common';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import { CaptureAdmission, type CaptureVisit } from '../../identity-evidence/capture-admission.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { refuseWhilePaused } from '../../recovery-pause/recovery-pauses.js';
import { AccountAttempts } from '../account-attempts.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import {
  chooseProvider,
  type Candidate,
  type ChoiceQuestion,
  type ProviderChoice,
  type RoutingAnswer,
} from './provider-choice.js';
import { leftOutWords } from './provider-obstacles.js';
import { ProviderSwitch, type WantedProvider } from './provider-switch.js';
import { lookAgainSeconds, ProviderWait } from './provider-wait.js';
import { RoutingQuestion } from './routing-question.js';
import { SessionIntents } from './session-intents.js';

export interface StartRequest extends CaptureVisit {
  wanted?: WantedProvider;
}

export type StartStep =
  | { kind: 'resumed'; session: VerificationSession }
  | { kind: 'claimed'; session: VerificationSession }
  | { kind: 'waiting'; retryInSeconds: number };

/** Decides, with the case locked, which session a person gets who asks to be checked, and writes that down. */
@Injectable()
export class StartDecision {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly admission: CaptureAdmission,
    private readonly question: RoutingQuestion,
    private readonly sessions: SessionStore,
    private readonly intents: SessionIntents,
    private readonly attempts: AccountAttempts,
    private readonly wait: ProviderWait,
    private readonly switching: ProviderSwitch,
  ) {}

  /**
   * @throws Problem consent_required | wrong_state | capture_binding_missing | provider_not_offered | too_many_requests
   * | request_in_progress | recoveries_paused
   */
  async take(tx: Transaction, request: StartRequest): Promise<StartStep> {
    await refuseWhilePaused(tx);
    const current = await this.cases.lockOrNotFound(tx, request.caseId);
    // Its page session goes on, to show how it ended; a session at a partner that still lives is nobody's to resume.
    if (current.closedAt !== null) throw new Problem('wrong_state');
    const living = await this.sessions.findLiving(tx, current.id, current.attempt);
    if (living && !(await this.switching.giveWay(tx, living, request.wanted))) {
      await this.admission.readmit(tx, request);
      return { kind: 'resumed', session: living };
    }
    const { recoveryCase } = await this.admission.admit(tx, request);
    return this.intend(tx, recoveryCase, request);
  }

  private async intend(tx: Transaction, recoveryCase: RecoveryCase, request: StartRequest): Promise<StartStep> {
    const answer = this.answerTo(await this.question.toDecide(tx, recoveryCase), request);
    const choice = answer.chosen ?? answer.waitFor;
    if (!choice) throw new Problem('provider_not_offered');
    const capture = choice.adapter.capabilities.handoff === 'capture';
    if (!capture || (await this.wasAsked(tx, recoveryCase, choice.adapter)))
      await this.attempts.count(tx, recoveryCase);
    const leftOut = leftOutWords(answer.leftOut);
    if (answer.chosen) {
      const stored = await this.intents.store(tx, { recoveryCase, choice, leftOut, delaySeconds: 0 });
      const session = stored && (await this.intents.claim(tx, stored.id));
      if (!session) throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
      return { kind: 'claimed', session };
    }
    const retryInSeconds = lookAgainSeconds({ waitSeconds: answer.waitFor?.waitSeconds ?? 0, waitedSeconds: 0 });
    // The person's own pages are not waited for: they are there, and so is the person.
    if (!capture) await this.beginWait(tx, recoveryCase, { choice, leftOut, delaySeconds: retryInSeconds });
    return { kind: 'waiting', retryInSeconds };
  }

  /**
   * Whether this attempt has had a session at a partner before. Our pages count a try when the photos are sent in, so the first
   * session is free; but a person who goes to and fro between two choices would open any number, and each may be billed (T75).
   */
  private async wasAsked(tx: Transaction, { id, attempt }: RecoveryCase, adapter: ProviderAdapter): Promise<boolean> {
    if (adapter.capabilities.dataLeaves === 'organisation') return false;
    const known = await this.sessions.knownToPartners(tx, id);
    return known.some((session) => session.attempt === attempt && session.provider === adapter.id);
  }

  private async beginWait(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    intent: { choice: ProviderChoice; leftOut: string[]; delaySeconds: number },
  ): Promise<void> {
    await this.intents.store(tx, { recoveryCase, ...intent });
    await this.wait.until(tx, recoveryCase, { seconds: intent.delaySeconds, leftOut: intent.leftOut });
  }

  /**
   * The person's choice among those who can be asked now; when theirs cannot, whoever can. Pictures are for a provider
   * that works with them, and for nobody else.
   */
  private answerTo(question: ChoiceQuestion, { wanted }: StartRequest): RoutingAnswer {
    if (wanted === undefined) return chooseProvider(question);
    if (wanted === 'capture') return chooseProvider({ ...question, candidates: question.candidates.filter(isCapture) });
    const answer = chooseProvider({ ...question, requested: wanted.provider });
    return answer.waitFor ? chooseProvider(question) : answer;
  }
}

const isCapture = ({ adapter }: Candidate): boolean => adapter.capabilities.handoff === 'capture';
