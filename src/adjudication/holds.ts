import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { Decision } from './decision.js';
import type { DeviceProof } from './device/device-proof.js';
import { HoldNotices } from './hold-notices.js';

/** Where an approval waits, it runs a hold; elsewhere it waits for the browser, or for an answer (decide.ts). */
const HELD_DEVICES: readonly DeviceProof[] = ['proven', 'allowed', 'confirmed', 'unaskable'];

/** A mail that has not gone for so long is not on its way. */
export const ON_ITS_WAY_SECONDS = 60;

type HeldAttempt = Pick<RecoveryCase, 'id' | 'attempt' | 'subjectId'>;

/** What is asked for now: how long a hold, and for whom. */
type AskedHold = Pick<Decision, 'holdSeconds' | 'device'>;

/** How far a hold has run. With a hold of no length nothing is left, and no address has to be told. */
export interface HoldProgress {
  /** What is left of it, counted from the approval; all of it while {@link untold}. */
  leftSeconds: number;
  /** No address that may vouch for the account has taken a notice yet, although there is one: nobody could stop it. */
  untold: boolean;
  /**
   * What is left of the time that the reader of a late notice has at least: half of the hold, or all of it where it began
   * anew with less. A late notice moves the end. Holds of up to a minute have no such time.
   */
  lateSeconds: number;
}

const NO_HOLD: HoldProgress = { leftSeconds: 0, untold: false, lateSeconds: 0 };

/** Tells how long an approval was held, and whether its owner could have stopped it in that time. */
@Injectable()
export class Holds {
  constructor(private readonly notices: HoldNotices) {}

  /** How far the hold has run that the attempt's decision asks for; without a decision there is none. */
  async progressOf(tx: Transaction, recoveryCase: HeldAttempt, asked: AskedHold | undefined): Promise<HoldProgress> {
    if (!asked || asked.holdSeconds === 0) return NO_HOLD;
    const { holdSeconds: seconds, device } = asked;
    const told = await this.notices.toldOf(tx, recoveryCase);
    const { served, earlier } = await this.served(tx, recoveryCase, device);
    if (!told.owed) return { leftSeconds: rest(seconds, served), untold: false, lateSeconds: 0 };
    // What ran before the approval that stands counts where somebody could have stopped it.
    const whole = rest(seconds, told.before ? earlier : 0);
    if (told.sinceSeconds === undefined) return { leftSeconds: whole, untold: true, lateSeconds: 0 };
    const half = seconds > ON_ITS_WAY_SECONDS ? Math.min(seconds / 2, whole) : 0;
    const lateSeconds = rest(half, told.sinceSeconds);
    return { leftSeconds: Math.max(rest(whole, served - earlier), lateSeconds), untold: false, lateSeconds };
  }

  /**
   * Whether the attempt is approved, by rules or people, and has been for as long as the hold asks for, by the database's
   * clock. Earlier holds count.
   */
  async isServed(tx: Transaction, recoveryCase: HeldAttempt, { holdSeconds, device }: AskedHold): Promise<boolean> {
    const { approved, served } = await this.served(tx, recoveryCase, device);
    return approved && served >= holdSeconds;
  }

  /**
   * How long the attempt has been approved without a break, and how long earlier holds ran (`earlier`). Time between an
   * approval and the event that took it away counts only while a hold ran: not the minute in which a browser may come
   * back, and not the days in which reviewers look at a case whose proof was lost (T33). Where two reviewers stand in
   * for the device, earlier holds count only if reviewers stood in for it then, too, and not if the browser was believed.
   */
  private async served(
    tx: Transaction,
    at: HeldAttempt,
    device: DeviceProof,
  ): Promise<{ approved: boolean; served: number; earlier: number }> {
    const counted = device === 'unaskable' ? [device] : HELD_DEVICES;
    return tx.one<{ approved: boolean; served: number; earlier: number }>`
      WITH taken AS (
        SELECT decided_at, verdict = 'approve' AS approves, (consequences ->> 'holdSeconds')::int AS hold_seconds,
          verdict = 'approve' AND consequences ->> 'device' = ANY(${counted}) AS holds,
          count(*) FILTER (WHERE verdict <> 'approve') OVER (ORDER BY decided_at, id) AS stretch
        FROM decisions WHERE case_id = ${at.id} AND attempt = ${at.attempt}),
      stretches AS (
        SELECT stretch, min(decided_at) FILTER (WHERE approves) AS approved_at, lead(min(decided_at)) OVER (ORDER BY stretch) AS ended_at,
          min(decided_at) FILTER (WHERE holds AND hold_seconds > 0) AS held_at, max(hold_seconds) FILTER (WHERE holds) AS hold_seconds
        FROM taken GROUP BY stretch)
      SELECT COALESCE(bool_or(approved_at IS NOT NULL) FILTER (WHERE ended_at IS NULL), false) AS approved,
        COALESCE(sum(CASE WHEN ended_at IS NULL THEN extract(epoch FROM clock_timestamp() - approved_at)
          ELSE LEAST(hold_seconds, extract(epoch FROM ended_at - held_at)) END), 0)::float8 AS served,
        COALESCE(sum(LEAST(hold_seconds, extract(epoch FROM ended_at - held_at))) FILTER (WHERE ended_at IS NOT NULL), 0)::float8 AS earlier
      FROM stretches`;
  }
}

const rest = (seconds: number, passed: number): number => Math.max(0, Math.ceil(seconds - passed));
