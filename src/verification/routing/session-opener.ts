import { Injectable } from '@nestjs/common';
import { ProviderError, type CreatedSession, type ProviderAdapter } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { ExternalIdTakenError } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { CreateCall, type CreateOrder } from './create-call.js';
import { CreateFailure } from './create-failure.js';
import { DueRouting } from './due-routing.js';
import type { Routed } from './failover.js';
import { SessionIntents } from './session-intents.js';
import { isWanted, SessionOpening } from './session-opening.js';

export type OpenOutcome =
  | { kind: 'open'; session: VerificationSession }
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
    private readonly vitals: ProviderVitals,
    private readonly due: DueRouting,
    private readonly intents: SessionIntents,
    private readonly create: CreateCall,
    private readonly failure: CreateFailure,
    private readonly opening: SessionOpening,
  ) {}

  /** The job: takes the session if it is due, or whoever can take its case now. */
  async openPending(sessionId: string): Promise<OpenOutcome> {
    const taken = await this.database.transaction((tx) => this.due.take(tx, sessionId));
    if (taken.kind === 'claimed') return this.openClaimed(taken.session);
    return this.follow(taken, this.registry.all().length);
  }

  /** For a session whose create call the caller has claimed. No provider is asked twice here. */
  async openClaimed(session: VerificationSession): Promise<OpenOutcome> {
    return this.follow(await this.openOnce(session), this.registry.all().length);
  }

  /** Asks the successors one after the other, at most as many as there are providers. */
  private async follow(first: OpenOutcome | Routed, hops: number): Promise<OpenOutcome> {
    let outcome = first;
    for (let hop = 0; outcome.kind === 'next' && hop < hops; hop += 1) {
      const { id } = outcome.session;
      const claimed = await this.database.transaction((tx) => this.intents.claim(tx, id));
      if (!claimed) return { kind: 'gone' };
      outcome = await this.openOnce(claimed);
    }
    // The one that is next still has its event, and is opened by it.
    return outcome.kind === 'next' ? { kind: 'waiting', retryInSeconds: 2 } : outcome;
  }

  private async openOnce(session: VerificationSession): Promise<OpenOutcome | Routed> {
    const adapter = this.registry.get(session.provider);
    if (!adapter) return this.failure.apply(session, new ProviderError('broken', 'the provider is not loaded'));
    const recoveryCase = await this.load(session);
    if (!recoveryCase) return { kind: 'gone' };
    if (!this.vitals.ask(adapter.id)) return this.failure.notAsked(session);
    const order = { session, recoveryCase, adapter };
    const answer = await this.create.make(order);
    if ('created' in answer) return this.apply(order, answer.created);
    const routed = await this.failure.apply(session, answer.error);
    void this.create.harvest(order, answer.late);
    return routed;
  }

  private async load(session: VerificationSession): Promise<RecoveryCase | undefined> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, session.caseId);
      if (recoveryCase && isWanted(recoveryCase, session)) return recoveryCase;
      await this.opening.abandonUnwanted(tx, session);
      return undefined;
    });
  }

  private async apply(order: CreateOrder, created: CreatedSession): Promise<OpenOutcome | Routed> {
    const { session, adapter } = order;
    try {
      this.opening.assertUsable(adapter, created);
      const opened = await this.database.transaction((tx) => this.open(tx, { session, adapter, created }));
      return opened ? { kind: 'open', session: opened } : { kind: 'gone' };
    } catch (error) {
      if (error instanceof ProviderError) return this.failure.apply(session, error);
      if (!(error instanceof ExternalIdTakenError)) throw error;
      return this.failure.apply(session, new ProviderError('unintelligible', error.message));
    }
  }

  private async open(
    tx: Transaction,
    answer: { session: VerificationSession; adapter: ProviderAdapter; created: CreatedSession },
  ): Promise<VerificationSession | undefined> {
    const { session, created } = answer;
    const recoveryCase = await this.cases.lock(tx, session.caseId);
    if (recoveryCase && isWanted(recoveryCase, session)) {
      const opened = await this.opening.open(tx, { ...answer, recoveryCase });
      if (opened) return opened;
    } else {
      await this.opening.abandonUnwanted(tx, session);
    }
    await this.opening.recordUnused(tx, session, created);
    return undefined;
  }
}
