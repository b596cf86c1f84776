import { Injectable } from '@nestjs/common';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureAdmission, type CaptureVisit } from '../../identity-evidence/capture-admission.js';
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

/** The person has shown everything: the case goes to verification, and its session is collected from now on. */
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
   * A call for the attempt before this one is a first one for this, and asks for its evidence.
   * @throws Problem consent_required | capture_binding_missing | wrong_state | evidence_missing | too_many_requests
   */
  async submit(visit: Omit<CaptureVisit, 'reply'>): Promise<CaseState> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.admission.readmit(tx, visit);
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
async function wasSubmitted(tx: Transaction, { id, attempt }: RecoveryCase): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM audit_events
    WHERE chain_id = ${id} AND type = ${TRANSITIONS.submit.audit} AND data @> ${JSON.stringify({ attempt })}::jsonb LIMIT 1`;
  return row !== undefined;
}
