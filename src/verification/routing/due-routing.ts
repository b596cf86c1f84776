import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { recoveriesPaused } from '../../recovery-pause/recovery-pauses.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { Failover, type Routed } from './failover.js';
import { chooseProvider, type ChoiceQuestion, type ProviderChoice, type RoutingAnswer } from './provider-choice.js';
import { leftOutWords } from './provider-obstacles.js';
import { lookAgainSeconds, ProviderWait } from './provider-wait.js';
import { RoutingQuestion } from './routing-question.js';
import { SessionIntents } from './session-intents.js';
import { isWanted, SessionOpening } from './session-opening.js';

/** What a stored intent became when its time had come. */
export type Taken =
  { kind: 'claimed'; session: VerificationSession } | { kind: 'gone' } | Exclude<Routed, { kind: 'next' }>;

/** How often a session looks whether a pause has ended. */
export const PAUSE_LOOK_SECONDS = 30;

interface DueSession {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
}

/**
 * Chooses again when a stored session's time has come: the provider that was away may be back, and the chosen one may
 * be gone. So a case that waits gets the first provider that can take it (F26).
 */
@Injectable()
export class DueRouting {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly intents: SessionIntents,
    private readonly question: RoutingQuestion,
    private readonly failover: Failover,
    private readonly opening: SessionOpening,
    private readonly wait: ProviderWait,
    private readonly clock: Clock,
  ) {}

  /** Takes the session, or puts another in its place. Two at once: one finds it taken. */
  async take(tx: Transaction, sessionId: string): Promise<Taken> {
    const due = await this.lockDue(tx, sessionId);
    if (!due) return { kind: 'gone' };
    const { session, recoveryCase } = due;
    if (!isWanted(recoveryCase, session)) {
      await this.opening.abandonUnwanted(tx, session);
      return { kind: 'gone' };
    }
    if (await recoveriesPaused(tx)) return this.restWhilePaused(tx, session);
    const question = await this.question.toDecide(tx, recoveryCase);
    if (session.createTries > 0 && session.lastError === null) {
      // A call that died with its process is repeated where it was made: that partner may have carried it out.
      if (mayBeAsked(question, session.provider)) return this.claim(tx, session);
      await this.intents.noteMayExist(tx, session);
    }
    const answer = chooseProvider(question);
    if (answer.chosen) return this.takeWith(tx, due, { ...answer, chosen: answer.chosen });
    if (answer.waitFor) return this.keepWaiting(tx, due, answer);
    return this.claimNext(tx, await this.failover.moveOn(tx, { ...due, ...endOf(session) }));
  }

  /** Undefined when it has ended or is not due. */
  private async lockDue(tx: Transaction, sessionId: string): Promise<DueSession | undefined> {
    const seen = await this.sessions.find(tx, sessionId);
    const recoveryCase = seen && (await this.cases.lock(tx, seen.caseId));
    const session = recoveryCase && (await this.sessions.findDueCreate(tx, sessionId));
    return session && { session, recoveryCase };
  }

  private async takeWith(
    tx: Transaction,
    due: DueSession,
    answer: RoutingAnswer & { chosen: ProviderChoice },
  ): Promise<Taken> {
    const { session } = due;
    const same = answer.chosen.adapter.id === session.provider && answer.chosen.role === session.role;
    if (same) return this.claim(tx, session);
    const with_ = { choice: answer.chosen, leftOut: leftOutWords(answer.leftOut) };
    return this.claimNext(tx, await this.failover.replace(tx, { ...due, ...endOf(session) }, with_));
  }

  private async claimNext(tx: Transaction, routed: Routed): Promise<Taken> {
    return routed.kind === 'next' ? this.claim(tx, routed.session) : routed;
  }

  private async claim(tx: Transaction, session: VerificationSession): Promise<Taken> {
    const claimed = await this.intents.claim(tx, session.id);
    return claimed ? { kind: 'claimed', session: claimed } : { kind: 'gone' };
  }

  /** Nothing is claimed, so a pause costs a session neither a try nor the memory of a call that may have died. */
  private async restWhilePaused(tx: Transaction, session: VerificationSession): Promise<Taken> {
    const delaySeconds = PAUSE_LOOK_SECONDS;
    if (!(await this.intents.postpone(tx, session, { delaySeconds }))) return { kind: 'gone' };
    return { kind: 'waiting', retryInSeconds: delaySeconds };
  }

  private async keepWaiting(
    tx: Transaction,
    { session, recoveryCase }: DueSession,
    answer: RoutingAnswer,
  ): Promise<Taken> {
    const waitedSeconds = (this.clock.now().getTime() - session.createdAt.getTime()) / 1_000;
    const seconds = lookAgainSeconds({ waitSeconds: answer.waitFor?.waitSeconds ?? 0, waitedSeconds });
    const error = session.lastError ?? 'waiting_for_provider';
    if (!(await this.intents.postpone(tx, session, { delaySeconds: seconds, error }))) return { kind: 'gone' };
    if (answer.waitFor?.adapter.capabilities.handoff !== 'capture')
      await this.wait.until(tx, recoveryCase, { seconds, leftOut: leftOutWords(answer.leftOut) });
    return { kind: 'waiting', retryInSeconds: seconds };
  }
}

/** Not once it was switched off or taken out of the policy since; a circuit that rests does not forbid a repetition. */
const mayBeAsked = ({ candidates }: ChoiceQuestion, provider: string): boolean =>
  candidates.some(({ adapter, condition }) => adapter.id === provider && !condition.disabled);

/** A session that was never asked for leaves nothing against its provider. */
function endOf(session: VerificationSession): { error: string; neverAsked: boolean } {
  const neverAsked = session.createTries === 0;
  return { error: neverAsked ? 'another_chosen' : (session.lastError ?? 'unavailable'), neverAsked };
}
