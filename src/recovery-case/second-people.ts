import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from './recovery-case.js';

/** How many have let a privileged account's flow start, and how many it takes. */
export interface SecondPeople {
  given: number;
  needed: 1 | 2;
  /** Until when the first of two counts by itself; absent when there is none, or enough. */
  lapsesAt?: Date;
}

/** Two who say yes are to look at the same request at the same time (rule 10). */
export const YES_MINUTES = 30;

/**
 * Two different people stand behind every privileged recovery (T49). A named opener is one of them. The public page has
 * no named opener, and neither has an API key. Cases that one of these opened need two authorizations; otherwise an
 * agent could open a case there and be their own second person.
 */
export const secondPeopleNeeded = ({ openedByKind }: Pick<RecoveryCase, 'openedByKind'>): 1 | 2 =>
  openedByKind === 'person' ? 1 : 2;

/**
 * Each counts once, whatever they call; the opener never. Enough who said yes within {@link YES_MINUTES} of one another have
 * let it start for good; until there are enough a yes lapses after that time, and is given anew.
 */
export async function secondPeople(
  tx: Transaction,
  of: Pick<RecoveryCase, 'id' | 'openedBy' | 'openedByKind'>,
): Promise<SecondPeople> {
  const needed = secondPeopleNeeded(of);
  const { together, standing, lapsesAt } = await tx.one<{ together: number; standing: number; lapsesAt: Date | null }>`
    WITH yes AS (
      SELECT authorized_by, authorized_at FROM case_authorizations WHERE case_id = ${of.id} AND authorized_by <> ${of.openedBy}
      UNION ALL SELECT authorized_by, authorized_at FROM authorizations_renewed WHERE case_id = ${of.id} AND authorized_by <> ${of.openedBy}),
    counted AS (
      SELECT authorized_by, authorized_at + make_interval(mins => ${YES_MINUTES}) AS lapses_at,
        (SELECT count(DISTINCT other.authorized_by) FROM yes AS other
          WHERE other.authorized_at BETWEEN yes.authorized_at AND yes.authorized_at + make_interval(mins => ${YES_MINUTES}))::int AS together
      FROM yes)
    SELECT COALESCE(max(together), 0) AS together, count(DISTINCT authorized_by) FILTER (WHERE lapses_at > clock_timestamp())::int AS standing,
      min(lapses_at) FILTER (WHERE lapses_at > clock_timestamp()) AS lapses_at
    FROM counted`;
  if (together >= needed) return { given: together, needed };
  return { given: standing, needed, ...(lapsesAt && { lapsesAt }) };
}

/** Whether somebody said yes and it counts still. */
export async function saidYes(tx: Transaction, yes: { caseId: string; by: string }): Promise<boolean> {
  const { caseId, by } = yes;
  const row = await tx.maybeOne`SELECT 1 FROM (
      SELECT authorized_at FROM case_authorizations WHERE case_id = ${caseId} AND authorized_by = ${by}
      UNION ALL SELECT authorized_at FROM authorizations_renewed WHERE case_id = ${caseId} AND authorized_by = ${by}) AS yes
    WHERE authorized_at > clock_timestamp() - make_interval(mins => ${YES_MINUTES}) LIMIT 1`;
  return row !== undefined;
}

/** Writes a yes down, or one that is given anew. The caller holds the case's lock. */
export async function sayYes(tx: Transaction, yes: { caseId: string; by: string }): Promise<void> {
  const { caseId, by } = yes;
  const added = await tx.run`INSERT INTO case_authorizations (case_id, authorized_by)
    VALUES (${caseId}, ${by}) ON CONFLICT DO NOTHING`;
  if (added === 0) await tx.run`INSERT INTO authorizations_renewed (case_id, authorized_by) VALUES (${caseId}, ${by})`;
}
