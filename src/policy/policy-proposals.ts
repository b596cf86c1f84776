import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
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
interface Row extends Omit<PolicyProposal, 'document'> {
  document: unknown;
  /** The document as the database spells it. */
  text: string | null;
  mac: Buffer | null;
  /** What has no MAC does not count (`rows_signed`). */
  required: boolean;
}

type Signed = Pick<Row, 'id' | 'policyId' | 'kind' | 'baseVersion' | 'text' | 'weakened' | 'proposedBy'>;
const signedValues = ({ id, policyId, kind, baseVersion, text, weakened, proposedBy }: Signed) =>
  [id, policyId, kind, baseVersion, text ?? '', weakened.join(','), proposedBy] as const;

/** Whether the service has stored it: nobody confirms what a colleague never wanted (T49). */
function isOurs(tx: Transaction, row: Row): boolean {
  if (row.mac === null) return !row.required;
  return isSignedRow(tx.ring, { table: 'policy_changes', values: signedValues(row), mac: row.mac });
}

/**
 * Members are filled in like those of a stored version. One that waits and is not the service's is like one that is not there;
 * on one that was answered nothing depends.
 * @throws ZodError when altered by hand
 */
function proposalOf(tx: Transaction, row: Row): PolicyProposal | undefined {
  if (row.decidedBy === null && !isOurs(tx, row)) return undefined;
  const { text: _text, mac: _mac, required: _required, document, ...rest } = row;
  return { ...rest, document: document === null ? null : PolicyDocument.parse(document) };
}

/** It lapses after `PROPOSAL_DAYS` by the database's clock. */
export async function storeProposal(tx: Transaction, proposal: NewProposal): Promise<PolicyProposal> {
  const { id, policyId, kind, baseVersion, document, weakened, diff, proposedBy } = proposal;
  const json = document === null ? null : JSON.stringify(document);
  const { text } = await tx.one<{ text: string | null }>`SELECT ${json}::jsonb::text AS text`;
  const mac = rowMac(tx.ring, 'policy_changes', signedValues({ ...proposal, text }));
  await tx.run`
    INSERT INTO policy_changes (id, policy_id, kind, base_version, document, weakened, diff, proposed_by, expires_at, mac)
    VALUES (${id}, ${policyId}, ${kind}, ${baseVersion}, ${json}, ${weakened}, ${diff}, ${proposedBy},
      clock_timestamp() + make_interval(days => ${PROPOSAL_DAYS}), ${mac})`;
  const stored = await findProposal(tx, id);
  if (!stored) throw new Error('a proposal was not stored');
  return stored;
}

/** One whose time is over reads `expired`, though nobody wrote that down. @throws ZodError when altered by hand */
export async function findProposal(tx: Transaction, id: string): Promise<PolicyProposal | undefined> {
  const row = await rowOf(tx, id);
  return row && proposalOf(tx, row);
}

const rowOf = (tx: Transaction, id: string): Promise<Row | undefined> => tx.maybeOne<Row>`
  SELECT c.*, c.document::text AS text, EXISTS (SELECT FROM rows_signed WHERE policies_since IS NOT NULL) AS required,
    CASE WHEN c.state = 'pending' AND c.expires_at <= clock_timestamp() THEN 'expired' ELSE c.state END AS state
  FROM policy_changes c WHERE c.id = ${id}`;

/**
 * Answers a proposal once. Undefined if it was answered before, has lapsed, would be approved by its author, or is not the
 * service's. It is one guarded update, so that only one of two simultaneous answers counts (rule 1).
 */
export async function answerProposal(
  tx: Transaction,
  answer: { id: string; state: 'approved' | 'rejected'; decidedBy: string },
): Promise<PolicyProposal | undefined> {
  const { id, state, decidedBy } = answer;
  // What is signed of it nobody changes.
  const row = await rowOf(tx, id);
  if (!row || !isOurs(tx, row)) return undefined;
  const answered = await tx.run`
    UPDATE policy_changes SET state = ${state}, decided_by = ${decidedBy}, decided_at = clock_timestamp()
    WHERE id = ${id} AND state = 'pending' AND expires_at > clock_timestamp()
      AND (${state} = 'rejected' OR proposed_by <> ${decidedBy})`;
  return answered === 1 ? findProposal(tx, id) : undefined;
}

/** Newest first, of one profile when it is named. */
export async function proposalPage(
  tx: Transaction,
  query: { limit: number; cursor?: string | undefined; policyId?: string | undefined },
): Promise<PageRead<PolicyProposal>> {
  const { limit, cursor = null, policyId = null } = query;
  const rows = await tx.many<Row>`
    SELECT c.*, c.document::text AS text, EXISTS (SELECT FROM rows_signed WHERE policies_since IS NOT NULL) AS required,
      CASE WHEN c.state = 'pending' AND c.expires_at <= clock_timestamp() THEN 'expired' ELSE c.state END AS state
    FROM policy_changes c
    WHERE (${cursor}::text IS NULL OR c.id < ${cursor}) AND (${policyId}::text IS NULL OR c.policy_id = ${policyId})
    ORDER BY c.id DESC LIMIT ${limit + 1}`;
  const { data, next } = cutPage(rows, { limit });
  return { data: data.flatMap((row) => proposalOf(tx, row) ?? []), next };
}
