import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type SessionContext } from '../../providers/kit/index.js';
import { Database } from '../platform/database/database.js';
import { ProviderCalls } from '../verification/providers/provider-calls.js';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { SessionContexts } from '../verification/session/session-contexts.js';
import { SessionEnding } from '../verification/session/session-ending.js';
import { SessionStore } from '../verification/session/session-store.js';
import type { VerificationSession } from '../verification/session/verification-session.js';

/**
 * What became of a case's data at a provider: erased at our call, erased by the provider itself after its own time, kept
 * because it offers no way to erase, or not erased although it should have been.
 */
export const PARTNER_ERASURE_OUTCOMES = ['erased', 'automatic', 'no_api', 'failed'] as const;
export type PartnerErasureOutcome = (typeof PARTNER_ERASURE_OUTCOMES)[number];

/** Partners that could not be asked to erase yet; the job fails and runs again. */
class PartnersNotErasedError extends Error {
  override readonly name = 'PartnersNotErasedError';

  constructor(readonly providers: readonly string[]) {
    super('partners not erased');
  }
}

/** Tells partners to stop when a case ends, and later to forget. */
@Injectable()
export class PartnerErasure {
  constructor(
    private readonly database: Database,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly contexts: SessionContexts,
    private readonly sessions: SessionStore,
    private readonly ending: SessionEnding,
  ) {}

  /**
   * Ends the sessions that a closed case has left open at partners that can cancel. Each is cancelled at most once and
   * best effort: a session that could not be cancelled runs out at the partner, and is erased with the rest.
   */
  async cancelOpen(caseId: string): Promise<void> {
    for (const session of await this.sessionsAtPartners(caseId)) {
      const adapter = this.registry.get(session.provider);
      if (!adapter?.cancel || (session.state !== 'open' && session.state !== 'collecting')) continue;
      const context = await this.contextOf(session);
      if (await this.abandon(session)) await this.ask(adapter, 'cancel', () => adapter.cancel?.(context));
    }
  }

  /**
   * Asks every provider that saw the case to erase what it holds; to be called while the case's key still exists.
   * @param how `giveUp`: a provider that cannot be reached counts as `failed`, instead of being asked again
   * @throws PartnersNotErasedError
   */
  async erase(caseId: string, { giveUp }: { giveUp: boolean }): Promise<Record<string, PartnerErasureOutcome>> {
    const outcomes: Record<string, PartnerErasureOutcome> = {};
    const unreached = new Set<string>();
    for (const session of await this.sessionsAtPartners(caseId)) {
      const outcome = await this.eraseOne(session);
      if (outcome === 'unreached') unreached.add(session.provider);
      const failed = outcome === 'unreached' || outcomes[session.provider] === 'failed';
      outcomes[session.provider] = failed ? 'failed' : outcome;
    }
    if (unreached.size > 0 && !giveUp) throw new PartnersNotErasedError([...unreached]);
    return outcomes;
  }

  private async eraseOne(session: VerificationSession): Promise<PartnerErasureOutcome | 'unreached'> {
    const adapter = this.registry.get(session.provider);
    if (!adapter) return 'failed';
    if (!adapter.erase) return adapter.capabilities.deletion === 'automatic' ? 'automatic' : 'no_api';
    const context = await this.contextOf(session);
    const error = await this.ask(adapter, 'erase', () => adapter.erase?.(context));
    // What the partner does not know any more it does not hold any more.
    if (!error || error.code === 'session_unknown') return 'erased';
    return error.retryable ? 'unreached' : 'failed';
  }

  private async ask(
    adapter: ProviderAdapter,
    kind: 'cancel' | 'erase',
    work: () => Promise<void> | undefined,
  ): Promise<ProviderError | undefined> {
    try {
      await this.calls.run(adapter, kind, async () => work());
      return undefined;
    } catch (error) {
      if (error instanceof ProviderError) return error;
      throw error;
    }
  }

  /** False when somebody else ended the session: then it is theirs to cancel. */
  private async abandon(session: VerificationSession): Promise<boolean> {
    const end = { state: 'abandoned', error: 'case_closed', atPartner: 'nothing', looksAgain: false } as const;
    return this.database.transaction((tx) => this.ending.end(tx, session, end));
  }

  private contextOf(session: VerificationSession): Promise<SessionContext> {
    return this.database.read((tx) => this.contexts.forCleanup(tx, session));
  }

  private sessionsAtPartners(caseId: string): Promise<VerificationSession[]> {
    return this.database.read((tx) => this.sessions.knownToPartners(tx, caseId));
  }
}
