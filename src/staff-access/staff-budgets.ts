import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Principal } from '../platform/http/request-context.js';
import { type LimitName, limitProblem, Limits } from '../platform/limits/limits.js';
import { type StaffAlarm, StaffAlarms } from './staff-alarms.js';

/** What one colleague may do, and in which windows it is counted. */
const BUDGETS = {
  openings: ['open_per_agent'],
  decisions: ['decision_per_reviewer', 'decision_per_reviewer_day'],
  pictures: ['picture_per_reviewer'],
} as const satisfies Partial<Record<StaffAlarm, readonly LimitName[]>>;
export type StaffBudget = keyof typeof BUDGETS;

/** Of a budget: 50 cases of the 60 that one agent may open in an hour (T50). */
const ALARM_SHARE = 5 / 6;

/**
 * How much one colleague can do in a while. An honest one never gets there; two who work together cannot wave many
 * people through before somebody looks.
 */
@Injectable()
export class StaffBudgets {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
    private readonly alarms: StaffAlarms,
  ) {}

  /** Counts one use, in a transaction of its own: a refusal of what follows does not undo it. @throws Problem too_many_requests */
  async spend(budget: StaffBudget, actor: Principal): Promise<void> {
    const outcomes = await this.database.transaction(async (tx) => {
      const taken = [];
      for (const name of BUDGETS[budget]) {
        const outcome = await this.limits.take(tx, name, `${actor.kind}:${actor.id}`);
        // Counting gives each number once, so each window has one alarm.
        if (outcome.used === Math.ceil(outcome.limit * ALARM_SHARE))
          await this.alarms.raise(tx, { alarm: budget, actor, count: outcome.used });
        taken.push(outcome);
      }
      return taken;
    });
    const over = outcomes.find((outcome) => !outcome.allowed);
    if (over) throw limitProblem(over);
  }
}
