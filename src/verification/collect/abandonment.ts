import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Policies } from '../../policy/policies.js';
import type { StateReason } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { LateLooks } from './late-looks.js';

export interface Ended {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  /** Why, as kept with the session. */
  error: string;
}

export interface Abandoned extends Ended {
  /** What the case says while the person is asked again. */
  reason: Extract<StateReason, 'verification_abandoned' | 'capture_to_be_repeated'>;
}

/** A session that ends without a result and without anybody's fault: the person left, time ran out, a picture was lost. */
@Injectable()
export class Abandonment {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly looks: LateLooks,
    private readonly policies: Policies,
  ) {}

  /** The person may try again while attempts remain; after the last one somebody has to look. */
  async abandon(tx: Transaction, abandoned: Abandoned): Promise<void> {
    const { recoveryCase, session } = abandoned;
    if (!(await this.end(tx, abandoned))) return;
    const { id: caseId } = recoveryCase;
    const again = (await this.policies.attemptsLeft(tx, recoveryCase)) > 0;
    await this.cases.transition(tx, {
      caseId,
      attempt: session.attempt,
      name: again ? 'retry' : 'refer',
      reason: again ? abandoned.reason : 'attempts_exhausted',
      actor: SYSTEM,
    });
  }

  /** Another attempt would not help either: somebody has to look. */
  async refer(tx: Transaction, ended: Ended): Promise<void> {
    if (!(await this.end(tx, ended))) return;
    const { id: caseId } = ended.recoveryCase;
    const { attempt } = ended.session;
    await this.cases.transition(tx, { caseId, attempt, name: 'refer', reason: 'pictures_not_checked', actor: SYSTEM });
  }

  /**
   * The case closed or went on while the provider was at work: recorded, and no result of its attempt (T34, T44). Plans
   * no look. Gives the session as it is now; undefined when it had ended.
   */
  async ignoreLate(tx: Transaction, session: VerificationSession): Promise<VerificationSession | undefined> {
    if (!(await this.sessions.end(tx, session.id, { state: 'abandoned', error: 'case_moved_on' }))) return undefined;
    await this.audit(tx, session, { type: 'verification.late_result_ignored', error: 'case_moved_on' });
    return { ...session, state: 'abandoned' };
  }

  private async end(tx: Transaction, { session, error }: Ended): Promise<boolean> {
    if (!(await this.sessions.end(tx, session.id, { state: 'abandoned', error }))) return false;
    await this.audit(tx, session, { type: 'verification.session_abandoned', error });
    await this.looks.begin(tx, session, error);
    return true;
  }

  private async audit(
    tx: Transaction,
    session: VerificationSession,
    entry: { type: 'verification.session_abandoned' | 'verification.late_result_ignored'; error: string },
  ): Promise<void> {
    const data = { sessionId: session.id, provider: session.provider, attempt: session.attempt, error: entry.error };
    await appendAudit(tx, { chainId: session.caseId, type: entry.type, actor: SYSTEM, data });
  }
}
