import { Injectable } from '@nestjs/common';
import { ProviderError, type CreatedSession, type ProviderAdapter } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { SurplusSessions } from './surplus-sessions.js';

export interface CreateOrder {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
}

export type CreateAnswer =
  | { created: CreatedSession }
  /** Its circuit is open, or somebody else tries the provider out. */
  | 'not_asked'
  /** `late` is the adapter's own answer, should it still come. */
  | { error: ProviderError; late: Promise<CreatedSession> | undefined };

/** Asks a provider to create a session: at most once as far as anybody can tell (I12, F27). */
@Injectable()
export class CreateCall {
  constructor(
    private readonly database: Database,
    private readonly vitals: ProviderVitals,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly contexts: SessionContexts,
    private readonly surplus: SurplusSessions,
    private readonly logger: Logger,
  ) {}

  /**
   * A call that may have been carried out before is not repeated blindly: the session is looked up by our reference
   * first. A partner without a look-up is relied on to give the same session for the same reference.
   */
  async make(order: CreateOrder): Promise<CreateAnswer> {
    const { adapter, session } = order;
    if (!this.vitals.ask(adapter.id)) return 'not_asked';
    let late: Promise<CreatedSession> | undefined;
    try {
      const context = await this.database.read((tx) => this.contexts.forCreate(tx, order));
      const mayExist = session.possiblyCreatedAt !== null;
      if (mayExist && adapter.findSession) {
        const found = await this.calls.run(adapter, 'find', async () => adapter.findSession?.(context));
        if (found) return { created: found };
      }
      const created = await this.calls.run(adapter, 'create', () => (late = adapter.createSession(context)));
      return { created };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { error, late };
    }
  }

  /** Waits, with nobody waiting for it, for an answer that came too late, and records what it brought. Never throws. */
  async harvest({ session, adapter }: CreateOrder, late: Promise<CreatedSession> | undefined): Promise<void> {
    try {
      const created = await late;
      if (!created) return;
      await this.database.transaction(async (tx) => {
        const now = await this.sessions.find(tx, session.id);
        const comesAgain = adapter.capabilities.idempotentCreate || adapter.findSession !== undefined;
        // The next try of the same session will be given this very one.
        if (!now || now.externalId === created.externalId || (now.state === 'creating' && comesAgain)) return;
        await this.surplus.recordAnswer(tx, session, created);
      });
    } catch (error) {
      if (!(error instanceof ProviderError))
        this.logger.warn('dependency_unavailable', { provider: adapter.id, error });
    }
  }
}
