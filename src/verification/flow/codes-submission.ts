import { Injectable } from '@nestjs/common';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureAdmission, type SubmitVisit } from '../../identity-evidence/capture-admission.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { CaseState } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { CODE_METHODS } from '../../recovery-codes/code-text.js';
import { AskedCodes } from '../../recovery-codes/asked-codes-of-case.js';
import { GivenCodes, goesByCodes } from '../../recovery-codes/given-codes.js';
import { AccountAttempts } from '../account-attempts.js';
import { SessionOpening } from '../routing/session-opening.js';
import { SessionStore } from '../session/session-store.js';

/** The person has no document and has given two codes by different methods: the case goes to its decision without a provider. */
@Injectable()
export class CodesSubmission {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly admission: CaptureAdmission,
    private readonly codes: AskedCodes,
    private readonly given: GivenCodes,
    private readonly sessions: SessionStore,
    private readonly opening: SessionOpening,
    private readonly attempts: AccountAttempts,
  ) {}

  /**
   * A second call for the same attempt answers with where the case is and changes nothing, and so does one of an
   * earlier attempt that says so: the codes of that one count in this one too, which may go by a document now. Counts
   * as a try at the account. Binds the browser, as giving a code does: it may have given both in an earlier attempt.
   * @throws Problem consent_required | capture_binding_missing | wrong_state | recovery_codes_missing | too_many_requests
   */
  async submit(visit: SubmitVisit): Promise<CaseState> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.admission.consented(tx, visit);
      const { id, attempt } = recoveryCase;
      if ((visit.attempt ?? attempt) !== attempt) {
        if (await goesByCodes(tx, { id, attempt: visit.attempt ?? attempt })) return recoveryCase.state;
        throw new Problem('wrong_state');
      }
      await this.admission.resume(tx, recoveryCase, visit);
      if (await goesByCodes(tx, recoveryCase)) return recoveryCase.state;
      if (recoveryCase.state !== 'awaiting_evidence') throw new Problem('wrong_state');
      const asked = await this.codes.of(tx, recoveryCase);
      if (!asked?.withoutDocument) throw new Problem('wrong_state');
      if (!CODE_METHODS.every((method) => asked.given.includes(method))) throw new Problem('recovery_codes_missing');
      return this.send(tx, recoveryCase);
    });
  }

  private async send(tx: Transaction, recoveryCase: RecoveryCase): Promise<CaseState> {
    const { id: caseId, attempt } = recoveryCase;
    await this.attempts.count(tx, recoveryCase);
    // Pictures that were begun and not sent in: nobody was asked about them, and nobody is to be.
    const session = await this.sessions.findLiving(tx, caseId, attempt);
    if (session) await this.opening.abandonUnwanted(tx, session);
    await this.given.submit(tx, recoveryCase);
    const moved = await this.cases.transition(tx, { caseId, attempt, name: 'submit_codes', actor: APPLICANT });
    if (!moved) throw new Problem('wrong_state');
    return moved.state;
  }
}
