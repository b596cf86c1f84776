import type { Database } from '../../platform/database/database.js';
import { EvaluationTally, type EvaluatedDecision, type EvaluationFigures } from './evaluation-tally.js';

/** Decisions in one read. */
const GROUP = 500;

/**
 * What production would have done with the evaluation cases of a profile, from the facts that were kept. The rules' own
 * decision of each attempt counts, once; what reviewers made of an open one does not.
 */
export async function evaluationOf(database: Database, policyId: string): Promise<EvaluationFigures> {
  const tally = new EvaluationTally();
  let after = '';
  for (;;) {
    const group = await database.read(
      (tx) => tx.many<EvaluatedDecision & { id: string }>`
        SELECT d.id, d.case_id, d.facts, EXTRACT(EPOCH FROM d.decided_at - c.created_at)::float8 AS seconds
        FROM decisions d JOIN recovery_cases c ON c.id = d.case_id
        WHERE c.mode = 'evaluation' AND c.policy_id = ${policyId} AND d.decided_by = 'policy' AND d.id > ${after}
        ORDER BY d.id LIMIT ${GROUP}`,
    );
    const last = group.at(-1);
    if (!last) return tally.figures();
    for (const decision of group) tally.add(decision);
    after = last.id;
  }
}
