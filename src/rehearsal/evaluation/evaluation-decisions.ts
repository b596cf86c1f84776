import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { EvaluationTally, type EvaluatedDecision, type EvaluationFigures } from './evaluation-tally.js';

/** Decisions in one read. */
const GROUP = 500;

/** More than an evaluation needs to be believed; what is older is left out, and that is said. */
export const MOST_DECISIONS = 10_000;

/** Days before its end that a report looks back when it is not told since when. */
export const DEFAULT_DAYS = 30;

/** Decisions that are taken again in one go; then others who wait for this thread have their turn. */
const AT_ONCE = 25;

/** Which cases of a profile: those opened from `since` on and before `until`. */
export interface EvaluationQuestion {
  policyId: string;
  since?: Date;
  until?: Date;
  /** The newest so many decisions. */
  most?: number;
}

export interface Evaluation extends EvaluationFigures {
  since: Date;
  until: Date;
  /** There were more decisions in these days: the oldest of them are not in it. */
  cut: boolean;
}

/**
 * What production would have done with the evaluation cases of a profile, from the facts that were kept, newest first. The
 * rules' own decision of each attempt counts, once; what reviewers made of an open one does not.
 */
export async function evaluationOf(database: Database, question: EvaluationQuestion): Promise<Evaluation> {
  const { policyId, most = MOST_DECISIONS } = question;
  const period = await periodOf(database, question);
  const tally = new EvaluationTally();
  let before = { openedAt: period.until.toISOString(), id: '' };
  for (let room = most; ;) {
    // One more than there is room for, to know whether there was.
    const limit = Math.min(GROUP, room + 1);
    const group = await readGroup(database, { policyId, since: period.since, before, limit });
    await addAll(tally, group.slice(0, room));
    const last = group.at(-1);
    if (group.length > room) return { ...tally.figures(), ...period, cut: true };
    if (!last || group.length < limit) return { ...tally.figures(), ...period, cut: false };
    room -= group.length;
    before = last;
  }
}

/** Adds decisions to a tally and lets others work in between. */
export async function addAll(tally: EvaluationTally, decisions: readonly EvaluatedDecision[]): Promise<void> {
  for (const [at, decision] of decisions.entries()) {
    if (at > 0 && at % AT_ONCE === 0) await breathe();
    tally.add(decision);
  }
}

/** By the database's clock where nothing is said. */
const periodOf = (database: Database, { since, until }: EvaluationQuestion): Promise<{ since: Date; until: Date }> =>
  database.read(
    (tx) => tx.one<{ since: Date; until: Date }>`
      SELECT until, COALESCE(${since ?? null}::timestamptz, until - make_interval(days => ${DEFAULT_DAYS})) AS since
      FROM (SELECT COALESCE(${until ?? null}::timestamptz, clock_timestamp()) AS until) AS ends`,
  );

interface Place {
  /** As the database writes it: it knows microseconds. */
  openedAt: string;
  id: string;
}

const readGroup = (
  database: Database,
  at: { policyId: string; since: Date; before: Place; limit: number },
): Promise<(EvaluatedDecision & Place)[]> =>
  database.read(
    (tx) => tx.many<EvaluatedDecision & Place>`
      SELECT d.id, d.case_id, d.facts, c.created_at::text AS opened_at,
        EXTRACT(EPOCH FROM d.decided_at - c.created_at)::float8 AS seconds
      FROM recovery_cases c JOIN decisions d ON d.case_id = c.id AND d.decided_by = 'policy'
      WHERE c.mode = 'evaluation' AND c.policy_id = ${at.policyId}
        AND c.created_at >= ${at.since} AND c.created_at <= ${at.before.openedAt}::timestamptz
        AND (c.created_at < ${at.before.openedAt}::timestamptz OR d.id < ${at.before.id})
      ORDER BY c.created_at DESC, d.id DESC LIMIT ${at.limit}`,
  );

/** Whether it is, or was, the id of a profile: evaluations outlive it. */
export async function hasEverBeenPolicy(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.maybeOne`SELECT 1 FROM policies WHERE id = ${id}`) !== undefined;
}
