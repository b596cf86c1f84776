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

interface OwnDocument {
  subjectId: string;
  key: string;
}

/** An account with the document its record names, if it names one. */
interface RecordedDocument extends Partial<OwnDocument> {
  subjectId: string;
}

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
    const { subjectId } = recoveryCase;
    return (await this.claim(tx, [{ subjectId, key }], DOCUMENT_KEPT_MONTHS)).has(subjectId);
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
   * The documents the proofing records of these accounts name now; what they named before stays known for its time. One
   * that belongs to another account is not this one's, and raises the alarm. Each account once.
   */
  async keepRecorded(tx: Transaction, recorded: readonly RecordedDocument[]): Promise<void> {
    const named = recorded.flatMap(({ subjectId, key }) => (key === undefined ? [] : [{ subjectId, key }]));
    const current = named.flatMap(({ subjectId, key }) =>
      this.ring.digests('document-number', key).map((digest) => ({ subjectId, digest })),
    );
    await tx.run`UPDATE known_documents SET kept_until = clock_timestamp() + make_interval(months => ${DOCUMENT_KEPT_MONTHS})
      WHERE subject_id = ANY(${recorded.map(({ subjectId }) => subjectId)}::text[]) AND kept_until IS NULL
        AND (subject_id, document_digest) NOT IN (SELECT * FROM unnest(
          ${current.map(({ subjectId }) => subjectId)}::text[], ${current.map(({ digest }) => digest)}::bytea[]))`;
    const kept = await this.claim(tx, named);
    for (const one of named) if (!kept.has(one.subjectId)) await this.alarm(tx, one);
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
    return (await this.ownersOfAll(tx, [key])).map(({ owner }) => owner);
  }

  private async ownersOfAll(tx: Transaction, keys: readonly string[]): Promise<{ key: string; owner: string }[]> {
    const looked = keys.flatMap((key) => this.ring.digests('document-number', key).map((digest) => ({ key, digest })));
    const rows = await tx.many<{ key: string; owner: string }>`
      SELECT DISTINCT looked.key, d.subject_id AS owner
      FROM unnest(${looked.map(({ key }) => key)}::text[], ${looked.map(({ digest }) => digest)}::bytea[]) AS looked (key, digest)
      JOIN known_documents d ON d.document_digest = looked.digest
      WHERE d.kept_until IS NULL OR d.kept_until > clock_timestamp()`;
    return rows;
  }

  /**
   * The accounts that have their document now. One statement decides between accounts that race: the second waits for
   * the first, and finds no row to change. Of two in one call the first has it.
   */
  private async claim(
    tx: Transaction,
    claims: readonly OwnDocument[],
    months: number | null = null,
  ): Promise<Set<string>> {
    // Under a key that is retired the same document has another digest.
    const owners = await this.ownersOfAll(
      tx,
      claims.map(({ key }) => key),
    );
    const taken = new Set<string>();
    const free = claims.filter(({ subjectId, key }) => {
      if (taken.has(key) || owners.some((one) => one.key === key && one.owner !== subjectId)) return false;
      taken.add(key);
      return true;
    });
    const rows = free.map(({ subjectId, key }) => ({ subjectId, digest: this.ring.digest('document-number', key) }));
    // In one order, whoever claims: otherwise two of them could wait for each other.
    const kept = await tx.many<{ subjectId: string }>`
      INSERT INTO known_documents (document_digest, subject_id, kept_until)
      SELECT digest, subject_id, clock_timestamp() + make_interval(months => ${months})
      FROM unnest(${rows.map(({ digest }) => digest)}::bytea[], ${rows.map(({ subjectId }) => subjectId)}::text[]) AS claimed (digest, subject_id)
      ORDER BY digest
      ON CONFLICT (document_digest) DO UPDATE SET subject_id = EXCLUDED.subject_id, seen_at = clock_timestamp(),
        kept_until = CASE WHEN known_documents.subject_id = EXCLUDED.subject_id AND known_documents.kept_until IS NULL THEN NULL ELSE EXCLUDED.kept_until END
      WHERE known_documents.subject_id = EXCLUDED.subject_id OR known_documents.kept_until <= clock_timestamp()
      RETURNING subject_id`;
    return new Set(kept.map(({ subjectId }) => subjectId));
  }
}
