import { Injectable } from '@nestjs/common';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { assertConsent } from './consent-gate.js';

export interface CaptureVisit {
  caseId: string;
  request: Request;
  reply: Reply;
}

/** A request for the decision. `attempt`: the one its page was about; without it, the one that runs. */
export interface SubmitVisit extends CaptureVisit {
  attempt?: number;
}

/**
 * Who may give evidence and when: after consent, after the call code where one is due, while evidence is awaited, and
 * only from the browser that gave the first piece of this attempt.
 */
@Injectable()
export class CaptureAdmission {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly bindings: CaptureBindings,
  ) {}

  /**
   * Locks the case. `captureDigest`: of the secret that the browser is bound by.
   * @throws Problem not_found | consent_required | wrong_state | capture_binding_missing
   */
  async admit(tx: Transaction, visit: CaptureVisit): Promise<{ recoveryCase: RecoveryCase; captureDigest: Buffer }> {
    const recoveryCase = await this.consented(tx, visit);
    return { recoveryCase, captureDigest: await this.begin(tx, recoveryCase, visit) };
  }

  /** For calls that are answered in later states too; the browser must be the one that was bound. */
  async readmit(tx: Transaction, visit: Omit<CaptureVisit, 'reply'>): Promise<RecoveryCase> {
    const recoveryCase = await this.consented(tx, visit);
    await this.require(tx, recoveryCase, visit);
    return recoveryCase;
  }

  /**
   * Locks the case, for a call that looks at it before {@link require} or {@link resume}.
   * @throws Problem not_found | consent_required
   */
  async consented(tx: Transaction, { caseId }: Pick<CaptureVisit, 'caseId'>): Promise<RecoveryCase> {
    const recoveryCase = await this.cases.lockOrNotFound(tx, caseId);
    await assertConsent(tx, caseId);
    return recoveryCase;
  }

  /**
   * Binds the browser while evidence is awaited; later it must be the one that was bound.
   * @throws Problem wrong_state | capture_binding_missing
   */
  async resume(tx: Transaction, recoveryCase: RecoveryCase, visit: CaptureVisit): Promise<void> {
    if (recoveryCase.state === 'awaiting_evidence') await this.begin(tx, recoveryCase, visit);
    else await this.require(tx, recoveryCase, visit);
  }

  /** @throws Problem capture_binding_missing */
  async require(tx: Transaction, { attempt }: RecoveryCase, visit: Omit<CaptureVisit, 'reply'>): Promise<void> {
    await this.bindings.require(tx, { ...visit, attempt });
  }

  private async begin(tx: Transaction, recoveryCase: RecoveryCase, visit: CaptureVisit): Promise<Buffer> {
    if (recoveryCase.state !== 'awaiting_evidence') throw new Problem('wrong_state');
    // An agent passed the link on: nothing is captured until the caller read the code out (docs/glossary.md, "relay").
    if (recoveryCase.channel === 'relay' && recoveryCase.callConfirmedAt === null) throw new Problem('wrong_state');
    return this.bindings.bind(tx, { ...visit, attempt: recoveryCase.attempt });
  }
}
