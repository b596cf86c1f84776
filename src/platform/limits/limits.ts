import { Problem } from '../errors/problem.js';
import { lockAcrossKeys, writeAcrossKeys } from '../crypto/across-keys.js';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { networkOf } from './source-network.js';

/**
 * Limits that guard accounts. They live in PostgreSQL: a flushed queue or a restarted process opens nothing (F10). What is
 * counted `_per_source` is counted per {@link networkOf} the address.
 */
export const LIMITS = {
  /** Self-service starts for one login, known or not (T3, T9). */
  start_per_login: { windowSeconds: 3_600, max: 5 },
  start_per_source: { windowSeconds: 600, max: 30 },
  start_overall: { windowSeconds: 60, max: 600 },
  /** Cases one agent opens (T50). */
  open_per_agent: { windowSeconds: 3_600, max: 60 },
  /** What one agent does in cases that are open: links sent again, call codes, authorizations, cancellations (T50). */
  step_per_agent: { windowSeconds: 3_600, max: 120 },
  /** Votes of one reviewer, and pictures they open (T50, T55). */
  decision_per_reviewer: { windowSeconds: 3_600, max: 40 },
  decision_per_reviewer_day: { windowSeconds: 86_400, max: 200 },
  picture_per_reviewer: { windowSeconds: 3_600, max: 240 },
  /** Blurred copies, of which a case's page asks for up to four: each is a process that the next reviewer's waits for. */
  preview_per_reviewer: { windowSeconds: 300, max: 240 },
  link_per_case: { windowSeconds: 600, max: 5 },
  /** Guesses at links and tokens from one source. What can only stop a recovery is never refused (T58). */
  secret_guess_per_source: { windowSeconds: 600, max: 60 },
  upload_per_case: { windowSeconds: 600, max: 60 },
  submission_per_subject: { windowSeconds: 21_600, max: 10 },
  /** Fresh addresses at a partner, one per click. */
  renewal_per_case: { windowSeconds: 600, max: 30 },
  token_per_case: { windowSeconds: 600, max: 20 },
  /** Guesses at recovery codes of one account, over all its cases (NIST SP 800-63B-4, 3.2.2). */
  recovery_code_guess_per_subject: { windowSeconds: 21_600, max: 10 },
  recovery_code_sent_per_subject: { windowSeconds: 3_600, max: 5 },
  options_per_source: { windowSeconds: 60, max: 600 },
} as const satisfies Record<string, { windowSeconds: number; max: number }>;
export type LimitName = keyof typeof LIMITS;

export interface LimitOutcome {
  name: LimitName;
  windowSeconds: number;
  allowed: boolean;
  limit: number;
  /** This use included. */
  used: number;
  remaining: number;
  resetSeconds: number;
}

export interface LimitUse {
  name: LimitName;
  key: string;
  rule: { windowSeconds: number; max: number };
}

/** How many one round removes. */
const PRUNED_ROWS = 10_000;

/**
 * Counts what callers may do in fixed windows, by one upsert each. Counting and deciding are the same statement, so
 * racing callers add up. What was counted under another key of the ring counts too: a rotation opens nothing (F38).
 */
export class Limits {
  constructor(
    private readonly ring: KeyRing,
    private readonly scale: number,
  ) {}

  /** Counts one use, in a transaction. The key is stored as a keyed hash: a table of limits is not a table of logins. */
  async take(tx: Transaction, name: LimitName, key: string): Promise<LimitOutcome> {
    return this.takeUnder(tx, { name, key, rule: LIMITS[name] });
  }

  /** The same under a rule of the caller's own, where that is at least as strict as the limit's. Windows end within a day. */
  async takeUnder(tx: Transaction, use: LimitUse): Promise<LimitOutcome> {
    const outcome = await this.counted(tx, { ...use, unlessSuspended: false, alone: false });
    if (!outcome) throw new Error('a use was not counted');
    return outcome;
  }

