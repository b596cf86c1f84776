import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { Policies } from '../policy/policies.js';
import { announce } from '../recovery-case/case-events.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { signDeletionReceipt } from './deletion-receipt.js';
import { ERASE_CASE_JOB } from './erase-case.job.js';
import { LegalHolds } from './legal-holds.js';
import { PartnerErasure, type PartnerErasureOutcome } from './partner-erasure.js';

/** A partner that cannot be reached for this long after the data was due does not keep ours alive any longer. */
const PARTNER_GRACE_SECONDS = 7 * 86_400;

interface DueErasure {
  recoveryCase: RecoveryCase;
  objectKeys: string[];
  partnerGraceOver: boolean;
}

@Processor(ERASE_CASE_JOB.name, workerOptions(ERASE_CASE_JOB))
export class EraseCaseProcessor extends JobProcessor<{ caseId: string }> {
  readonly contract = ERASE_CASE_JOB;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly policies: Policies,
    private readonly keys: CaseKeys,
    private readonly ring: KeyRing,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    private readonly partners: PartnerErasure,
    private readonly holds: LegalHolds,
  ) {
    super();
  }

  protected async handle({ caseId }: { caseId: string }): Promise<void> {
    if (!(await this.database.read((tx) => this.isToErase(tx, caseId)))) return;
    await this.partners.cancelOpen(caseId);
    const due = await this.database.transaction((tx) => this.whenDue(tx, caseId));
    if (!due) return;
    // Objects first: while one of them remains the key row says "not erased", and this runs again.
    for (const key of due.objectKeys) await this.objects.delete(key);
    // Partners before the key: what is needed to name the session to them is sealed under it.
    const providers = await this.partners.erase(caseId, due.partnerGraceOver);
    await this.database.transaction((tx) => this.shred(tx, { ...due, providers }));
  }

  /** A closed case that still has its key, and that nobody has asked to be kept (T79). */
  private async isToErase(tx: Transaction, caseId: string): Promise<boolean> {
    if (await this.holds.find(tx, caseId)) return false;
    const row = await tx.maybeOne`SELECT c.id FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id
      WHERE c.id = ${caseId} AND c.closed_at IS NOT NULL AND k.shredded_at IS NULL`;
    return row !== undefined;
  }

  /** What there is to erase now; or, too early, asks to be called again. */
  private async whenDue(tx: Transaction, caseId: string): Promise<DueErasure | undefined> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    // Under the row's lock: a hold is asked for under it too, and only before the time is over.
    if (!recoveryCase?.closedAt || (await this.holds.find(tx, caseId))) return undefined;
    const { retention } = await this.policies.strictest(tx, recoveryCase);
    const { waitSeconds } = await tx.one<{ waitSeconds: number }>`
      SELECT ceil(EXTRACT(EPOCH FROM closed_at + make_interval(secs => ${retention.evidenceSeconds}) - clock_timestamp()))::int AS wait_seconds
      FROM recovery_cases WHERE id = ${caseId}`;
    if (waitSeconds > 0) {
      await announce(tx, 'case.erasure_due', {
        payload: { caseId, attempt: recoveryCase.attempt },
        delaySeconds: waitSeconds,
      });
      return undefined;
    }
    const rows = await tx.many<{
      objectKey: string;
    }>`SELECT object_key FROM evidence WHERE case_id = ${caseId} AND object_key IS NOT NULL`;
    return {
      recoveryCase,
      objectKeys: rows.map((row) => row.objectKey),
      partnerGraceOver: -waitSeconds > PARTNER_GRACE_SECONDS,
    };
  }

  private async shred(
    tx: Transaction,
    due: DueErasure & { providers: Record<string, PartnerErasureOutcome> },
  ): Promise<void> {
    const caseId = due.recoveryCase.id;
    if (!(await this.keys.shred(tx, caseId))) return;
    await tx.run`UPDATE evidence SET erased_at = clock_timestamp(), object_key = NULL, picture_digest = NULL,
      fingerprint_sealed = NULL, fingerprint_method = NULL, fingerprint_position = NULL WHERE case_id = ${caseId}`;
    await tx.run`UPDATE recovery_cases SET issuing_country = NULL, document_type = NULL WHERE id = ${caseId}`;
    // Where its links went and which codes were mailed: nothing asks any more.
    await tx.run`DELETE FROM link_addresses WHERE case_id = ${caseId}`;
    await tx.run`DELETE FROM issued_recovery_codes WHERE case_id = ${caseId}`;
    const { erasedAt } = await tx.one<{
      erasedAt: Date;
    }>`SELECT shredded_at AS erased_at FROM case_keys WHERE case_id = ${caseId}`;
    const receipt = await signDeletionReceipt(this.ring, {
      caseId,
      reference: due.recoveryCase.reference,
      erasedAt,
      pictures: due.objectKeys.length,
      providers: due.providers,
      documentsKept: await documentsKept(tx, due.recoveryCase.subjectId),
    });
    await tx.run`INSERT INTO deletion_receipts (case_id, receipt) VALUES (${caseId}, ${receipt})`;
    await appendAudit(tx, {
      chainId: caseId,
      type: 'erasure.completed',
      actor: SYSTEM,
      data: {
        pictures: due.objectKeys.length,
        providers: Object.entries(due.providers).map(([provider, outcome]) => `${provider}: ${outcome}`),
      },
    });
  }
}

/** Keyed hashes of documents that outlive the case with the account (adjudication/accounts/known-documents.ts). */
async function documentsKept(tx: Transaction, subjectId: string): Promise<number> {
  const { kept } = await tx.one<{ kept: number }>`
    SELECT count(*)::int AS kept FROM known_documents WHERE subject_id = ${subjectId} AND kept_until IS NOT NULL`;
  return kept;
}
