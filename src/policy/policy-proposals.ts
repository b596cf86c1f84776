import type { Transaction } from '../platform/database/transaction.js';
import { cutPage, type PageRead } from '../platform/http/lists.js';
import { PolicyDocument } from './policy.js';

/** A proposal nobody confirmed for so long is made again, by the colleague who still wants it. */
export const PROPOSAL_DAYS = 7;

export const PROPOSAL_KINDS = ['create', 'change', 'remove'] as const;
export const PROPOSAL_STATES = ['pending', 'approved', 'rejected', 'expired'] as const;

/** A change by which an account would get an easier recovery, as it waits for a second person, or waited (rule 10). */
export interface PolicyProposal {
  id: string;
  policyId: string;
  kind: (typeof PROPOSAL_KINDS)[number];
  /** The version it was written against; 0 for a profile that is not there yet. */
  baseVersion: number;
  /** Absent when the profile is to be removed. */
  document: PolicyDocument | null;
  weakened: string[];
  diff: string[];
  state: (typeof PROPOSAL_STATES)[number];
  proposedBy: string;
  proposedAt: Date;
  expiresAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
}

type NewProposal = Pick<
  PolicyProposal,
  'id' | 'policyId' | 'kind' | 'baseVersion' | 'document' | 'weakened' | 'diff' | 'proposedBy'
>;
type Row = Omit<PolicyProposal, 'document'> & { document: unknown };

/** Members are filled in like those of a stored version. @throws ZodError when altered by hand */
const toProposal = (row: Row): PolicyProposal => ({
  ...row,
  document: row.document === null ? null : PolicyDocument.parse(row.document),
});

/** It lapses after `PROPOSAL_DAYS` by the database's clock. */
export async function storeProposal(tx: Transaction, proposal: NewProposal): Promise<PolicyProposal> {
  const { id, policyId, kind, baseVersion, document, weakened, diff, proposedBy } = proposal;
  const row = await tx.one<Row>`
    INSERT INTO policy_changes (id, policy_id, kind, base_version, document, weakened, diff, proposed_by, expires_at)
    VALUES (${id}, ${policyId}, ${kind}, ${baseVersion}, ${document === null ? null : JSON.stringify(document)}, ${weakened}, ${diff}, ${proposedBy},
      clock_timestamp() + make_interval(days => ${PROPOSAL_DAYS})) RETURNING *`;
  return toProposal(row);
}

/** One whose time is over reads `expired`, though nobody wrote that down. @throws ZodError when altered by hand */
export async function findProposal(tx: Transaction, id: string): Promise<PolicyProposal | undefined> {
  const row = await tx.maybeOne<Row>`
    SELECT c.*, CASE WHEN c.state = 'pending' AND c.expires_at <= clock_timestamp() THEN 'expired' ELSE c.state END AS state
    FROM policy_changes c WHERE c.id = ${id}`;
  return row && toProposal(row);
}

/**
 * Answers a proposal once. Undefined if it was answered before, has lapsed, or would be approved by its author. It is
 * one guarded update, so that only one of two simultaneous answers counts (rule 1).
 */
export async function answerProposal(
  tx: Transaction,
  answer: { id: string; state: 'approved' | 'rejected'; decidedBy: string },
): Promise<PolicyProposal | undefined> {
  const { id, state, decidedBy } = answer;
  const row = await tx.maybeOne<Row>`
    UPDATE policy_changes SET state = ${state}, decided_by = ${decidedBy}, decided_at = clock_timestamp()
    WHERE id = ${id} AND state = 'pending' AND expires_at > clock_timestamp()
      AND (${state} = 'rejected' OR proposed_by <> ${decidedBy})
    RETURNING *`;
  return row && toProposal(row);
}

/** Newest first, of one profile when it is named. */
export async function proposalPage(
  tx: Transaction,
  query: { limit: number; cursor?: string | undefined; policyId?: string | undefined },
): Promise<PageRead<PolicyProposal>> {
  const { limit, cursor = null, policyId = null } = query;
  const rows = await tx.many<Row>`
    SELECT c.*, CASE WHEN c.state = 'pending' AND c.expires_at <= clock_timestamp() THEN 'expired' ELSE c.state END AS state
    FROM policy_changes c
    WHERE (${cursor}::text IS NULL OR c.id < ${cursor}) AND (${policyId}::text IS NULL OR c.policy_id = ${policyId})
    ORDER BY c.id DESC LIMIT ${limit + 1}`;
  return cutPage(rows.map(toProposal), { limit });
}
