import { Injectable } from '@nestjs/common';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { ReviewReason } from './review-reasons.js';

export const REVIEW_OUTCOMES = ['approve', 'deny', 'retry'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

export interface ReviewVote {
  caseId: string;
  attempt: number;
  reviewer: string;
  outcome: ReviewOutcome;
  reasonCode: ReviewReason;
  note?: string;
}

/** Votes of reviewers: append-only, one per person and attempt. */
@Injectable()
export class ReviewVotes {
  constructor(private readonly keys: CaseKeys) {}

  /** False when this reviewer has voted in this attempt before. A note may hold anything, so it is sealed. */
  async add(tx: Transaction, vote: ReviewVote): Promise<boolean> {
    const { caseId, attempt, reviewer, outcome, reasonCode, note } = vote;
    const sealed =
      note === undefined
        ? null
        : await this.keys.seal(tx, caseId, { plain: note, use: `review-note:${attempt}:${reviewer}` });
    const added = await tx.run`
      INSERT INTO review_votes (case_id, attempt, reviewer, outcome, reason_code, note_sealed)
      VALUES (${caseId}, ${attempt}, ${reviewer}, ${outcome}, ${reasonCode}, ${sealed})
      ON CONFLICT (case_id, attempt, reviewer) DO NOTHING`;
    return added === 1;
  }

  /** How many different people said yes to this attempt. */
  async approvals(tx: Transaction, at: { caseId: string; attempt: number }): Promise<number> {
    const { count } = await tx.one<{ count: number }>`SELECT count(DISTINCT reviewer)::int AS count FROM review_votes
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} AND outcome = 'approve'`;
    return count;
  }

  async hasVoted(tx: Transaction, at: { caseId: string; attempt: number; reviewer: string }): Promise<boolean> {
    const row = await tx.maybeOne`SELECT 1 FROM review_votes
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} AND reviewer = ${at.reviewer}`;
    return row !== undefined;
  }
}
