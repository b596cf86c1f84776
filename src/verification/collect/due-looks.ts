import { Injectable } from '@nestjs/common';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionStore } from '../session/session-store.js';
import { isOver, wasGivenUp, type SessionRef, type VerificationSession } from '../session/verification-session.js';
import { Abandonment } from './abandonment.js';
import { FetchSchedule } from './fetch-schedule.js';
import { isHeard } from './later-answers.js';

/** One session whose provider is to be asked. Undefined as adapter: the provider is not loaded any more. */
export interface DueLook {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  adapter: ProviderAdapter | undefined;
}

/** Tells whether a provider is to be asked about a session now, and takes the right to ask. */
@Injectable()
export class DueLooks {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly schedule: FetchSchedule,
    private readonly abandonment: Abandonment,
  ) {}

  /** Undefined when nobody is to be asked: somebody else asks, or the answer would concern nobody. */
  async take(tx: Transaction, ref: SessionRef): Promise<DueLook | undefined> {
    const recoveryCase = await this.cases.lock(tx, ref.caseId);
    const session = await this.sessions.find(tx, ref.sessionId);
    if (!recoveryCase || !session || session.caseId !== ref.caseId || session.attempt !== ref.attempt) return undefined;
    if (isOver(session)) return this.takeAgain(tx, { recoveryCase, session });
    if (session.state === 'creating') return undefined;
    if (recoveryCase.state === 'verifying' && recoveryCase.attempt === session.attempt) {
      await this.schedule.begin(tx, session);
      return { recoveryCase, session, adapter: this.registry.get(session.provider) };
    }
    const stillCapturing = recoveryCase.state === 'awaiting_evidence' && recoveryCase.attempt === session.attempt;
    const ended = stillCapturing ? undefined : await this.abandonment.ignoreLate(tx, session, { reported: false });
    return ended && this.takeAgain(tx, { recoveryCase, session: ended });
  }

  /**
   * A session that is over is read again when a push asked for it, or a look is due, and what its partner says still
   * concerns somebody.
   */
  private async takeAgain(tx: Transaction, of: Omit<DueLook, 'adapter'>): Promise<DueLook | undefined> {
    const { recoveryCase } = of;
    const adapter = this.registry.get(of.session.provider);
    const heard = isHeard(recoveryCase, of.session) && mayKnowMore(of.session, adapter);
    const session = heard ? await this.schedule.claim(tx, of.session) : undefined;
    if (!session) await this.schedule.dropLate(tx, of.session);
    return session && { recoveryCase, session, adapter };
  }
}

/**
 * Whether a provider can have an answer to a session that was given up: a partner to whom evidence went. The own machine
 * keeps nothing between calls, and a code is brought by the person or never.
 */
function mayKnowMore(session: VerificationSession, adapter: ProviderAdapter | undefined): boolean {
  if (!adapter || !wasGivenUp(session)) return true;
  const { dataLeaves, resultTransport, handoff } = adapter.capabilities;
  if (dataLeaves === 'organisation' || resultTransport === 'oidc_code') return false;
  return handoff !== 'capture' || session.evidenceHandedAt !== null;
}
