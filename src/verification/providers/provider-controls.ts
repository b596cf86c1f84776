import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';

/** What operators and alarms say about one provider, and what it has cost today. */
export interface ProviderControl {
  provider: string;
  disabledAt: Date | null;
  disabledReason: string | null;
  /** Minor units; null when nobody told us. */
  sessionCost: number | null;
  /** Minor units per UTC day; null means no limit. */
  dailyBudget: number | null;
  watchedSince: Date | null;
  watchEndedAt: Date | null;
  /** People who ordered the switch since it is off; a key's order names nobody. */
  disabledBy: string[];
  /** Who alone has asked within the last day for it to be switched on, and for its watch to end. */
  enableAskedBy: string | null;
  watchEndAskedBy: string | null;
  openUntil: Date | null;
  /** Seconds another process wants it left alone; 0 when none does. */
  openForSeconds: number;
  /** Minor units of the sessions asked for today: opened, being opened, or possibly opened. */
  spentToday: number;
  /** Seconds until the UTC day ends. */
  renewsInSeconds: number;
}

/** What a change writes; a member that is not given stays. */
export interface ControlPatch {
  disabled?: { reason: string } | null;
  sessionCost?: number | null;
  dailyBudget?: number | null;
  watch?: null;
}

/** What needs two people waits so long for the second. */
const ASKED_HOURS = 24;

/**
 * Reads and writes the rows of `provider_controls`. All processes share them, so that a switch thrown in one holds in
 * every other.
 */
@Injectable()
export class ProviderControls {
  /** By provider; a provider nobody said anything about is missing. */
  async of(tx: Transaction, providers: readonly string[]): Promise<Map<string, ProviderControl>> {
    const rows = await tx.many<ProviderControl>`
      SELECT c.*,
        CASE WHEN c.disabled_at IS NOT NULL
          AND c.enable_asked_at > clock_timestamp() - make_interval(hours => ${ASKED_HOURS})
          THEN c.enable_asked_by END AS enable_asked_by,
        CASE WHEN c.watched_since IS NOT NULL
          AND c.watch_end_asked_at > clock_timestamp() - make_interval(hours => ${ASKED_HOURS})
          THEN c.watch_end_asked_by END AS watch_end_asked_by,
        GREATEST(0, COALESCE(EXTRACT(EPOCH FROM c.open_until - clock_timestamp()), 0))::float AS open_for_seconds,
        COALESCE((SELECT sum(COALESCE(s.session_cost, c.session_cost)) FROM verification_sessions s
          WHERE s.provider = c.provider AND s.asked_at >= day.began_at
            AND (s.external_id IS NOT NULL OR s.state = 'creating' OR s.possibly_created_at IS NOT NULL)), 0)::int AS spent_today,
        EXTRACT(EPOCH FROM day.began_at + interval '1 day' - clock_timestamp())::int AS renews_in_seconds
      FROM provider_controls c
        CROSS JOIN (SELECT date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began_at) day
      WHERE c.provider = ANY(${providers})`;
    return new Map(rows.map((row) => [row.provider, row]));
  }

  /**
   * Makes everybody who decides on one of these providers' budgets wait for the caller's transaction: two cases must not
   * both spend what is enough for one. To be called before {@link of}, with the case locked.
   */
  async lockBudgets(tx: Transaction, providers: readonly string[]): Promise<void> {
    await tx.run`SELECT 1 FROM provider_controls WHERE provider = ANY(${providers}) AND daily_budget IS NOT NULL
      ORDER BY provider FOR UPDATE`;
  }

  /** Makes the row, if there is none, and locks it. */
  async lock(tx: Transaction, provider: string): Promise<void> {
    await tx.run`INSERT INTO provider_controls (provider) VALUES (${provider}) ON CONFLICT DO NOTHING`;
    await tx.run`SELECT 1 FROM provider_controls WHERE provider = ${provider} FOR UPDATE`;
  }

