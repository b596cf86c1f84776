import { Injectable } from '@nestjs/common';
import { ProviderError, type CreatedSession, type Handoff } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { recoveriesPaused } from '../../recovery-pause/recovery-pauses.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { CREATE_LEASE_SECONDS, ExternalIdTakenError, SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { CreateCall, type CreateOrder } from './create-call.js';
import { CreateFailure } from './create-failure.js';
import { DueRouting, PAUSE_LOOK_SECONDS } from './due-routing.js';
import type { Routed } from './failover.js';
import { isWanted, SessionOpening } from './session-opening.js';

export type OpenOutcome =
  | { kind: 'open'; session: VerificationSession; handoff: Handoff }
  /** Nobody can take it now; it goes on by itself after this long. */
  | { kind: 'waiting'; retryInSeconds: number }
  /** Pictures are asked for, or a person looks at the case. */
  | { kind: 'elsewhere' }
  /** Somebody else holds it, or the case moved on. */
  | { kind: 'gone' };

/** Calls a provider's create for a stored intent, outside any transaction, and follows failovers until one holds. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly due: DueRouting,
    private readonly create: CreateCall,
    private readonly failure: CreateFailure,
    private readonly opening: SessionOpening,
    private readonly sessions: SessionStore,
  ) {}

  /** The job: takes the session if it is due, or whoever can take its case now. */
  async openPending(sessionId: string): Promise<OpenOutcome> {
    const taken = await this.database.transaction((tx) => this.due.take(tx, sessionId));
    return taken.kind === 'claimed' ? this.openClaimed(taken.session) : taken;
  }

  /** For a session whose create call the caller has claimed. Nobody is asked more often than there are providers. */
  async openClaimed(session: VerificationSession): Promise<OpenOutcome> {
    let outcome = await this.openOnce(session);
    const hops = this.registry.all().length;
    for (let hop = 0; outcome.kind === 'next' && hop < hops; hop += 1) outcome = await this.openOnce(outcome.session);
    // The one that is next is claimed; its event repeats the call.
    return outcome.kind === 'next' ? { kind: 'waiting', retryInSeconds: CREATE_LEASE_SECONDS } : outcome;
  }

  private async openOnce(session: VerificationSession): Promise<OpenOutcome | Routed> {
    const adapter = this.registry.get(session.provider);
    if (!adapter) return this.failure.apply(session, new ProviderError('broken', 'the provider is not loaded'));
    const recoveryCase = await this.database.read((tx) => this.cases.find(tx, session.caseId));
    if (!recoveryCase || !isWanted(recoveryCase, session)) return this.dropped(session);
    if (await this.database.read(recoveriesPaused)) return this.givenBack(session);
    const order = { session, recoveryCase, adapter };
    const answer = await this.create.make(order);
    if (answer === 'not_asked') return this.failure.notAsked(session);
    if ('created' in answer) return this.apply(order, answer.created);
    const routed = await this.failure.apply(session, answer.error);
    void this.create.harvest(order, answer.late);
    return routed;
  }

  /** The case closed or went on since it was claimed. */
  private async dropped(session: VerificationSession): Promise<OpenOutcome> {
    await this.database.transaction((tx) => this.opening.abandonUnwanted(tx, session));
    return { kind: 'gone' };
  }

  /** All recoveries were paused after it was claimed: nobody is asked, and nothing of it counts as asked. */
  private async givenBack(session: VerificationSession): Promise<OpenOutcome> {
    await this.database.transaction((tx) =>
      this.sessions.giveBackCreate(tx, session.id, { delaySeconds: PAUSE_LOOK_SECONDS, error: 'recoveries_paused' }),
    );
    return { kind: 'waiting', retryInSeconds: PAUSE_LOOK_SECONDS };
  }

  private async apply(order: CreateOrder, created: CreatedSession): Promise<OpenOutcome | Routed> {
    const { session, adapter } = order;
    try {
      this.opening.assertUsable(adapter, created);
      const opened = await this.database.transaction((tx) => this.opening.open(tx, { session, adapter, created }));
      return opened ? { kind: 'open', session: opened, handoff: created.handoff } : { kind: 'gone' };
    } catch (error) {
      if (error instanceof ProviderError) return this.failure.apply(session, error);
      if (!(error instanceof ExternalIdTakenError)) throw error;
      return this.failure.apply(session, new ProviderError('unintelligible', error.message));
    }
  }
}
