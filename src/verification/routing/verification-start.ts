import { Injectable } from '@nestjs/common';
import type { Handoff, ProviderAdapter } from '../../../providers/kit/index.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureAdmission, type CaptureVisit } from '../../identity-evidence/capture-admission.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { refuseWhilePaused } from '../../recovery-pause/recovery-pauses.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { AccountAttempts } from '../account-attempts.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionEnding } from '../session/session-ending.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { HandoffRenewal } from './handoff-renewal.js';
import {
  chooseProvider,
  type Candidate,
  type ChoiceQuestion,
  type ProviderChoice,
  type RoutingAnswer,
} from './provider-choice.js';
import { leftOutWords } from './provider-obstacles.js';
import { lookAgainSeconds, ProviderWait } from './provider-wait.js';
import { RoutingQuestion } from './routing-question.js';
import { SessionIntents } from './session-intents.js';
import { SessionOpener, type OpenOutcome } from './session-opener.js';

export interface StartRequest extends CaptureVisit {
  /** A provider's id, or `capture`: the first one that works with pictures of our own pages. */
  wanted?: { provider: string } | 'capture';
}

export interface StartedSession {
  session: VerificationSession;
  handoff: Handoff;
}

type Prepared =
  | { kind: 'resumed'; session: VerificationSession }
  | { kind: 'claimed'; session: VerificationSession }
  | { kind: 'waiting'; retryInSeconds: number };

const SOON_SECONDS = 2;

/**
 * Sends the person to a provider. Coming back finds the same session again, with an address that works: one living
 * session per attempt, its intent stored before anybody outside hears of it, so nobody pays twice (I12).
 */
@Injectable()
export class VerificationStart {
  constructor(
    private readonly database: Database,
    private readonly registry: ProviderRegistry,
    private readonly cases: RecoveryCaseRepository,
    private readonly admission: CaptureAdmission,
    private readonly question: RoutingQuestion,
    private readonly sessions: SessionStore,
    private readonly intents: SessionIntents,
    private readonly opener: SessionOpener,
    private readonly renewal: HandoffRenewal,
    private readonly attempts: AccountAttempts,
    private readonly wait: ProviderWait,
    private readonly ending: SessionEnding,
    private readonly clock: Clock,
  ) {}

  /**
   * Follows failovers in the same call, so the person gets the hand-off of the first provider that can take them now.
   * If none can, `dependency_unavailable` says in how many seconds the service chooses again; the case goes on by
   * itself meanwhile.
   *
   * @throws Problem consent_required | wrong_state | capture_binding_missing | provider_not_offered | too_many_requests
   * | request_in_progress | dependency_unavailable
   */
  async start(request: StartRequest): Promise<StartedSession> {
    const found = await this.database.transaction((tx) => this.prepare(tx, request));
    if (found.kind === 'resumed') return this.resume(found.session);
    if (found.kind === 'claimed') return this.follow(await this.opener.openClaimed(found.session));
    return this.follow(found);
  }

  private async prepare(tx: Transaction, request: StartRequest): Promise<Prepared> {
    await refuseWhilePaused(tx);
    const current = await this.cases.lockOrNotFound(tx, request.caseId);
    const living = await this.sessions.findLiving(tx, current.id, current.attempt);
    if (living && !(await this.giveWay(tx, living, request))) {
      await this.admission.readmit(tx, request);
      return { kind: 'resumed', session: living };
    }
    const recoveryCase = await this.admission.admit(tx, request);
    return this.intend(tx, recoveryCase, request);
  }

  private async intend(tx: Transaction, recoveryCase: RecoveryCase, request: StartRequest): Promise<Prepared> {
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
   * session is free; but whoever goes to and fro between two choices would open any number, and each may be billed (T75).
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

  /**
   * Whether a living session ends because the person asked for another provider. Only one for which nobody was sent out gives
   * way: our own pages, or a create call that keeps failing.
   */
  private async giveWay(tx: Transaction, living: VerificationSession, request: StartRequest): Promise<boolean> {
    const { wanted } = request;
    const capturing = this.registry.get(living.provider)?.capabilities.handoff === 'capture';
    const same = wanted === undefined || (wanted === 'capture' ? capturing : wanted.provider === living.provider);
    if (same) return false;
    const free = (living.state === 'open' && capturing) || isWaiting(living);
    const why = { state: 'abandoned', error: 'another_chosen', actor: APPLICANT } as const;
    const how = { atPartner: 'ended_or_said', looksAgain: true } as const;
    if (!free || !(await this.ending.end(tx, living, { ...why, ...how }))) throw new Problem('wrong_state');
    return true;
  }

  private async resume(session: VerificationSession): Promise<StartedSession> {
    if (session.state === 'reported') throw new Problem('wrong_state');
    const handoff = await this.renewal.current(session);
    if (handoff) return { session, handoff };
    if (!isWaiting(session)) throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
    throw new Problem('dependency_unavailable', { retryAfterSeconds: this.secondsUntil(session.nextFetchAt) });
  }

  private follow(outcome: OpenOutcome): StartedSession {
    if (outcome.kind === 'open') return { session: outcome.session, handoff: outcome.handoff };
    if (outcome.kind === 'gone') throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
    const retryAfterSeconds = outcome.kind === 'waiting' ? outcome.retryInSeconds : 2;
    throw new Problem('dependency_unavailable', { retryAfterSeconds });
  }

  private secondsUntil(due: Date | null): number {
    if (due === null) return SOON_SECONDS;
    return Math.max(SOON_SECONDS, Math.ceil((due.getTime() - this.clock.now().getTime()) / 1_000));
  }
}

/** Nobody is asking for it at this moment: its turn has not come, or the last try failed. */
const isWaiting = ({ state, createTries, lastError }: VerificationSession): boolean =>
  state === 'creating' && (createTries === 0 || lastError !== null);

const isCapture = ({ adapter }: Candidate): boolean => adapter.capabilities.handoff === 'capture';
