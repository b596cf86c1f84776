import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Policies } from '../../policy/policies.js';
import type { StateReason } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { SessionEnding } from '../session/session-ending.js';
import type { VerificationSession } from '../session/verification-session.js';

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

/** Why the partner itself ended a session. */
const ENDED_BY_PARTNER: readonly string[] = ['cancelled', 'expired'];

/** Ends sessions that bring no result by nobody's fault: the person left, time ran out, a picture was lost. */
@Injectable()
export class Abandonment {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly ending: SessionEnding,
    private readonly policies: Policies,
  ) {}

  /** The person may try again while attempts remain; after the last one people have to look. */
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

  /** Another attempt would not help either: people have to look. */
  async refer(tx: Transaction, ended: Ended): Promise<void> {
    if (!(await this.end(tx, ended))) return;
    const { id: caseId } = ended.recoveryCase;
    const { attempt } = ended.session;
    await this.cases.transition(tx, { caseId, attempt, name: 'refer', reason: 'pictures_not_checked', actor: SYSTEM });
  }

  /**
   * The case closed or went on while the provider was at work: recorded, and no result of its attempt (T34, T44). `reported`:
   * the provider has said its word, so nothing is left to be ended or asked for. Gives the session as it is now; undefined
   * when it had ended.
   */
  async ignoreLate(
    tx: Transaction,
    session: VerificationSession,
    { reported }: { reported: boolean },
  ): Promise<VerificationSession | undefined> {
    const ended = await this.ending.end(tx, session, {
      state: 'abandoned',
      error: 'case_moved_on',
      type: 'verification.late_result_ignored',
      atPartner: reported ? 'nothing' : 'ended_if_possible',
      looksAgain: !reported,
    });
    return ended ? { ...session, state: 'abandoned' } : undefined;
  }

  private end(tx: Transaction, { session, error }: Ended): Promise<boolean> {
    const atPartner = ENDED_BY_PARTNER.includes(error) ? 'nothing' : 'ended_if_possible';
    return this.ending.end(tx, session, { state: 'abandoned', error, atPartner, looksAgain: true });
  }
}
