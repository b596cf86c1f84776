import { Injectable } from '@nestjs/common';
import { helpedOn } from '../adjudication/involvement.js';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor, AuditEventType } from '../audit-trail/audit-event-types.js';
import { assertOthersAccount, type NamedStaff } from '../directory/own-account.js';
import { Subjects } from '../directory/subjects.js';
import { Clock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { newId } from '../platform/ids/ids.js';
import { announce } from '../recovery-case/case-events.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';

export const HOLD_REASONS = ['suspected_fraud', 'litigation', 'authority_request'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/**
 * An unconfirmed request for a hold lapses after this time. Until then it keeps the evidence, so that asking is not a
 * race.
 */
const WISH_DAYS = 3;

export interface LegalHold {
  id: string;
  caseId: string;
  reasonCode: HoldReason;
  askedBy: string;
  askedAt: Date;
  lapsesAt: Date;
  confirmedBy: string | null;
  confirmedAt: Date | null;
  releaseBy: string | null;
  releaseAt: Date | null;
  releasedBy: string | null;
  releasedAt: Date | null;
}

/** Who asks, and by what else the directory may know them. */
type Staff = Actor & NamedStaff;

/**
 * Keeps a case's evidence beyond its time while it is being investigated (T79). Two people place a hold and two people
 * end it, never the account's holder. Staff who opened or helped the case may not release evidence about themselves
 * (T49). A hold decides nothing about the case and gives access to nothing.
 */
@Injectable()
export class LegalHolds {
  constructor(
    private readonly clock: Clock,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
  ) {}

  /** The hold that keeps a case's evidence now, confirmed or still to be. */
  async find(tx: Transaction, caseId: string): Promise<LegalHold | undefined> {
    return tx.maybeOne<LegalHold>`SELECT * FROM legal_holds WHERE case_id = ${caseId} AND released_at IS NULL
      AND (confirmed_at IS NOT NULL OR lapses_at > clock_timestamp())`;
  }

  /**
   * An unconfirmed request keeps evidence for three days. The next request must come from another person, or one person
   * could keep evidence for ever by asking again.
   *
   * @throws Problem not_found, separation_of_duties, wrong_state when a request exists already or the evidence is being
   * erased or gone
   */
  async ask(tx: Transaction, request: { caseId: string; reasonCode: HoldReason; actor: Staff }): Promise<LegalHold> {
    const { caseId, reasonCode, actor } = request;
    await this.lock(tx, caseId, actor);
    if (!(await this.isKept(tx, caseId))) throw new Problem('wrong_state');
    await tx.run`UPDATE legal_holds SET lapsed_at = clock_timestamp()
      WHERE case_id = ${caseId} AND confirmed_at IS NULL AND lapsed_at IS NULL AND lapses_at <= clock_timestamp()`;
    if (await askedBefore(tx, caseId, actor)) throw new Problem('separation_of_duties');
    const hold = await tx.maybeOne<LegalHold>`
      INSERT INTO legal_holds (id, case_id, reason_code, asked_by, lapses_at)
      VALUES (${newId('lgh', this.clock.now())}, ${caseId}, ${reasonCode}, ${actor.id}, clock_timestamp() + make_interval(days => ${WISH_DAYS}))
      ON CONFLICT (case_id) WHERE released_at IS NULL AND lapsed_at IS NULL DO NOTHING
      RETURNING *`;
    if (!hold) throw new Problem('wrong_state');
    return this.noted(tx, { hold, type: 'legal_hold.asked', actor });
  }

  /** A second person. @throws Problem not_found, separation_of_duties, wrong_state when none waits */
  async confirm(tx: Transaction, request: { caseId: string; actor: Staff }): Promise<LegalHold> {
    const { caseId, actor } = request;
    await this.lock(tx, caseId, actor);
    const hold = await tx.maybeOne<LegalHold>`
      UPDATE legal_holds SET confirmed_by = ${actor.id}, confirmed_at = clock_timestamp()
      WHERE case_id = ${caseId} AND confirmed_at IS NULL AND lapses_at > clock_timestamp() AND asked_by <> ${actor.id}
      RETURNING *`;
    if (hold) return this.noted(tx, { hold, type: 'legal_hold.confirmed', actor });
    const waiting = await this.find(tx, caseId);
    throw new Problem(waiting && waiting.confirmedAt === null ? 'separation_of_duties' : 'wrong_state');
  }

  /**
   * The first person asks for the end, a second one within three days brings it. The clock of retention then stands where
   * it would have without a hold. @throws Problem not_found, separation_of_duties, wrong_state when nothing is held
   */
  async release(tx: Transaction, request: { caseId: string; actor: Staff }): Promise<LegalHold> {
    const { caseId, actor } = request;
    const { attempt, openedBy } = await this.lock(tx, caseId, actor);
    const helped = await helpedOn(tx, { caseIds: [caseId], staff: actor });
    if (openedBy === actor.id || helped.has(caseId)) throw new Problem('separation_of_duties');
    const ended = await tx.maybeOne<LegalHold>`
      UPDATE legal_holds SET released_by = ${actor.id}, released_at = clock_timestamp()
      WHERE case_id = ${caseId} AND confirmed_at IS NOT NULL AND released_at IS NULL AND release_by <> ${actor.id}
        AND release_at > clock_timestamp() - make_interval(days => ${WISH_DAYS})
      RETURNING *`;
    if (ended) {
      await announce(tx, 'case.erasure_due', { payload: { caseId, attempt } });
      return this.noted(tx, { hold: ended, type: 'legal_hold.released', actor });
    }
    const asked = await tx.maybeOne<LegalHold>`
      UPDATE legal_holds SET release_by = ${actor.id}, release_at = clock_timestamp()
      WHERE case_id = ${caseId} AND confirmed_at IS NOT NULL AND released_at IS NULL
        AND (release_at IS NULL OR release_at <= clock_timestamp() - make_interval(days => ${WISH_DAYS}))
      RETURNING *`;
    if (asked) return this.noted(tx, { hold: asked, type: 'legal_hold.release_asked', actor });
    const held = await this.find(tx, caseId);
    throw new Problem(held?.releaseBy ? 'separation_of_duties' : 'wrong_state');
  }

  private async lock(tx: Transaction, caseId: string, staff: Staff): Promise<RecoveryCase> {
    const recoveryCase = await this.cases.lockOrNotFound(tx, caseId);
    await assertOthersAccount(tx, { subjects: this.subjects, subjectId: recoveryCase.subjectId, staff });
    return recoveryCase;
  }

  /** Evidence that its time has passed over, but that is still there, can be kept; what is being erased cannot. */
  private async isKept(tx: Transaction, caseId: string): Promise<boolean> {
    const row =
      await tx.maybeOne`SELECT 1 FROM case_keys WHERE case_id = ${caseId} AND erasing_at IS NULL AND shredded_at IS NULL`;
    return row !== undefined;
  }

  private async noted(
    tx: Transaction,
    change: { hold: LegalHold; type: AuditEventType; actor: Actor },
  ): Promise<LegalHold> {
    const { hold, type, actor } = change;
    const data = { holdId: hold.id, reasonCode: hold.reasonCode };
    await appendAudit(tx, { chainId: hold.caseId, type, actor, data });
    return hold;
  }
}

/** Whether they asked before, in vain. */
async function askedBefore(tx: Transaction, caseId: string, { id }: Actor): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM legal_holds
    WHERE case_id = ${caseId} AND asked_by = ${id} AND lapsed_at IS NOT NULL LIMIT 1`;
  return row !== undefined;
}