  /**
   * Counts in its own transaction, whatever becomes of the counted operation. The count does not wait for the disk, so
   * callers do not wait for others counted in the same row: the commit of the operation follows and flushes the count
   * too (PostgreSQL, "Asynchronous Commit"). If the server dies, uses of the last second that led to nothing are
   * forgotten.
   *
   * @throws DatabaseUnavailableError
   */
  async takeAlone(database: Database, use: { name: LimitName; key: string }): Promise<LimitOutcome> {
    const counting = { ...use, rule: LIMITS[use.name], unlessSuspended: false, alone: true };
    const outcome = await writeAcrossKeys({ database, ring: this.ring }, (tx) => this.counted(tx, counting));
    if (!outcome) throw new Error('a use was not counted');
    return outcome;
  }

  /**
   * The same for what may be stopped as a whole: nothing is counted while it is (`counting_is_suspended()`), and the answer
   * is undefined. For `Database.writeThen`, ahead of what is counted.
   */
  async takeUnlessSuspended(tx: Transaction, use: { name: LimitName; key: string }): Promise<LimitOutcome | undefined> {
    return this.counted(tx, { ...use, rule: LIMITS[use.name], unlessSuspended: true, alone: true });
  }

  private async counted(
    tx: Transaction,
    use: LimitUse & { unlessSuspended: boolean; alone: boolean },
  ): Promise<LimitOutcome | undefined> {
    const { name } = use;
    const key = name.endsWith('_per_source') ? networkOf(use.key) : use.key;
    const windowSeconds = Math.max(use.rule.windowSeconds, LIMITS[name].windowSeconds);
    const max = Math.min(use.rule.max, LIMITS[name].max);
    const limit = Math.max(1, Math.round(max * this.scale));
    const text = `${name}:${key}`;
    const [digest, ...others] = this.ring.digests('lookup', text);
    lockAcrossKeys(tx, this.ring, `limit:${text}`);
    const row = await tx.maybeOne<{ used: number; resetSeconds: number }>`
      WITH relaxed AS MATERIALIZED (SELECT CASE WHEN ${use.alone} THEN set_config('synchronous_commit', 'off', true) END)
      INSERT INTO limit_counters (name, key_digest, window_start, used)
      SELECT ${name}::text, ${digest}::bytea,
        to_timestamp(floor(EXTRACT(EPOCH FROM clock_timestamp()) / ${windowSeconds}) * ${windowSeconds}), 1
      FROM relaxed WHERE NOT (${use.unlessSuspended} AND counting_is_suspended())
      ON CONFLICT (name, key_digest, window_start) DO UPDATE SET used = limit_counters.used + 1
      RETURNING used + coalesce((SELECT sum(other.used) FROM limit_counters other WHERE other.name = limit_counters.name
          AND other.key_digest = ANY(${others}::bytea[]) AND other.window_start = limit_counters.window_start), 0)::int AS used,
        ceil(EXTRACT(EPOCH FROM window_start) + ${windowSeconds} - EXTRACT(EPOCH FROM clock_timestamp()))::int AS reset_seconds`;
    return (
      row && {
        name,
        windowSeconds,
        allowed: row.used <= limit,
        limit,
        used: row.used,
        remaining: Math.max(0, limit - row.used),
        resetSeconds: Math.max(1, row.resetSeconds),
      }
    );
  }

  /** Removes windows nobody can be in any more. */
  async prune(tx: Transaction): Promise<number> {
    return tx.run`DELETE FROM limit_counters WHERE ctid = ANY(ARRAY(SELECT ctid FROM limit_counters
      WHERE window_start < statement_timestamp() - interval '1 day' ORDER BY window_start LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
  }
}

/** @throws Problem too_many_requests */
export function assertAllowed(outcome: LimitOutcome): void {
  if (!outcome.allowed) throw limitProblem(outcome);
}

/** The refusal of a limit, with what a client needs to come back at the right time. */
export function limitProblem(outcome: LimitOutcome): Problem {
  return new Problem('too_many_requests', { retryAfterSeconds: outcome.resetSeconds, limit: outcome });
}
