import { Injectable } from '@nestjs/common';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureAdmission, type SubmitVisit } from '../../identity-evidence/capture-admission.js';
import { EvidenceSlots } from '../../identity-evidence/evidence-slots.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { announce } from '../../recovery-case/case-events.js';
import type { CaseState } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { TRANSITIONS } from '../../recovery-case/case-transitions.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { AccountAttempts } from '../account-attempts.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

/** Sends a case to verification once the person has shown everything. Its session is collected from then on. */
@Injectable()
export class EvidenceSubmission {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly admission: CaptureAdmission,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly slots: EvidenceSlots,
    private readonly attempts: AccountAttempts,
  ) {}

  /**
   * A second call for the same attempt answers with where the case is, however far that went meanwhile, and changes nothing.
   * A call that says of which attempt it is, and is of an earlier one – a tab that was left open, a form that is sent once
   * more – asks for no decision of this one, and is answered alike. One that does not say it is one for this.
   * @throws Problem consent_required | capture_binding_missing | wrong_state | evidence_missing | too_many_requests
   */
  async submit(visit: Omit<SubmitVisit, 'reply'>): Promise<CaseState> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.admission.consented(tx, visit);
      const { id, attempt } = recoveryCase;
      if ((visit.attempt ?? attempt) !== attempt) {
        if (await wasSubmitted(tx, { id, attempt: visit.attempt ?? attempt })) return recoveryCase.state;
        throw new Problem('wrong_state');
      }
      await this.admission.require(tx, recoveryCase, visit);
      if (await wasSubmitted(tx, recoveryCase)) return recoveryCase.state;
      if (recoveryCase.state !== 'awaiting_evidence') throw new Problem('wrong_state');
      const session = await this.sessions.findLiving(tx, recoveryCase.id, recoveryCase.attempt);
      const adapter = session && this.registry.get(session.provider);
      if (!adapter || adapter.capabilities.handoff !== 'capture' || session.state !== 'open')
        throw new Problem('evidence_missing');
      await this.assertComplete(tx, recoveryCase, adapter);
      return this.send(tx, { recoveryCase, session, adapter });
    });
  }

  private async assertComplete(tx: Transaction, recoveryCase: RecoveryCase, adapter: ProviderAdapter): Promise<void> {
    const { id: caseId, attempt } = recoveryCase;
    const missing = await this.slots.missing(tx, { caseId, attempt, kinds: adapter.capabilities.requiredEvidence });
    if (missing.length === 0) return;
    const errors = missing.map((kind) => ({ pointer: `/${kind}`, code: 'missing', detail: 'This photo is needed.' }));
    throw new Problem('evidence_missing', { errors });
  }

  private async send(
    tx: Transaction,
    out: { recoveryCase: RecoveryCase; session: VerificationSession; adapter: ProviderAdapter },
  ): Promise<CaseState> {
    const { recoveryCase, session, adapter } = out;
    await this.attempts.count(tx, recoveryCase);
    const { id: caseId, attempt } = recoveryCase;
    const moved = await this.cases.transition(tx, {
      caseId,
      attempt,
      name: 'submit',
      actor: APPLICANT,
      set: { provider: adapter.id },
    });
    const { giveUpSeconds, firstSeconds } = adapter.capabilities.pollPolicy;
    const collecting = moved && (await this.sessions.markCollecting(tx, session.id, giveUpSeconds));
    if (!moved || !collecting) throw new Problem('wrong_state');
    await announce(tx, 'verification.collect_due', { payload: { ...refOf(collecting) }, delaySeconds: firstSeconds });
    return moved.state;
  }
}

/** Whether this attempt went to verification, wherever its case is by now: the trail has it from the same transaction. */
async function wasSubmitted(tx: Transaction, { id, attempt }: Pick<RecoveryCase, 'id' | 'attempt'>): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM audit_events
    WHERE chain_id = ${id} AND type = ${TRANSITIONS.submit.audit} AND data @> ${JSON.stringify({ attempt })}::jsonb LIMIT 1`;
  return row !== undefined;
}
