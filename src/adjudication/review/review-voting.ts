import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import { type Answering, asItIs } from '../../platform/idempotency/answering.js';
import { Policies } from '../../policy/policies.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { StaffBudgets } from '../../staff-access/staff-budgets.js';
import { Adjudication, CaseMovedOnError, type CaseStep, type Ruling } from '../adjudication.js';
import type { ApprovalStep, Finding } from '../decision.js';
import { Decisions, deciderOf } from '../decisions.js';
import { bucketForRetry, wordsForRetry } from '../review-reasons.js';
import { ReviewVotes } from '../review-votes.js';
import { orUnreadable } from '../unreadable-facts.js';
import { ReviewAccess } from './review-access.js';
import { ReviewWatch } from './review-watch.js';
import type { ReviewDecisionBody, ReviewResult } from './review.schemas.js';

const NOT_SETTLEABLE =
  'A check that failed, was not run, or is not open to review cannot be settled by a reviewer. Deny, or send the person back.';
const UNREADABLE =
  'What this case rests on cannot be opened: a record was altered, or a key is gone. Deny, or send the person back.';
const NO_ATTEMPTS_LEFT =
  'The policy sets how many there are, and no reviewer adds one. Approve where that is possible, or deny: the person can then begin a new recovery, within the limit of tries at their account.';

export interface CastVoteRequest<Answer> {
  reviewer: Principal;
  body: ReviewDecisionBody;
  answer?: Answering<ReviewResult, Answer>;
}

interface CastVote {
  recoveryCase: RecoveryCase;
  reviewer: Principal;
  body: ReviewDecisionBody;
}

/** Takes reviewers' votes, and decides the case once enough of them agree. */
@Injectable()
export class ReviewVoting {
  constructor(
    private readonly database: Database,
    private readonly access: ReviewAccess,
    private readonly adjudication: Adjudication,
    private readonly decisions: Decisions,
    private readonly votes: ReviewVotes,
    private readonly policies: Policies,
    private readonly budgets: StaffBudgets,
    private readonly watch: ReviewWatch,
  ) {}

  /**
   * One vote of one person (rule 5). `deny` and `retry` settle the case at once; `approve` when enough different people
   * have said it, and never while what it rests on cannot be read. The case's row is locked first, so racing votes are
   * counted one after the other.
   * @throws Problem not_found, wrong_state, attempts_used, separation_of_duties, already_decided, too_many_requests
   */
  async vote<Answer = ReviewResult>(caseId: string, given: CastVoteRequest<Answer>): Promise<NoInfer<Answer>> {
    const { reviewer, body, answer = asItIs } = given;
    await this.budgets.spend('decisions', reviewer);
    try {
      return await this.database.transaction(async (tx) => {
        const recoveryCase = await this.access.lockForVote(tx, caseId, reviewer);
        const { attempt } = recoveryCase;
        const ruling = await this.ruled(tx, { recoveryCase, reviewer, body });
        const by = { reviewer: reviewer.id, accounts: reviewer.accounts };
        const deviceTold = ruling?.decision.device === 'unaskable';
        const added = await this.votes.add(tx, { caseId, attempt, ...by, ...body, deviceTold });
        if (!added) throw new Problem('already_decided');
        // The reason code stays with the vote: the timeline is open to the help desk.
        const data = { attempt, outcome: body.outcome };
        await appendAudit(tx, { chainId: caseId, type: 'review.voted', actor: reviewer, data });
        await this.watch.look(tx, { caseId, reviewer });
        return answer(tx, await this.count(tx, { recoveryCase, reviewer, body }, ruling));
      });
    } catch (error) {
      if (error instanceof CaseMovedOnError) throw new Problem('wrong_state', { cause: error });
      throw error;
    }
  }

  private async count(tx: Transaction, vote: CastVote, ruling: Ruling | undefined): Promise<ReviewResult> {
    const { recoveryCase, body } = vote;
    const { id: caseId } = recoveryCase;
    const reviewersNeeded = ruling?.decision.reviewersNeeded ?? 1;
    if (body.outcome === 'approve' && !ruling?.decision.approvableByReview) {
      throw new Problem('wrong_state', { detail: NOT_SETTLEABLE });
    }
    if (body.outcome === 'retry' && (await this.policies.attemptsLeft(tx, recoveryCase)) === 0) {
      throw new Problem('attempts_used', { detail: NO_ATTEMPTS_LEFT });
    }
    const approvals = await this.votes.approvals(tx, recoveryCase, ruling?.decision.device);
    const waits = body.outcome === 'approve' && approvals < reviewersNeeded;
    const state = waits ? recoveryCase.state : (await this.settle(tx, vote, ruling)).state;
    return { caseId, state, outcome: body.outcome, approvals, reviewersNeeded };
  }

  /** Nothing where the facts cannot be read: to refuse, or to begin anew, nobody needs them (F8). @throws Problem wrong_state */
  private async ruled(tx: Transaction, { recoveryCase, body }: CastVote): Promise<Ruling | undefined> {
    const ruling = await orUnreadable(() => this.adjudication.rule(tx, recoveryCase));
    if (ruling !== 'unreadable') return ruling;
    if (body.outcome === 'approve') throw new Problem('wrong_state', { detail: UNREADABLE });
    return undefined;
  }

  private async settle(tx: Transaction, vote: CastVote, ruling: Ruling | undefined): Promise<RecoveryCase> {
    const { recoveryCase, reviewer, body } = vote;
    const told = body.outcome === 'retry' ? wordsForRetry(body.reasonCode) : [];
    const approved = body.outcome === 'approve' && ruling;
    const afterApproval = approved
      ? await this.adjudication.approvalAgain(tx, recoveryCase, approved.decision)
      : undefined;
    const step = stepFor(body, { afterApproval, actor: reviewer });
    const explained = (ruling?.decision.findings ?? []).filter((finding) => finding.result !== 'told');
    const findings: Finding[] = [
      ...explained,
      ...(told.length > 0
        ? [{ about: 'applicant', result: 'told', reasonCodes: told, method: 'reviewer' } as const]
        : []),
    ];
    const policy = ruling?.policy ?? { id: recoveryCase.policyId, version: recoveryCase.policyVersion };
    const recorded = await this.decisions.record(tx, {
      recoveryCase,
      actor: reviewer,
      decidedBy: deciderOf(reviewer),
      verdict: step.verdict,
      bucket: step.bucket,
      findings,
      basis: ruling,
      reportId: ruling?.reportId,
      policy,
    });
    if (!recorded) throw new Error('a vote that settles a case left no decision');
    return this.adjudication.apply(tx, recoveryCase, step);
  }
}

function stepFor(
  { outcome, reasonCode }: ReviewDecisionBody,
  at: { afterApproval: ApprovalStep | undefined; actor: Principal },
): CaseStep {
  const { actor, afterApproval } = at;
  if (outcome === 'deny')
    return { name: 'deny', actor, verdict: 'deny', bucket: 'not_confirmed', reason: 'not_confirmed' };
  if (outcome === 'retry') {
    const bucket = bucketForRetry(reasonCode);
    return { name: 'retry', actor, verdict: 'retry', bucket, reason: 'capture_to_be_repeated' };
  }
  // An approval without a ruling was refused before.
  if (!afterApproval) throw new Problem('wrong_state', { detail: NOT_SETTLEABLE });
  return { ...afterApproval, actor, verdict: 'approve', bucket: 'confirmed' };
}
