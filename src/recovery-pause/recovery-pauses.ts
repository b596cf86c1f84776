import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/transaction.js';
import { pausedProblem } from '../platform/errors/paused.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { newId } from '../platform/ids/ids.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';

export const PAUSE_REASONS = [
  'attack_suspected',
  'partner_compromised',
  'account_data_wrong',
  'defect_found',
  'maintenance',
  'exercise',
] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

export interface Pause {
  reasonCode: PauseReason;
  pausedAt: Date;
}

const PAUSE_CHAIN = 'recovery-pause';

/** Longer than any transaction under way may be idle, which is 30 s (`Database.connect`). */
const PAUSE_WAIT_SECONDS = 60;

/** Whether all recoveries are paused. The database refuses what a pause stops; this is for what lies outside it. */
export async function recoveriesPaused(tx: Transaction): Promise<boolean> {
  return (await tx.maybeOne`SELECT 1 FROM recovery_pauses WHERE resumed_at IS NULL`) !== undefined;
}

/** For what must not begin, or be counted, before the database refuses it. @throws Problem recoveries_paused */
export async function refuseWhilePaused(tx: Transaction): Promise<void> {
  if (await recoveriesPaused(tx)) throw pausedProblem();
}

/** The switch that stops all recoveries at once, in every process, until another person ends it. */
@Injectable()
export class RecoveryPauses {
  constructor(private readonly clock: Clock) {}

  async current(tx: Transaction): Promise<Pause | undefined> {
    return tx.maybeOne<Pause>`SELECT reason_code, paused_at FROM recovery_pauses WHERE resumed_at IS NULL`;
  }

  /**
   * Waits for everything under way that a pause would stop: once this transaction is committed, none of it can be
   * committed any more. Each order is recorded; a second one only adds a person who may not end the pause. A
   * transaction under way may last longer than our usual statement limit, so this one gets more time.
   */
  async pause(tx: Transaction, { reasonCode, actor }: { reasonCode: PauseReason; actor: Actor }): Promise<void> {
    await this.waitForWhatIsUnderWay(tx);
    const begun = await tx.run`INSERT INTO recovery_pauses (id, reason_code, paused_by)
      VALUES (${newId('pau', this.clock.now())}, ${reasonCode}, ${actor.id}) ON CONFLICT DO NOTHING`;
    if (begun === 0)
      await tx.run`UPDATE recovery_pauses SET also_paused_by = array_append(array_remove(also_paused_by, ${actor.id}), ${actor.id})
        WHERE resumed_at IS NULL`;
    const data = { reasonCode, again: begun === 0 };
    await appendAudit(tx, { chainId: PAUSE_CHAIN, type: 'recoveries.paused', actor, data });
  }

  private async waitForWhatIsUnderWay(tx: Transaction): Promise<void> {
    await tx.run`SELECT set_config('statement_timeout', ${`${PAUSE_WAIT_SECONDS}s`}, true)`;
    await tx.run`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.pause})`;
  }

  /**
   * Ends the pause. A person who ordered it, first or again, may not end it: a pause because of a person must not be
   * lifted by that person alone.
   *
   * @throws Problem separation_of_duties
   */
  async resume(tx: Transaction, actor: Principal): Promise<void> {
    await this.waitForWhatIsUnderWay(tx);
    const open = await tx.maybeOne<{ orderedBy: string[] }>`
      SELECT paused_by || also_paused_by AS ordered_by FROM recovery_pauses WHERE resumed_at IS NULL FOR UPDATE`;
    if (!open) return;
    if (open.orderedBy.includes(actor.id)) throw new Problem('separation_of_duties');
    await tx.run`UPDATE recovery_pauses SET resumed_by = ${actor.id}, resumed_at = clock_timestamp() WHERE resumed_at IS NULL`;
    await appendAudit(tx, { chainId: PAUSE_CHAIN, type: 'recoveries.resumed', actor });
  }
}
