import { Injectable } from '@nestjs/common';
import { ProviderError, type CreatedSession, type ProviderAdapter } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionContexts } from '../session/session-contexts.js';
import { ExternalIdTakenError, SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { Failover } from './failover.js';
import { backoffSeconds } from './provider-choice.js';
import { SessionIntents } from './session-intents.js';
import { SessionOpening } from './session-opening.js';

/** Create calls per session; then the next provider is asked. */
const MAX_CREATE_TRIES = 3;

export type OpenOutcome =
  | { kind: 'open'; session: VerificationSession }
  /** Tried again by itself after this long. */
  | { kind: 'postponed'; retryInSeconds: number }
  /** This provider failed; `next` is the session that takes over at once, if any. */
  | { kind: 'moved_on'; next: VerificationSession | undefined }
  /** Somebody else holds it, or the case moved on. */
  | { kind: 'gone' };

interface Claimed {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
}

/** Calls a provider's create for a stored intent, outside any transaction, and applies what came of it. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly contexts: SessionContexts,
    private readonly intents: SessionIntents,
    private readonly opening: SessionOpening,
    private readonly failover: Failover,
  ) {}

  /** The job: takes the session if it is due and follows failovers until one holds. */
  async openPending(sessionId: string): Promise<OpenOutcome> {
    const session = await this.database.transaction((tx) => this.intents.claim(tx, sessionId));
    return session ? this.openClaimed(session) : { kind: 'gone' };
  }

  /** For a session whose create call the caller has claimed. Each provider is asked at most once here. */
  async openClaimed(session: VerificationSession): Promise<OpenOutcome> {
    const outcome = await this.openOnce(session);
    if (outcome.kind !== 'moved_on' || !outcome.next) return outcome;
    return this.openPending(outcome.next.id);
  }

  private async openOnce(session: VerificationSession): Promise<OpenOutcome> {
    const adapter = this.registry.get(session.provider);
    if (!adapter) return this.fail(session, new ProviderError('broken', 'the provider is not loaded'));
    const claimed = await this.load(session);
    if (!claimed) return { kind: 'gone' };
    try {
      const created = await this.callCreate(claimed, adapter);
      return await this.apply(session, { adapter, created });
    } catch (error) {
      if (error instanceof ProviderError) return this.fail(session, error);
      if (error instanceof ExternalIdTakenError)
        return this.fail(session, new ProviderError('unintelligible', error.message));
      throw error;
    }
  }

  private async load(session: VerificationSession): Promise<Claimed | undefined> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, session.caseId);
      if (recoveryCase && isWanted(recoveryCase, session)) return { session, recoveryCase };
      await this.opening.abandonUnwanted(tx, session);
      return undefined;
    });
  }

  private async callCreate(claimed: Claimed, adapter: ProviderAdapter): Promise<CreatedSession> {
    const context = await this.database.read((tx) => this.contexts.forCreate(tx, { ...claimed, adapter }));
    return this.calls.run(adapter, 'create', () => adapter.createSession(context));
  }

  private async apply(
    session: VerificationSession,
    answer: { adapter: ProviderAdapter; created: CreatedSession },
  ): Promise<OpenOutcome> {
    this.opening.assertUsable(answer.adapter, answer.created);
    const opened = await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, session.caseId);
      if (recoveryCase && isWanted(recoveryCase, session))
        return this.opening.open(tx, { ...answer, recoveryCase, session });
      await this.opening.abandonUnwanted(tx, session);
      return undefined;
    });
    return opened ? { kind: 'open', session: opened } : { kind: 'gone' };
  }

  private async fail(session: VerificationSession, error: ProviderError): Promise<OpenOutcome> {
    if (error.retryable && session.createTries < MAX_CREATE_TRIES) {
      return this.postpone(session, error);
    }
    return this.database.transaction(async (tx): Promise<OpenOutcome> => {
      const recoveryCase = await this.cases.lock(tx, session.caseId);
      if (recoveryCase && isWanted(recoveryCase, session)) {
        return { kind: 'moved_on', next: await this.failover.moveOn(tx, { recoveryCase, session, error: error.code }) };
      }
      await this.opening.abandonUnwanted(tx, session);
      return { kind: 'gone' };
    });
  }

  private async postpone(session: VerificationSession, error: ProviderError): Promise<OpenOutcome> {
    const { retryAfterSeconds } = error.details;
    const delaySeconds = backoffSeconds(session.createTries, { firstSeconds: 2, maxSeconds: 60, retryAfterSeconds });
    await this.database.transaction(async (tx: Transaction) => {
      const postponed = await this.sessions.postponeCreate(tx, session.id, { delaySeconds, error: error.code });
      if (postponed) await this.intents.announcePending(tx, session, delaySeconds);
    });
    return { kind: 'postponed', retryInSeconds: delaySeconds };
  }
}

/** The case still waits for this attempt's verification. */
function isWanted(recoveryCase: RecoveryCase, session: VerificationSession): boolean {
  const waiting = recoveryCase.state === 'awaiting_evidence' || recoveryCase.state === 'verifying';
  return waiting && recoveryCase.attempt === session.attempt;
}
