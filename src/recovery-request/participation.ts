import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { NOTICE_VERSION, noticeSha256, privacyNotice } from './privacy-notice/index.js';
import { PrivacyNoticeFacts } from './privacy-notice/privacy-notice-facts.js';
import { RecoveryLinks } from './recovery-links.js';

/** Records whether the person takes part: their answer to the privacy notice, and their wish to stop. */
@Injectable()
export class Participation {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly links: RecoveryLinks,
    private readonly noticeFacts: PrivacyNoticeFacts,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Records the answer to the notice. Nothing can be captured before an agreement is stored (T78).
   * @throws Problem wrong_state | version_conflict | call_code_missing
   */
  async consent(caseId: string, entry: { noticeVersion: string; agreed: boolean; language: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, caseId);
      if (recoveryCase?.state !== 'awaiting_evidence') throw new Problem('wrong_state');
      if (entry.noticeVersion !== NOTICE_VERSION)
        throw new Problem('version_conflict', { detail: 'The notice has changed. Load the page again.' });
      if (recoveryCase.channel === 'relay' && !recoveryCase.callConfirmedAt) throw new Problem('call_code_missing');
      const notice = privacyNotice(entry.language, await this.noticeFacts.ofCase(tx, recoveryCase));
      await tx.run`INSERT INTO consents (case_id, consented_at, notice_version, language, notice_sha256, agreed)
        VALUES (${caseId}, clock_timestamp(), ${notice.version}, ${notice.language}, ${noticeSha256(notice)}, ${entry.agreed})`;
      await appendAudit(tx, {
        chainId: caseId,
        type: 'consent.recorded',
        actor: APPLICANT,
        data: { agreed: entry.agreed, noticeVersion: notice.version, language: notice.language },
      });
    });
    if (entry.agreed) this.metrics.flowSteps.inc({ step: 'consented' });
    else this.metrics.flowEvents.inc({ event: 'consent_declined' });
  }

  /** The person stops it, from the flow. */
  async stop(caseId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const stopped = await this.cases.transition(tx, {
        caseId,
        name: 'cancel',
        actor: APPLICANT,
        reason: 'stopped_by_applicant',
      });
      if (!stopped) throw new Problem('wrong_state');
      await this.links.killAll(tx, caseId);
    });
  }
}
