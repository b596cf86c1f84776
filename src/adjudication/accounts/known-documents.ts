import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Logger } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { VerificationReports } from '../../verification/verification-reports.js';
import type { Finding } from '../decision.js';
import type { DocumentStanding } from './document-standing.js';
import { documentKey, reportedDocument } from './document-number.js';

/** A document that no proofing record names is forgotten after this time. */
export const DOCUMENT_KEPT_MONTHS = 12;

type ReportedCase = Pick<RecoveryCase, 'id' | 'attempt' | 'subjectId'>;

/**
 * Which account a document belongs to (T64): a keyed hash of issuer and number, once in the whole directory. Whoever has
 * it first keeps it; the number of a renewed document joins the old one. What comes from cases stays twelve months, and
 * so does the number of a record that was replaced; erasing a case does not take it, because no case can be told from it.
 */
@Injectable()
export class KnownDocuments {
  constructor(
    private readonly ring: KeyRing,
    private readonly reports: VerificationReports,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** Whose the document is, as far as this deployment knows. */
  async standing(tx: Transaction, subjectId: string, key: string | undefined): Promise<DocumentStanding> {
    if (key === undefined) return 'unread';
    const owners = await this.ownersOf(tx, key);
    if (owners.some((owner) => owner !== subjectId)) return 'another_account';
    return owners.length > 0 ? 'this_account' : 'new';
  }

  /**
   * Keeps the document a case is approved with for its account. False when it belongs to another one: the approval must
   * not be. @throws CaseShreddedError
   */
  async keep(tx: Transaction, recoveryCase: ReportedCase): Promise<boolean> {
    const key = await this.keyOf(tx, recoveryCase);
    if (key === undefined) return true;
    return this.claim(tx, { subjectId: recoveryCase.subjectId, key, months: DOCUMENT_KEPT_MONTHS });
  }

  /** Tells of a case whose decision found its document on another account. */
  async alarmIfShared(
    tx: Transaction,
    decided: { recoveryCase: ReportedCase; findings: readonly Finding[] },
  ): Promise<void> {
    const { recoveryCase, findings } = decided;
    if (!findings.some(({ reasonCodes }) => reasonCodes.includes('document_on_other_account'))) return;
    const { id: caseId, subjectId } = recoveryCase;
    await this.alarm(tx, { subjectId, key: await this.keyOf(tx, recoveryCase), caseId });
  }

  /**
   * The document the account's proofing record names now; what it named before stays known for its time. False, and an
   * alarm, when it belongs to another account: then it is not this one's.
   */
  async keepRecorded(tx: Transaction, subjectId: string, key: string | undefined): Promise<boolean> {
    const current = key === undefined ? [] : this.ring.digests('document-number', key);
    await tx.run`UPDATE known_documents SET kept_until = clock_timestamp() + make_interval(months => ${DOCUMENT_KEPT_MONTHS})
      WHERE subject_id = ${subjectId} AND kept_until IS NULL AND document_digest <> ALL(${current}::bytea[])`;
    if (key === undefined || (await this.claim(tx, { subjectId, key }))) return true;
    await this.alarm(tx, { subjectId, key });
    return false;
  }

  /** Tells of a document that turned up on two accounts, in the trail of the account it does not belong to. */
  private async alarm(
    tx: Transaction,
    found: { subjectId: string; key: string | undefined; caseId?: string },
  ): Promise<void> {
    const { subjectId, key, caseId } = found;
    const owners = key === undefined ? [] : await this.ownersOf(tx, key);
    const data = { belongsTo: owners.filter((owner) => owner !== subjectId), ...(caseId ? { caseId } : {}) };
    // Not in the case's own timeline, which the help desk reads (T75).
    await appendAudit(tx, {
      chainId: `subject:${subjectId}`,
      type: 'document.on_other_account',
      actor: SYSTEM,
      data,
    });
    this.metrics.securityEvents.inc({ type: 'document_on_other_account' });
    this.logger.warn('security_event', { type: 'document_on_other_account', ...(caseId ? { caseId } : {}) });
  }

  private async keyOf(tx: Transaction, { id, attempt }: ReportedCase): Promise<string | undefined> {
    const stored = await this.reports.ofAttempt(tx, id, attempt);
    return stored && documentKey(reportedDocument(stored.withdrawnBy ?? stored.report));
  }

  /** Forgets what has had its time. */
  async prune(tx: Transaction): Promise<number> {
    return tx.run`DELETE FROM known_documents WHERE kept_until <= clock_timestamp()`;
  }

  private async ownersOf(tx: Transaction, key: string): Promise<string[]> {
    const rows = await tx.many<{ subjectId: string }>`
      SELECT DISTINCT subject_id FROM known_documents
      WHERE document_digest = ANY(${this.ring.digests('document-number', key)}::bytea[])
        AND (kept_until IS NULL OR kept_until > clock_timestamp())`;
    return rows.map((row) => row.subjectId);
  }

  /** One statement decides between accounts that race: the second waits for the first, and finds no row to change. */
  private async claim(tx: Transaction, claim: { subjectId: string; key: string; months?: number }): Promise<boolean> {
    const { subjectId, key, months = null } = claim;
    // Under a key that is retired the same document has another digest.
    if ((await this.standing(tx, subjectId, key)) === 'another_account') return false;
    const rows = await tx.run`
      INSERT INTO known_documents (document_digest, subject_id, kept_until)
      VALUES (${this.ring.digest('document-number', key)}, ${subjectId}, clock_timestamp() + make_interval(months => ${months}))
      ON CONFLICT (document_digest) DO UPDATE SET subject_id = EXCLUDED.subject_id, seen_at = clock_timestamp(),
        kept_until = CASE WHEN known_documents.subject_id = EXCLUDED.subject_id AND known_documents.kept_until IS NULL THEN NULL ELSE EXCLUDED.kept_until END
      WHERE known_documents.subject_id = EXCLUDED.subject_id OR known_documents.kept_until <= clock_timestamp()`;
    return rows === 1;
  }
}
