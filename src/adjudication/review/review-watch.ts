import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Principal } from '../../platform/http/request-context.js';
import { StaffAlarms } from '../../staff-access/staff-alarms.js';

/** Approvals in a row, without one refusal, that no queue of open questions brings about by itself. */
const LONGEST_RUN = 20;
/** Approvals by one reviewer of cases that one colleague opened, within a day. */
const MOST_OF_A_PAIR = 10;
const SINCE_YESTERDAY = { withinSeconds: 86_400, atLeast: 0 };

interface Figures {
  run: number;
  ofPair: number;
  openedBy: string;
}

/** Looks at who approves what: a reviewer who was won over, or tricked, shows in that everything passes (T50). */
@Injectable()
export class ReviewWatch {
  constructor(private readonly alarms: StaffAlarms) {}

  /** To be called in the transaction of a vote, after it. */
  async look(tx: Transaction, vote: { caseId: string; reviewer: Principal }): Promise<void> {
    const { reviewer: actor } = vote;
    const { run, ofPair, openedBy } = await this.figures(tx, vote);
    if (run >= LONGEST_RUN) await this.alarms.raiseOnce(tx, { alarm: 'approvals', actor, count: run }, SINCE_YESTERDAY);
    if (ofPair >= MOST_OF_A_PAIR)
      await this.alarms.raiseOnce(tx, { alarm: 'pair', actor, count: ofPair, colleague: openedBy }, SINCE_YESTERDAY);
  }

  private async figures(tx: Transaction, vote: { caseId: string; reviewer: Principal }): Promise<Figures> {
    return tx.one<Figures>`
      WITH own AS (SELECT v.outcome, v.voted_at, c.opened_by, c.opened_by_kind FROM review_votes v JOIN recovery_cases c ON c.id = v.case_id
          WHERE v.reviewer = ${vote.reviewer.id} AND v.voted_at > clock_timestamp() - interval '7 days'),
        began AS (SELECT COALESCE(max(voted_at) FILTER (WHERE outcome <> 'approve'), '-infinity'::timestamptz) AS at FROM own),
        this AS (SELECT opened_by, opened_by_kind FROM recovery_cases WHERE id = ${vote.caseId})
      SELECT this.opened_by, count(*) FILTER (WHERE own.voted_at > began.at)::int AS run,
        count(*) FILTER (WHERE own.outcome = 'approve' AND own.voted_at > clock_timestamp() - interval '1 day'
          AND own.opened_by = this.opened_by AND this.opened_by_kind = 'person')::int AS of_pair
      FROM this LEFT JOIN own ON true CROSS JOIN began GROUP BY this.opened_by`;
  }
}
