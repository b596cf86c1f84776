import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { FlowSessions } from '../flow-session/flow-sessions.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { CredentialFreezes } from '../passkey-registration/credential-freezes.js';
import { Sessions } from '../passkey-registration/sessions.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { NoticeReader, type ReadNotice } from './notice-reader.js';

/** What "this was not me" led to. A second click is told what the first one was. */
export const REPUDIATION_OUTCOMES = ['stopped', 'frozen', 'nothing_to_stop'] as const;
export type RepudiationOutcome = (typeof REPUDIATION_OUTCOMES)[number];

const READER: Actor = { kind: 'applicant', id: 'notice_reader' };

/** Stops what a notice tells of, for its reader who says "This was not me", and does nothing else (T58, T107). */
@Injectable()
export class Repudiation {
  constructor(
    private readonly database: Database,
    private readonly notices: NoticeReader,
    private readonly cases: RecoveryCaseRepository,
    private readonly flows: FlowSessions,
    private readonly freezes: CredentialFreezes,
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
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

  /**
   * Stops a living case; freezes the passkey that came of a completed one. Of a case that has ended in any other way
   * the security team is told: the owner of an account that was attacked in vain knows what nobody else does.
   *
   * @throws Problem not_found
   */
  async repudiate(noticeToken: string): Promise<{ outcome: RepudiationOutcome; notice: ReadNotice }> {
    return this.database.transaction(async (tx) => {
      const notice = await this.notices.read(tx, noticeToken);
      if (!notice) throw new Problem('not_found');
      const { caseId } = notice;
      const before = await this.cases.lockOrNotFound(tx, caseId);
      const heard = before.stateReason === 'repudiated' || (await this.keep(tx, notice));
      const moved = await this.cases.transition(tx, { caseId, name: 'cancel', actor: READER, reason: 'repudiated' });
      await this.flows.endAll(tx, caseId);
      const frozen = await this.freezes.freezeCredentialOfCase(tx, caseId, READER);
      // The transition and the freeze report themselves.
      if (!heard && !moved && !frozen) tx.onCommit(() => this.securityEvents.report('recovery_repudiated', { caseId }));
      if ((moved ?? before).stateReason === 'repudiated') return { outcome: 'stopped', notice };
      const stays = frozen || (await this.freezes.hasFrozenCredential(tx, caseId));
      return { outcome: stays ? 'frozen' : 'nothing_to_stop', notice };
    });
  }

  /**
   * Writes the answer down, once per notice; true when another answer was there before, to this notice or to another
   * one of the case. The case's lock stands between two clicks: neither the trail nor the security team is flooded.
   */
  private async keep(tx: Transaction, { caseId, noticeId }: ReadNotice): Promise<boolean> {
    const earlier = await tx.many<{ noticeId: string }>`SELECT data ->> 'noticeId' AS notice_id FROM audit_events
      WHERE chain_id = ${caseId} AND type = 'notice.repudiated'`;
    if (!earlier.some((answer) => answer.noticeId === noticeId))
      await appendAudit(tx, { chainId: caseId, type: 'notice.repudiated', actor: READER, data: { noticeId } });
    return earlier.length > 0;
  }
}
