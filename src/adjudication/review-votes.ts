import { Injectable } from '@nestjs/common';
import { isOwnAccount, type NamedStaff } from '../directory/own-account.js';
import { Subjects } from '../directory/subjects.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { DeviceProof } from './device/device-proof.js';
import { INVOLVING } from './involvement.js';
import type { ReviewReason } from './review-reasons.js';

export const REVIEW_OUTCOMES = ['approve', 'deny', 'retry'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

export interface ReviewVote {
  caseId: string;
  attempt: number;
  reviewer: string;
  /** What else the reviewer is called: compared with the account whenever the votes are counted. */
  accounts?: readonly string[];
  outcome: ReviewOutcome;
  reasonCode: ReviewReason;
  note?: string;
  /** They were told that nobody is left to ask whose device it was. */
  deviceTold?: boolean;
}

interface Voter {
  caseId: string;
  attempt: number;
  reviewer: string;
  accountsSealed: Buffer | null;
  deviceTold: boolean;
  mac: Buffer | null;
}

const accountsUse = ({ attempt, reviewer }: Pick<Voter, 'attempt' | 'reviewer'>): string =>
  `reviewer-accounts:${attempt}:${reviewer}`;

/** Stores the votes of reviewers: append-only, one per person and attempt. */
@Injectable()
export class ReviewVotes {
  constructor(
    private readonly keys: CaseKeys,
    private readonly subjects: Subjects,
  ) {}

  /** False when this reviewer has voted in this attempt before. A note may hold anything, so it is sealed; so are names. */
  async add(tx: Transaction, vote: ReviewVote): Promise<boolean> {
    const { caseId, attempt, reviewer, accounts, outcome, reasonCode, note, deviceTold = false } = vote;
    const seal = async (plain: string | undefined, use: string): Promise<Buffer | null> =>
      plain === undefined ? null : this.keys.seal(tx, caseId, { plain, use });
    const noted = await seal(note, `review-note:${attempt}:${reviewer}`);
    const named = await seal(accounts && JSON.stringify(accounts), accountsUse(vote));
    const mac = rowMac(tx.ring, 'review_votes', [caseId, attempt, reviewer, outcome, deviceTold]);
    const added = await tx.run`
      INSERT INTO review_votes (case_id, attempt, reviewer, accounts_sealed, outcome, reason_code, note_sealed, device_told, mac)
      VALUES (${caseId}, ${attempt}, ${reviewer}, ${named}, ${outcome}, ${reasonCode}, ${noted}, ${deviceTold}, ${mac})
      ON CONFLICT (case_id, attempt, reviewer) DO NOTHING`;
    return added === 1;
  }

  /**
   * How many different people said yes to this attempt and still have nothing else to do with the case: a vote cannot be taken
   * back. A person who opened the case, helped it on since or turns out to be its subject is not independent (T49). None of an
   * account that cannot be opened: nobody can tell whether one of them is its subject. No vote that somebody else than the
   * service has written. Where nobody is left to ask whose device it was, only those who were told so: a browser may have
   * strayed, or stayed away, after an earlier yes (T33).
   */
  async approvals(
    tx: Transaction,
    { id, attempt, openedBy, subjectId }: Pick<RecoveryCase, 'id' | 'attempt' | 'openedBy' | 'subjectId'>,
    device?: DeviceProof,
  ): Promise<number> {
    const deviceOpen = device === 'unaskable';
    const voters =
      await tx.many<Voter>`SELECT v.case_id, v.attempt, v.reviewer, v.accounts_sealed, v.device_told, v.mac FROM review_votes v
      WHERE v.case_id = ${id} AND v.attempt = ${attempt} AND v.outcome = 'approve' AND v.reviewer <> ${openedBy}
        AND (v.device_told OR NOT ${deviceOpen}::boolean) AND (v.mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))
        AND NOT EXISTS (SELECT FROM audit_events e WHERE e.chain_id = v.case_id AND e.actor_kind = 'person'
          AND e.actor_id = v.reviewer AND e.type = ANY(${INVOLVING}))`;
    if (voters.length === 0) return 0;
    const account = await this.subjects.findIfReadable(tx, subjectId);
    if (!account) return 0;
    let approvals = 0;
    for (const voter of voters) {
      const values = [id, attempt, voter.reviewer, 'approve', voter.deviceTold] as const;
      if (!isSignedRow(tx.ring, { table: 'review_votes', values, mac: voter.mac })) continue;
      const staff = await this.called(tx, voter);
      if (staff && !isOwnAccount(account, staff)) approvals += 1;
    }
    return approvals;
  }

  /** Undefined when what a reviewer was called was altered: of them nobody can tell whose account it is. */
  private async called(tx: Transaction, voter: Voter): Promise<NamedStaff | undefined> {
    const { caseId, reviewer: id, accountsSealed: sealed } = voter;
    if (sealed === null) return { id };
    try {
      const text = Buffer.from(await this.keys.open(tx, caseId, { sealed, use: accountsUse(voter) })).toString('utf8');
      return { id, accounts: JSON.parse(text) as string[] };
    } catch (error) {
      if (error instanceof SealBrokenError) return undefined;
      throw error;
    }
  }

  async hasVoted(tx: Transaction, at: { caseId: string; attempt: number; reviewer: string }): Promise<boolean> {
    const row = await tx.maybeOne`SELECT 1 FROM review_votes
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} AND reviewer = ${at.reviewer}`;
    return row !== undefined;
  }
}
