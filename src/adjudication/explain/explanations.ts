import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Finding } from '../decision.js';
import { shownReason } from '../review-reasons.js';
import { replay, type RecordedDecision, type Replay } from './explain.js';
import { wordsFor } from './reason-words.js';

/** One decision with its reasons in words, what people said to it, and what taking it again gives. */
export interface Explanation extends Omit<RecordedDecision, 'sealed' | 'findings'> {
  findings: (Finding & { words: string })[];
  votes: { reviewer: string; outcome: string; reasonCode: string; votedAt: Date }[];
  replay: Replay;
}

/** Decisions are read in groups of this many, so that a long history needs little memory. */
const GROUP = 500;

/** Why cases were decided as they were: for auditors, without personal data. */
@Injectable()
export class Explanations {
  /** Every decision of a case, oldest first; undefined when there is no such case. */
  async ofCase(tx: Transaction, caseId: string): Promise<Explanation[] | undefined> {
    if (!(await tx.maybeOne`SELECT 1 FROM recovery_cases WHERE id = ${caseId}`)) return undefined;
    const votes = await tx.many<Explanation['votes'][number] & { attempt: number }>`
      SELECT attempt, reviewer, outcome, reason_code, voted_at FROM review_votes v WHERE case_id = ${caseId}
        AND EXISTS (SELECT FROM audit_events e
        WHERE e.chain_id = v.case_id AND e.type = 'review.voted' AND e.actor_kind = 'person' AND e.actor_id = v.reviewer
          AND e.data->>'attempt' = v.attempt::text AND e.data->>'outcome' = v.outcome)
      ORDER BY voted_at, reviewer`;
    const decisions = await recorded(tx, { caseId, after: '', limit: GROUP });
    return decisions.map(({ sealed, findings, ...decision }) => ({
      ...decision,
      findings: findings.map((finding) => ({ ...finding, words: wordsFor(finding) })),
      votes: votes
        .filter(({ attempt, votedAt }) => attempt === decision.attempt && votedAt <= decision.decidedAt)
        .map(({ reviewer, outcome, reasonCode, votedAt }) => ({
          reviewer,
          outcome,
          reasonCode: shownReason(reasonCode),
          votedAt,
        })),
      replay: replay({ ...decision, findings, sealed }),
    }));
  }

  /** Takes up to 500 decisions again, in order of their ids, after the one given. */
  async replayAfter(tx: Transaction, after: string): Promise<{ decisionId: string; caseId: string; replay: Replay }[]> {
    const group = await recorded(tx, { caseId: null, after, limit: GROUP });
    return group.map((decision) => ({
      decisionId: decision.decisionId,
      caseId: decision.caseId,
      replay: replay(decision),
    }));
  }
}

async function recorded(
  tx: Transaction,
  which: { caseId: string | null; after: string; limit: number },
): Promise<RecordedDecision[]> {
  const rows = await tx.many<RecordedDecision>`
    SELECT d.id AS decision_id, d.case_id, d.attempt, d.verdict, d.bucket, d.findings, d.facts, d.consequences, d.decided_by, d.decided_at,
      d.policy_id || '@' || d.policy_version AS decided_under,
      (SELECT count(DISTINCT v.reviewer)::int FROM review_votes v
        WHERE v.case_id = d.case_id AND v.attempt = d.attempt AND v.outcome = 'approve'
          AND EXISTS (SELECT FROM audit_events e
          WHERE e.chain_id = v.case_id AND e.type = 'review.voted' AND e.actor_kind = 'person' AND e.actor_id = v.reviewer
            AND e.data->>'attempt' = v.attempt::text AND e.data->>'outcome' = v.outcome)) AS approvals,
      EXISTS (SELECT 1 FROM audit_events e WHERE e.chain_id = d.case_id AND e.type = 'decision.made' AND e.data->>'decisionId' = d.id
        AND e.data->>'verdict' = d.verdict AND e.data->>'bucket' = d.bucket AND e.data->>'decidedBy' = d.decided_by
        AND (e.data->>'attempt')::int = d.attempt AND e.data->>'decidedUnder' = d.policy_id || '@' || d.policy_version
        AND e.data->>'findingsSha256' = encode(sha256(convert_to(d.findings::text, 'UTF8')), 'hex')
        AND e.data->>'factsSha256' IS NOT DISTINCT FROM encode(sha256(convert_to(d.facts::text, 'UTF8')), 'hex')
        AND e.data->>'consequencesSha256' IS NOT DISTINCT FROM encode(sha256(convert_to(d.consequences::text, 'UTF8')), 'hex')) AS sealed
    FROM decisions d
    WHERE (${which.caseId}::text IS NULL OR d.case_id = ${which.caseId}) AND d.id > ${which.after}
    ORDER BY d.id LIMIT ${which.limit}`;
  return rows;
}
