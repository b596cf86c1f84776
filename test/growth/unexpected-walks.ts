import type pg from 'pg';
import { SMALL_TABLES } from './grown-database.js';
import { type PlanNode, walksOf } from './plan-walks.js';

/** Partial indexes that hold only what is in hand: they are walked from end to end, and do not grow with the years. */
const IN_HAND = new Set([
  'recovery_cases_by_state',
  'recovery_cases_by_expiry',
  'outbox_unpublished',
  'outbox_refused',
  'webhook_inbox_unsettled',
  'notices_unsent',
  'verification_sessions_one_living',
  'verification_sessions_due',
  'surplus_sessions_due',
  'case_keys_not_shredded',
  'recovery_cases_one_live_per_subject',
  'recovery_links_one_live_per_case',
  'recovery_tokens_one_live_per_case',
  'verification_sessions_late',
]);
/** Tables whose rows are deleted when they have been seen to, or that a person writes by hand. */
const NEVER_MANY = new Set([...SMALL_TABLES, 'recovery_requests', 'legal_holds']);

/** Statements that are meant to read from end to end, or newest first until a page is full, each with its reason. */
const WALKS: Record<string, string> = {
  'src/adjudication/accounts/account-index.ts subjects_by_account_index_and_id':
    'the first mark, then from mark to mark',
  'src/adjudication/accounts/account-index.ts subjects': 'an operator has unreadable accounts tried again, by hand',
  'src/audit-trail/seal-heads.ts audit_heads': 'a worker that starts looks at every chain, once',
  'src/audit-trail/seal-heads.ts audit_checkpoint_heads': 'the same',
  'src/audit-trail/verification.ts audit_heads': 'verifies the whole trail',
  'src/audit-trail/verification.ts audit_events': 'the same',
  'src/audit-trail/verification.ts audit_checkpoint_heads': 'the same',
  'src/audit-trail/mac-rule.ts audit_checkpoint_heads': 'the same',
  'src/audit-trail/unrecorded.ts': 'the same, and what lets somebody in',
  'src/audit-trail/unsigned.ts': 'the same',
  'src/audit-trail/requested-verification.ts audit_events':
    'an auditor asks for the whole trail; looks whether it has 250,000 rows',
  'src/restore/restore-reconciliation.ts': 'ends all there is, once, while nobody works',
  'src/directory/account-walk.ts subjects': 'a rehearsal looks at every account',
  'src/directory/account-walk.ts proofing_records': 'the same',
  'src/directory/account-walk.ts saved_recovery_codes': 'the same',
};

/** What procedures do: a `CALL` itself has no plan. */
const IN_PROCEDURES: Readonly<Record<string, string>> = {
  keep_answer: `UPDATE idempotency_keys SET status = $4, response_sealed = $5
    WHERE principal_digest = $1 AND key_digest = $2 AND created_at = $3 AND status IS NULL`,
};

function plannedOf(text: string): string {
  const procedure = /^\s*CALL (\w+)/.exec(text)?.[1];
  if (procedure === undefined) return text;
  const planned = IN_PROCEDURES[procedure];
  if (planned === undefined) throw new Error(`nobody says what ${procedure} does`);
  return planned;
}

/** The plan that each connection keeps. */
export async function planOf(client: pg.Client, text: string): Promise<PlanNode> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${plannedOf(text)}`,
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (!plan) throw new Error('there is no plan');
  return plan;
}

/** What a statement walks, as the planner of this connection sees it, and is not allowed to. */
export async function unexpectedWalks(
  client: pg.Client,
  { place, text }: { place: string; text: string },
): Promise<string[]> {
  const file = place.replace(/:\d+$/, '');
  return walksOf(await planOf(client, text))
    .filter(({ table, index }) => !NEVER_MANY.has(table) && !(index !== undefined && IN_HAND.has(index)))
    .filter(({ table, index }) => ![file, `${file} ${table}`, `${file} ${index}`].some((name) => name in WALKS))
    .map(({ table, index }) => `${place} ${table}${index === undefined ? '' : ` by all of ${index}`}`);
}
