import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
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
 * let it start for good; until there are enough a yes lapses after that time, and is given anew. A yes that somebody else than
 * the service has written is none (T49).
 */
export async function secondPeople(
  tx: Transaction,
  of: Pick<RecoveryCase, 'id' | 'openedBy' | 'openedByKind'>,
): Promise<SecondPeople> {
  const needed = secondPeopleNeeded(of);
  const yes = (await yesesOf(tx, of.id)).filter(({ by }) => by !== of.openedBy);
  const together = Math.max(0, ...yes.map((first) => peopleIn(yes.filter((other) => withinWindow(first, other)))));
  if (together >= needed) return { given: together, needed };
  const standing = yes.filter(({ lapsesAt, now }) => lapsesAt > now);
  const [earliest] = standing.map(({ lapsesAt }) => lapsesAt).sort((one, other) => one.getTime() - other.getTime());
  return { given: peopleIn(standing), needed, ...(earliest && { lapsesAt: earliest }) };
}

interface Yes {
  by: string;
  at: Date;
  lapsesAt: Date;
  now: Date;
}

const peopleIn = (yes: readonly Yes[]): number => new Set(yes.map(({ by }) => by)).size;
const withinWindow = (first: Yes, other: Yes): boolean => other.at >= first.at && other.at <= first.lapsesAt;

/** Every yes that the service has written (docs/adr/0023). */
async function yesesOf(tx: Transaction, caseId: string): Promise<Yes[]> {
  const rows = await tx.many<Yes & { nth: number | null; renewed: boolean; mac: Buffer | null }>`
    SELECT by, at, at + make_interval(mins => ${YES_MINUTES}) AS lapses_at, clock_timestamp() AS now, nth, renewed, mac FROM (
      SELECT authorized_by AS by, authorized_at AS at, NULL::integer AS nth, false AS renewed, mac FROM case_authorizations WHERE case_id = ${caseId}
      UNION ALL SELECT authorized_by, authorized_at, nth, true, mac FROM authorizations_renewed WHERE case_id = ${caseId}) AS yes
    WHERE mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed)`;
  return rows.filter(({ by, nth, renewed, mac }) =>
    renewed
      ? isSignedRow(tx.ring, { table: 'authorizations_renewed', values: [caseId, by, nth ?? 0], mac })
      : isSignedRow(tx.ring, { table: 'case_authorizations', values: [caseId, by], mac }),
  );
}

/** Whether somebody said yes and it counts still: not what somebody else wrote in their name. */
export async function saidYes(tx: Transaction, yes: { caseId: string; by: string }): Promise<boolean> {
  const given = await yesesOf(tx, yes.caseId);
  return given.some(({ by, lapsesAt, now }) => by === yes.by && lapsesAt > now);
}

/** Writes a yes down, or one that is given anew under the first number that is free. The caller holds the case's lock. */
export async function sayYes(tx: Transaction, yes: { caseId: string; by: string }): Promise<void> {
  const { caseId, by } = yes;
  const mac = rowMac(tx.ring, 'case_authorizations', [caseId, by]);
  const added = await tx.run`INSERT INTO case_authorizations (case_id, authorized_by, mac)
    VALUES (${caseId}, ${by}, ${mac}) ON CONFLICT DO NOTHING`;
  if (added > 0) return;
  const { nth } = await tx.one<{ nth: number }>`
    SELECT min(n)::int AS nth
    FROM generate_series(1, (SELECT count(*) + 1 FROM authorizations_renewed WHERE case_id = ${caseId} AND authorized_by = ${by})) AS n
    WHERE NOT EXISTS (SELECT FROM authorizations_renewed WHERE case_id = ${caseId} AND authorized_by = ${by} AND nth = n)`;
  const renewed = rowMac(tx.ring, 'authorizations_renewed', [caseId, by, nth]);
  await tx.run`INSERT INTO authorizations_renewed (case_id, authorized_by, nth, mac) VALUES (${caseId}, ${by}, ${nth}, ${renewed})`;
}
