import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { CaptureAdmission, type CaptureVisit } from '../identity-evidence/capture-admission.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { limitProblem, Limits, type LimitOutcome } from '../platform/limits/limits.js';
import { announceToHolder } from '../directory/announce-to-holder.js';
import { oweMail } from '../recovery-case/owed-mails.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { AskedCodes } from './asked-codes-of-case.js';
import type { CodeMethod } from './code-text.js';
import { GivenCodes } from './given-codes.js';
import { IssuedCodes } from './issued-codes.js';
import { SavedCodes } from './saved-codes.js';
import { isVain } from './vain-codes.js';

type Outcome = { kind: 'accepted' | 'refused' } | { kind: 'limited'; limit: LimitOutcome };

/**
 * Takes recovery codes in the person's flow, before or beside the pictures. A code counts for the browser that gave it: giving
 * one, or asking for one, binds the attempt to this browser as a picture does.
 */
@Injectable()
export class FlowCodes {
  constructor(
    private readonly database: Database,
    private readonly admission: CaptureAdmission,
    private readonly askedCodes: AskedCodes,
    private readonly limits: Limits,
    private readonly saved: SavedCodes,
    private readonly issued: IssuedCodes,
    private readonly given: GivenCodes,
  ) {}

  /**
   * Has a code sent to an address on file that no link went to. The answer is the same whether or not there is one.
   * @throws Problem not_found, consent_required, wrong_state, capture_binding_missing, too_many_requests
   */
  async send(visit: CaptureVisit): Promise<void> {
    const limited = await this.database.transaction(async (tx) => {
      const { recoveryCase } = await this.enter(tx, visit);
      const limit = await this.limits.take(tx, 'recovery_code_sent_per_subject', recoveryCase.subjectId);
      if (!limit.allowed) return limit;
      const { id: caseId, attempt } = recoveryCase;
      await oweMail(tx, 'recovery_code.requested', { caseId, attempt });
      return undefined;
    });
    if (limited) throw limitProblem(limited);
  }

  /**
   * Takes a code. What was given before is accepted again without being looked at.
   * @throws Problem recovery_code_refused, and what {@link send} throws
   */
  async give(visit: CaptureVisit, code: { method: CodeMethod; text: string }): Promise<void> {
    const outcome = await this.database.transaction((tx) => this.take(tx, visit, code));
    if (outcome.kind === 'limited') throw limitProblem(outcome.limit);
    if (outcome.kind === 'refused') throw new Problem('recovery_code_refused');
  }

  private async take(
    tx: Transaction,
    visit: CaptureVisit,
    code: { method: CodeMethod; text: string },
  ): Promise<Outcome> {
    const { recoveryCase, captureDigest, asked } = await this.enter(tx, visit);
    const { method, text } = code;
    if (asked.given.includes(method)) return { kind: 'accepted' };
    const { id: caseId, attempt, subjectId } = recoveryCase;
    // Per account, so that more cases are no more guesses.
    const limit = await this.limits.take(tx, 'recovery_code_guess_per_subject', subjectId);
    if (!limit.allowed) return { kind: 'limited', limit };
    const right =
      method === 'issued'
        ? await this.issued.spend(tx, { caseId, captureDigest }, text)
        : await this.takeSaved(tx, recoveryCase, text);
    const type = right ? 'recovery_code.given' : 'recovery_code.refused';
    await appendAudit(tx, { chainId: caseId, type, actor: APPLICANT, data: { method, attempt } });
    if (!right) return { kind: 'refused' };
    await this.given.record(tx, { caseId, method, captureDigest });
    if (method === 'saved' && recoveryCase.mode === 'production')
      await announceToHolder(tx, 'subject.recovery_code_used', subjectId);
    return { kind: 'accepted' };
  }

  /**
   * A right one is used up, so that it counts once. Not in an evaluation; nor while nothing that is given can recover the
   * account, which would cost its holder a code for nothing. The person who gave it is answered alike, and the addresses of the
   * account are told alike: the reader of a link and of one mailbox learns of no record and of no suspicion (T9, T75).
   * Should what stood in the way be gone one day, the approval uses it up (saved-codes.ts).
   */
  private async takeSaved(tx: Transaction, recoveryCase: RecoveryCase, text: string): Promise<boolean> {
    const { subjectId, mode } = recoveryCase;
    if (mode !== 'production') return this.saved.matches(tx, subjectId, text);
    const vain = await isVain(tx, recoveryCase, await this.askedCodes.account(tx, recoveryCase));
    return vain ? this.saved.tryOut(tx, subjectId, text) : this.saved.spend(tx, subjectId, text);
  }

  /** The case of a browser that may give codes now, bound to it. */
  private async enter(tx: Transaction, visit: CaptureVisit) {
    const { recoveryCase, captureDigest } = await this.admission.admit(tx, visit);
    const asked = await this.askedCodes.of(tx, recoveryCase);
    if (!asked) throw new Problem('wrong_state', { detail: 'No recovery code is asked for here.' });
    return { recoveryCase, captureDigest, asked };
  }
}
