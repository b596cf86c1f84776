import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { pausedProblem } from '../platform/errors/paused.js';
import type { Principal } from '../platform/http/request-context.js';
import { type LimitName, type LimitOutcome, limitProblem, Limits } from '../platform/limits/limits.js';
import { type StaffAlarm, StaffAlarms } from './staff-alarms.js';

/** What one colleague may do, and in which windows it is counted. */
const BUDGETS = {
  openings: ['open_per_agent'],
  steps: ['step_per_agent'],
  decisions: ['decision_per_reviewer', 'decision_per_reviewer_day'],
  pictures: ['picture_per_reviewer'],
  /** What pages ask for by themselves shows nobody anything, so nobody is told. */
  previews: ['preview_per_reviewer'],
} as const satisfies Partial<Record<StaffAlarm | 'previews', readonly LimitName[]>>;
export type StaffBudget = keyof typeof BUDGETS;

const keyOf = ({ kind, id }: Principal): string => `${kind}:${id}`;

/** Share of a budget at which the alarm is raised: 50 of the 60 cases that one agent may open in an hour (T50). */
const ALARM_SHARE = 5 / 6;

/**
 * Limits how much one colleague can do in a while. An honest one never gets there; two who work together cannot wave
 * many people through before it is noticed.
 */
@Injectable()
export class StaffBudgets {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
    private readonly alarms: StaffAlarms,
  ) {}

  /** Counts one use, by itself: a refusal of what follows does not undo it. @throws Problem too_many_requests */
  async spend(budget: Exclude<StaffBudget, 'openings'>, actor: Principal): Promise<void> {
    const over = (await this.count(budget, actor)).find((outcome) => !outcome.allowed);
    if (over) throw limitProblem(over);
  }

  /**
   * The same of openings, ahead of the transaction that opens: one way to the database for the count and for what is asked first
   * there. Nothing may come of `work` before `allowed` is. While recoveries are paused nothing is opened, and nobody's openings
   * are counted. @throws Problem too_many_requests, recoveries_paused, and whatever `work` throws
   */
  async spendOpening<Result>(
    actor: Principal,
    work: (tx: Transaction, allowed: Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    const use = { name: BUDGETS.openings[0], key: keyOf(actor) };
    let outcome: LimitOutcome | undefined;
    const allow = (counted: LimitOutcome | undefined): void => {
      outcome = counted;
      if (!counted) throw pausedProblem();
      if (!counted.allowed) throw limitProblem(counted);
    };
    try {
      return await this.database.writeThen(
        (tx) => this.limits.takeUnlessSuspended(tx, use),
        async (tx, counted) => {
          const allowed = counted.then(allow);
          const [result] = await Promise.all([work(tx, allowed), allowed]);
          return result;
        },
      );
    } finally {
      // On a connection of its own, and so when the other one is given back.
      if (outcome) await this.soundOver('openings', { actor, outcome });
    }
  }

  /** The same, and the same alarm, for what is never refused: stopping recoveries, which an attack asks for in numbers. */
  async note(budget: Exclude<StaffBudget, 'openings'>, actor: Principal): Promise<void> {
    await this.count(budget, actor);
  }

  private async count(budget: Exclude<StaffBudget, 'openings'>, actor: Principal): Promise<LimitOutcome[]> {
    const outcomes: LimitOutcome[] = [];
    for (const name of BUDGETS[budget]) {
      const outcome = await this.limits.takeAlone(this.database, { name, key: keyOf(actor) });
      if (budget !== 'previews') await this.soundOver(budget, { actor, outcome });
      outcomes.push(outcome);
    }
    return outcomes;
  }

  /** One alarm a window, also when the process died between the count and the alarm of the use that reached it. */
  private async soundOver(alarm: StaffAlarm, use: { actor: Principal; outcome: LimitOutcome }): Promise<void> {
    const { used, limit, windowSeconds, resetSeconds } = use.outcome;
    const atLeast = Math.ceil(limit * ALARM_SHARE);
    // Far over the limit it was raised long ago; a colleague who keeps asking is not to keep the others waiting.
    if (used < atLeast || used > limit + 1) return;
    const raised = { alarm, actor: use.actor, count: used };
    await this.database.transaction((tx) =>
      this.alarms.raiseOnce(tx, raised, { withinSeconds: windowSeconds - resetSeconds + 1, atLeast }),
    );
  }
}
