import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { FlowSessions } from '../flow-session/flow-sessions.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { CredentialFreezes } from '../passkey-registration/credential-freezes.js';
import { Sessions } from '../passkey-registration/sessions.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { NoticeReader } from './notice-reader.js';

/** "This was not me": whoever reads a notice can stop what it tells of, and nothing else (T58, T107). */
@Injectable()
export class Repudiation {
  constructor(
    private readonly database: Database,
    private readonly notices: NoticeReader,
    private readonly cases: RecoveryCaseRepository,
    private readonly flows: FlowSessions,
    private readonly freezes: CredentialFreezes,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Stops the open case of the account that is signed in with this cookie; false if it has none. A passkey is enough
   * for that.
   *
   * @throws Problem unauthenticated
   */
  async stopAsOwner(cookie: string | undefined): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const session = await this.sessions.find(tx, cookie);
      if (!session) throw new Problem('unauthenticated');
      const living = await tx.maybeOne<{ id: string }>`
        SELECT id FROM recovery_cases WHERE subject_id = ${session.subjectId} AND closed_at IS NULL`;
      if (!living) return false;
      const actor: Actor = { kind: 'applicant', id: 'signed_in_owner' };
      const caseId = living.id;
      const stopped = await this.cases.transition(tx, { caseId, name: 'cancel', actor, reason: 'repudiated' });
      await this.flows.endAll(tx, caseId);
      return stopped !== undefined;
    });
  }

  /** Stops a living case; freezes the passkey that came of a completed one. @throws Problem not_found */
  async repudiate(noticeToken: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const notice = await this.notices.read(tx, noticeToken);
      if (!notice) throw new Problem('not_found');
      const actor: Actor = { kind: 'applicant', id: 'notice_reader' };
      await this.cases.lock(tx, notice.caseId);
      await appendAudit(tx, {
        chainId: notice.caseId,
        type: 'notice.repudiated',
        actor,
        data: { noticeId: notice.noticeId },
      });
      await this.cases.transition(tx, { caseId: notice.caseId, name: 'cancel', actor, reason: 'repudiated' });
      await this.flows.endAll(tx, notice.caseId);
      await this.freezes.freezeCredentialOfCase(tx, notice.caseId, actor);
    });
  }
}
