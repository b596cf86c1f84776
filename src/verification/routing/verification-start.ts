import { Injectable } from '@nestjs/common';
import type { Handoff, ProviderAdapter } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureAdmission, type CaptureVisit } from '../../identity-evidence/capture-admission.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { limitProblem, Limits } from '../../platform/limits/limits.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { chooseProvider } from './provider-choice.js';
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

/**
 * Sends the person to a provider. Coming back finds the same session again: one living session per attempt, its intent
 * stored before anybody outside hears of it, so nobody pays twice (I12).
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
    private readonly secrets: SessionSecrets,
    private readonly intents: SessionIntents,
    private readonly opener: SessionOpener,
    private readonly limits: Limits,
  ) {}

  /**
   * @throws Problem consent_required | wrong_state | capture_binding_missing | provider_not_offered | too_many_requests |
   *   request_in_progress | dependency_unavailable
   */
  async start(request: StartRequest): Promise<StartedSession> {
    const found = await this.database.transaction((tx) => this.prepare(tx, request));
    if (!found.claimed) return this.resume(found.session);
    return this.follow(await this.opener.openClaimed(found.session));
  }

  private async prepare(
    tx: Transaction,
    request: StartRequest,
  ): Promise<{ session: VerificationSession; claimed: boolean }> {
    const current = await this.cases.lock(tx, request.caseId);
    if (!current) throw new Problem('not_found');
    const living = await this.sessions.findLiving(tx, current.id, current.attempt);
    if (living && !(await this.giveWay(tx, living, request))) {
      await this.admission.readmit(tx, request);
      return { session: living, claimed: false };
    }
    const recoveryCase = await this.admission.admit(tx, request);
    return { session: await this.intend(tx, recoveryCase, request), claimed: true };
  }

  private async intend(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    request: StartRequest,
  ): Promise<VerificationSession> {
    const question = await this.question.of(tx, recoveryCase);
    const choice = chooseProvider({ ...question, requested: this.requestedId(request, question.offered) });
    if (!choice) throw new Problem('provider_not_offered');
    if (choice.adapter.capabilities.handoff !== 'capture') await this.countSubmission(tx, recoveryCase);
    const stored = await this.intents.store(tx, { recoveryCase, choice, delaySeconds: 0 });
    const claimed = stored && (await this.intents.claim(tx, stored.id));
    if (!claimed) throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
    return claimed;
  }

  private requestedId(request: StartRequest, offered: readonly ProviderAdapter[]): string | undefined {
    if (request.wanted === undefined) return undefined;
    if (request.wanted !== 'capture') return request.wanted.provider;
    const capturing = offered.find((adapter) => adapter.capabilities.handoff === 'capture');
    if (!capturing) throw new Problem('provider_not_offered');
    return capturing.id;
  }

  /** Each session at a partner costs money and is a try at the account (T75). */
  private async countSubmission(tx: Transaction, recoveryCase: RecoveryCase): Promise<void> {
    const limit = await this.limits.take(tx, 'submission_per_subject', recoveryCase.subjectId);
    if (!limit.allowed) throw limitProblem(limit);
  }

  /**
   * Whether a living session ends because the person asked for another provider. Only one that has cost nothing gives
   * way: our own capture, or a create call that keeps failing.
   */
  private async giveWay(tx: Transaction, living: VerificationSession, request: StartRequest): Promise<boolean> {
    const { wanted } = request;
    const capturing = this.registry.get(living.provider)?.capabilities.handoff === 'capture';
    const same = wanted === undefined || (wanted === 'capture' ? capturing : wanted.provider === living.provider);
    if (same) return false;
    const free = (living.state === 'open' && capturing) || (living.state === 'creating' && living.lastError !== null);
    const ended = free && (await this.sessions.end(tx, living.id, { state: 'abandoned', error: 'another_chosen' }));
    if (!ended) throw new Problem('wrong_state');
    const data = { sessionId: living.id, provider: living.provider, attempt: living.attempt };
    await appendAudit(tx, { chainId: living.caseId, type: 'verification.session_abandoned', actor: APPLICANT, data });
    return true;
  }

  private async resume(session: VerificationSession): Promise<StartedSession> {
    if (session.state === 'reported') throw new Problem('wrong_state');
    const handoff = await this.database.read((tx) => this.secrets.openHandoff(tx, session));
    if (handoff) return { session, handoff };
    if (session.lastError === null) throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
    throw new Problem('dependency_unavailable', { retryAfterSeconds: 5 });
  }

  private async follow(outcome: OpenOutcome): Promise<StartedSession> {
    if (outcome.kind === 'open') return this.resume(outcome.session);
    if (outcome.kind === 'gone') throw new Problem('request_in_progress', { retryAfterSeconds: 2 });
    const retryAfterSeconds = outcome.kind === 'postponed' ? outcome.retryInSeconds : 5;
    throw new Problem('dependency_unavailable', { retryAfterSeconds });
  }
}
