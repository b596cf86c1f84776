import type { Transaction } from '../../platform/database/transaction.js';
import {
  CODES,
  REHEARSAL_CODES,
  type FindingKind,
  type Fix,
  type Outcome,
  type RehearsalCode,
} from '../rehearsal-codes.js';
import type { Rehearsal } from '../rehearsals.js';

/** Accounts that are named in a report for each finding; the CSV has all of them. */
export const NAMED_ACCOUNTS = 100;

export interface Cause {
  code: RehearsalCode;
  kind: FindingKind;
  words: string;
  fix: Fix;
  accounts: number;
  /** The first of them; pseudonyms. */
  subjectIds: string[];
}

/** What a rehearsal found, so far while it runs: numbers, codes and pseudonyms. */
export interface RehearsalReport {
  rehearsal: Rehearsal;
  outcomes: { outcome: Outcome; accounts: number }[];
  /** In the order of the catalogue, without what was not found. */
  causes: Cause[];
  /** Findings that a genuine document would not agree, by what the name is written in. */
  refusals: { code: RehearsalCode; script: string; accounts: number }[];
  scripts: { script: string; accounts: number; recoverable: number }[];
  profiles: { policyId: string | null; name: string | null; accounts: number; recoverable: number }[];
  /** How many accounts share their name and birth date with so many others. */
  collisions: { sharedWith: number; accounts: number }[];
}

/** Counts what was stored. */
export async function readReport(tx: Transaction, rehearsal: Rehearsal): Promise<RehearsalReport> {
  const { id } = rehearsal;
  const found = await tx.many<{ code: RehearsalCode; accounts: number; subjectIds: string[] }>`
    SELECT code, count(*)::int AS accounts, (array_agg(subject_id ORDER BY subject_id))[1:${NAMED_ACCOUNTS}::int] AS subject_ids
    FROM rehearsal_subjects, unnest(codes) AS code WHERE rehearsal_id = ${id} GROUP BY code`;
  const refused = REHEARSAL_CODES.filter((code) => CODES[code].kind === 'refusal');
  return {
    rehearsal,
    outcomes: await tx.many`SELECT outcome, count(*)::int AS accounts FROM rehearsal_subjects
      WHERE rehearsal_id = ${id} GROUP BY outcome ORDER BY accounts DESC, outcome`,
    causes: REHEARSAL_CODES.flatMap((code) =>
      found.filter((row) => row.code === code).map((row) => ({ ...row, ...CODES[code] })),
    ),
    refusals:
      await tx.many`SELECT code, script, count(*)::int AS accounts FROM rehearsal_subjects, unnest(codes) AS code
      WHERE rehearsal_id = ${id} AND code = ANY(${refused}) GROUP BY code, script ORDER BY accounts DESC, code, script`,
    scripts:
      await tx.many`SELECT script, count(*)::int AS accounts, count(*) FILTER (WHERE outcome = 'recoverable')::int AS recoverable
      FROM rehearsal_subjects WHERE rehearsal_id = ${id} GROUP BY script ORDER BY accounts DESC, script`,
    profiles: await tx.many`SELECT r.policy_id, v.document->>'name' AS name, count(*)::int AS accounts,
        count(*) FILTER (WHERE outcome = 'recoverable')::int AS recoverable
      FROM rehearsal_subjects r LEFT JOIN policies p ON p.id = r.policy_id
        LEFT JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.version
      WHERE rehearsal_id = ${id} GROUP BY r.policy_id, name ORDER BY accounts DESC, r.policy_id`,
    collisions: await tx.many`SELECT shared_with, count(*)::int AS accounts FROM rehearsal_subjects
      WHERE rehearsal_id = ${id} AND shared_with > 0 GROUP BY shared_with ORDER BY shared_with`,
  };
}
