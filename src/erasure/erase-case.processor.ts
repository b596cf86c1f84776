import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
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
import { ERASE_CASE_JOB } from './erasure.jobs.js';
import { LegalHolds } from './legal-holds.js';
import { PartnerErasure } from './partner-erasure.js';
import { shredCase } from './shred-case.js';
import { writeTombstone } from './tombstones.js';

/** A partner that cannot be reached for this long after the data was due does not keep ours alive any longer. */
const PARTNER_GRACE_SECONDS = 7 * 86_400;

interface DueErasure {
  recoveryCase: RecoveryCase;
  objectKeys: string[];
  partnerGraceOver: boolean;
}

/**
 * Erases a closed case once its retention is over. First go its pictures and what partners hold, and last the data key,
 * without which nothing sealed of it is read again. Each step may be repeated, and whatever fails leaves the key for
 * the next try.
 */
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
    if (!(await this.database.read((tx) => this.isClosed(tx, caseId)))) return;
    // Also of a case that is to be kept: a hold keeps what there is, and no camera of a case that is over.
    await this.partners.cancelOpen(caseId);
    const due = await this.database.transaction((tx) => this.whenDue(tx, caseId));
    if (!due) return;
    // Objects first: while one of them remains the key row says "not erased", and this runs again.
    for (const key of due.objectKeys) await this.objects.delete(key);
    // Partners before the key: what is needed to name the session to them is sealed under it.
    const providers = await this.partners.erase(caseId, { giveUp: due.partnerGraceOver });
    const stone = { caseId, pictures: due.objectKeys.length, providers };
    // Before the key: of an erasure that the database forgets, because it is set back, the stone still knows.
    await writeTombstone({ objects: this.objects, ring: this.ring }, stone);
    const { recoveryCase } = due;
    const parts = { keys: this.keys, ring: this.ring };
    await this.database.transaction((tx) => shredCase(tx, parts, { recoveryCase, stone }));
  }

  /** A closed case that still has its key. */
  private async isClosed(tx: Transaction, caseId: string): Promise<boolean> {
    const row = await tx.maybeOne`SELECT c.id FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id
      WHERE c.id = ${caseId} AND c.closed_at IS NOT NULL AND k.shredded_at IS NULL`;
    return row !== undefined;
  }

  /** What there is to erase now; or, too early, asks to be called again. */
  private async whenDue(tx: Transaction, caseId: string): Promise<DueErasure | undefined> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    // Under the row's lock: a hold is asked for under it too, and only before the erasure has begun.
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
    await tx.run`UPDATE case_keys SET erasing_at = clock_timestamp() WHERE case_id = ${caseId} AND erasing_at IS NULL`;
    const rows = await tx.many<{
      objectKey: string;
    }>`SELECT object_key FROM evidence WHERE case_id = ${caseId} AND object_key IS NOT NULL`;
    return {
      recoveryCase,
      objectKeys: rows.map((row) => row.objectKey),
      partnerGraceOver: -waitSeconds > PARTNER_GRACE_SECONDS,
    };
  }
}