  /** Writes the members that are given. The row exists and is locked. */
  async write(tx: Transaction, provider: string, patch: ControlPatch): Promise<void> {
    const { disabled, sessionCost, dailyBudget, watch } = patch;
    await tx.run`UPDATE provider_controls SET updated_at = clock_timestamp(),
        disabled_at = CASE WHEN ${disabled === undefined} THEN disabled_at WHEN ${disabled === null} THEN NULL
          ELSE COALESCE(disabled_at, clock_timestamp()) END,
        disabled_reason = CASE WHEN ${disabled === undefined} THEN disabled_reason ELSE ${disabled?.reason ?? null}::text END,
        session_cost = CASE WHEN ${sessionCost === undefined} THEN session_cost ELSE ${sessionCost ?? null}::int END,
        daily_budget = CASE WHEN ${dailyBudget === undefined} THEN daily_budget ELSE ${dailyBudget ?? null}::int END,
        watch_ended_at = CASE WHEN ${watch === null} AND watched_since IS NOT NULL THEN clock_timestamp() ELSE watch_ended_at END,
        watched_since = CASE WHEN ${watch === null} THEN NULL ELSE watched_since END,
        watch_end_asked_by = CASE WHEN ${watch === null} THEN NULL ELSE watch_end_asked_by END,
        enable_asked_by = CASE WHEN ${disabled === null} THEN NULL ELSE enable_asked_by END,
        disabled_by = CASE WHEN ${disabled === null} THEN '{}' ELSE disabled_by END
      WHERE provider = ${provider}`;
  }

  /** Keeps who ordered the switch, and forgets who asked to throw it back. To be called before it is written. */
  async noteOrder(tx: Transaction, provider: string, person: string | undefined): Promise<void> {
    await tx.run`UPDATE provider_controls SET enable_asked_by = NULL, enable_asked_at = NULL,
        disabled_by = CASE WHEN disabled_at IS NULL THEN '{}' ELSE array_remove(disabled_by, ${person ?? null}::text) END
          || CASE WHEN ${person === undefined} THEN '{}'::text[] ELSE ARRAY[${person ?? null}::text] END
      WHERE provider = ${provider}`;
  }

  /** Keeps the first of two people who ask for the same. */
  async noteAsked(
    tx: Transaction,
    provider: string,
    asked: { member: 'disabled' | 'watch'; person: string },
  ): Promise<void> {
    const { member, person } = asked;
    if (member === 'disabled')
      await tx.run`UPDATE provider_controls SET enable_asked_by = ${person}, enable_asked_at = clock_timestamp() WHERE provider = ${provider}`;
    else
      await tx.run`UPDATE provider_controls SET watch_end_asked_by = ${person}, watch_end_asked_at = clock_timestamp() WHERE provider = ${provider}`;
  }

  /** Tells every process to leave the provider alone for a while. A longer rest is never shortened. */
  async suspend(tx: Transaction, provider: string, seconds: number): Promise<void> {
    await tx.run`INSERT INTO provider_controls (provider, open_until) VALUES (${provider}, clock_timestamp() + make_interval(secs => ${seconds}))
      ON CONFLICT (provider) DO UPDATE SET open_until = GREATEST(provider_controls.open_until, EXCLUDED.open_until)`;
  }

  /** False when it is watched already. */
  async startWatch(tx: Transaction, provider: string): Promise<boolean> {
    const rows =
      await tx.run`INSERT INTO provider_controls (provider, watched_since) VALUES (${provider}, clock_timestamp())
      ON CONFLICT (provider) DO UPDATE SET watched_since = EXCLUDED.watched_since, updated_at = clock_timestamp()
      WHERE provider_controls.watched_since IS NULL`;
    return rows === 1;
  }
}

/** Whether results of this provider go to review until a person has looked at them (T45). */
export async function isWatched(tx: Transaction, provider: string): Promise<boolean> {
  const row =
    await tx.maybeOne`SELECT 1 FROM provider_controls WHERE provider = ${provider} AND watched_since IS NOT NULL`;
  return row !== undefined;
}
