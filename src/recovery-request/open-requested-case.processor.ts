import { Processor } from '@nestjs/bullmq';
import { recoveryEmails } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import { LOGIN_PATTERN } from '../directory/subject-identity.js';
import { FlowSessions } from '../flow-session/flow-sessions.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { openWithRing } from '../platform/crypto/sealing.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { Limits } from '../platform/limits/limits.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { Policies } from '../policy/policies.js';
import { oweMail } from '../recovery-case/owed-mails.js';
import { CaseOpening } from './case-opening.js';
import { isOnSiteOnly } from './on-site-only.js';
import { OPEN_REQUESTED_CASE_JOB } from './recovery-request.jobs.js';

/**
 * Looks somebody up who asked for a recovery by themselves: here and not in the request, so that nobody learns from an
 * answer which accounts there are (T1–T3). The request is deleted in the transaction that opens the case.
 */
@Processor(OPEN_REQUESTED_CASE_JOB.name, workerOptions(OPEN_REQUESTED_CASE_JOB))
export class OpenRequestedCaseProcessor extends JobProcessor<{ requestId: string }> {
  readonly contract = OPEN_REQUESTED_CASE_JOB;

  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly opening: CaseOpening,
    private readonly limits: Limits,
    private readonly flows: FlowSessions,
  ) {
    super();
  }

  protected async handle({ requestId }: { requestId: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const request = await tx.maybeOne<{ loginSealed: Buffer }>`
        DELETE FROM recovery_requests WHERE id = ${requestId} RETURNING login_sealed`;
      if (!request) return;
      await this.openFor(
        tx,
        openWithRing(this.ring, request.loginSealed, `request:${requestId}:login`).toString('utf8'),
      );
    });
  }

  /** Somebody unknown, disabled, out of every policy's reach or already in a case: nothing happens, and nobody is told. */
  private async openFor(tx: Transaction, login: string): Promise<void> {
    if (!LOGIN_PATTERN.test(login)) return;
    const subject = await this.subjects.findByLogin(tx, login);
    if (subject?.status !== 'active') return;
    if (await isOnSiteOnly(tx, subject.id)) return;
    const policy = await this.policies.forOpening(tx, subject);
    if (!policy || recoveryEmails(subject).length === 0) return;
    const opened = await this.opening.open(tx, {
      subject,
      policy,
      opener: { kind: 'self_service', id: 'self_service' },
      channel: 'email',
    });
    if (!opened) await this.linkAgain(tx, subject.id);
  }

  /**
   * Somebody already has a case: whoever asks gets nothing new. But when no link of it works and no browser has it open,
   * the address on file gets a link, or one stranger's request would shut the owner out for as long as the case lives, and
   * a person whose page session ended during a wait could not come back.
   */
  private async linkAgain(tx: Transaction, subjectId: string): Promise<void> {
    const waiting = await tx.maybeOne<{ id: string; attempt: number }>`
      SELECT c.id, c.attempt FROM recovery_cases c
      WHERE c.subject_id = ${subjectId} AND c.closed_at IS NULL AND c.expires_at > clock_timestamp()
        AND c.state <> 'awaiting_authorization' AND c.channel <> 'relay'
        AND NOT EXISTS (SELECT 1 FROM recovery_links l WHERE l.case_id = c.id AND l.used_at IS NULL AND l.dead_at IS NULL AND l.expires_at > clock_timestamp())
        AND EXISTS (SELECT 1 FROM recovery_links l WHERE l.case_id = c.id)
      FOR UPDATE OF c`;
    if (!waiting || (await this.flows.isLiving(tx, { caseId: waiting.id }))) return;
    if (!(await this.limits.take(tx, 'link_per_case', waiting.id)).allowed) return;
    await oweMail(tx, 'link.requested', { caseId: waiting.id, attempt: waiting.attempt });
  }
}
