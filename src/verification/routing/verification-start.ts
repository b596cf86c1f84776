import { Injectable } from '@nestjs/common';
import type { Handoff } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { hasNoCaller, type VerificationSession } from '../session/verification-session.js';
import { HandoffRenewal } from './handoff-renewal.js';
import { SessionOpener, type OpenOutcome } from './session-opener.js';
import { StartDecision, type StartRequest } from './start-decision.js';

export interface StartedSession {
  session: VerificationSession;
  handoff: Handoff;
}

const SOON_SECONDS = 2;

/**
 * Sends the person to a provider. Coming back finds the same session again, with an address that works: one living
 * session per attempt, its intent stored before anybody outside hears of it, so nobody pays twice (I12).
 */
@Injectable()
export class VerificationStart {
  constructor(
    private readonly database: Database,
    private readonly decision: StartDecision,
    private readonly opener: SessionOpener,
    private readonly renewal: HandoffRenewal,
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
    const found = await this.database.transaction((tx) => this.decision.take(tx, request));
    if (found.kind === 'resumed') return this.resume(found.session);
    if (found.kind === 'claimed') return this.follow(await this.opener.openClaimed(found.session));
    return this.follow(found);
  }

  private async resume(session: VerificationSession): Promise<StartedSession> {
    if (session.state === 'reported') throw new Problem('wrong_state');
    const handoff = await this.renewal.current(session);
    if (handoff) return { session, handoff };
    if (!hasNoCaller(session)) throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
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
