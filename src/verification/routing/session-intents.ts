import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { newId, newSecret } from '../../platform/ids/ids.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { returnStateOf, SessionSecrets } from '../session/session-secrets.js';
import { CREATE_LEASE_SECONDS, SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
import type { ProviderChoice } from './provider-choice.js';

export interface IntentRequest {
  recoveryCase: Pick<RecoveryCase, 'id' | 'attempt'>;
  choice: Pick<ProviderChoice, 'adapter' | 'role'>;
  /** Who was not asked instead, and why. */
  leftOut: string[];
  delaySeconds: number;
}

/** A request that stored an intent has this long to act on it before the queue does. */
const INLINE_HEAD_START_SECONDS = 1;

/** Writes down what we are about to ask a provider for, before asking (I12, F27). */
@Injectable()
export class SessionIntents {
  constructor(
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly clock: Clock,
  ) {}

  /** Undefined when the attempt already has a living session: somebody else was first. */
  async store(tx: Transaction, request: IntentRequest): Promise<VerificationSession | undefined> {
    const owner = { id: newId('vs', this.clock.now()), caseId: request.recoveryCase.id };
    const nonce = newSecret();
    const session = await this.sessions.insertIntent(
      tx,
      {
        ...owner,
        attempt: request.recoveryCase.attempt,
        provider: request.choice.adapter.id,
        role: request.choice.role,
        nonceSealed: await this.secrets.sealNonce(tx, owner, nonce),
        leftOut: request.leftOut,
        returnStateDigest: this.secrets.returnStateDigest(returnStateOf(owner, nonce)),
      },
      request.delaySeconds,
    );
    if (session) await this.announcePending(tx, session, Math.max(INLINE_HEAD_START_SECONDS, request.delaySeconds));
    return session;
  }

  /**
   * Takes the create call for the caller's own use. The event makes sure that the call is repeated should this process
   * die with it.
   */
  async claim(tx: Transaction, sessionId: string): Promise<VerificationSession | undefined> {
    const session = await this.sessions.claimCreate(tx, sessionId);
    if (session) await this.announcePending(tx, session, CREATE_LEASE_SECONDS + 1);
    return session;
  }

  /** Its turn comes later. False when somebody else has the session, or it ended. */
  async postpone(
    tx: Transaction,
    session: VerificationSession,
    until: { delaySeconds: number; error?: string },
  ): Promise<boolean> {
    if (!(await this.sessions.postponeCreate(tx, session.id, until))) return false;
    await this.announcePending(tx, session, until.delaySeconds);
    return true;
  }

  /** The call may have been carried out, although nobody heard the answer: it is not repeated blindly. */
  async noteMayExist(tx: Transaction, session: VerificationSession): Promise<void> {
    await this.sessions.markPossiblyCreated(tx, session.id);
  }

  private async announcePending(tx: Transaction, session: VerificationSession, delaySeconds: number): Promise<void> {
    await announce(tx, 'verification.session_pending', { payload: { ...refOf(session) }, delaySeconds });
  }
}
