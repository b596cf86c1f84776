import { Injectable } from '@nestjs/common';
import { CHECK_KINDS } from '../../../providers/kit/index.js';
import { proofingSummary } from '../../directory/proofing-records.js';
import { EvidenceSlots } from '../../identity-evidence/evidence-slots.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { PageRead } from '../../platform/http/lists.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { Policies } from '../../policy/policies.js';
import { CaseViews, pageOfCases } from '../../recovery-request/case-view.js';
import type { CaseView } from '../../recovery-request/case.schemas.js';
import { Adjudication, type Ruling } from '../adjudication.js';
import { MATCHED_ATTRIBUTES, type Finding } from '../decision.js';
import { ReviewVotes } from '../review-votes.js';
import { EvidenceTickets } from './evidence-tickets.js';
import { ReviewAccess } from './review-access.js';
import { comparedViews } from '../explain/compared-words.js';
import { wordsFor } from '../explain/reason-words.js';
import { orUnreadable } from '../unreadable-facts.js';
import type { FindingView, ReviewQueueQuery, ReviewSummary, ReviewView } from './review.schemas.js';

interface Seen {
  ruling: Ruling | undefined;
  findings: readonly Finding[];
}

const NOTHING_SEEN: Seen = { ruling: undefined, findings: [] };

/**
 * What reviewers see: the queue of cases that wait for them, and one of these cases with its findings in words and the links to
 * its pictures. Votes are taken elsewhere (`ReviewVotes`).
 *
 * - No reviewer sees a case in which they are involved (`ReviewAccess`): it is not in their queue, and opening it is refused. A
 *   key reviews nothing, and sees the queue without names.
 * - A picture is a link for this one reviewer that ends soon; opening it is audited.
 * - A case whose facts cannot be opened is shown without findings, and nobody can approve it.
 */
@Injectable()
export class Reviews {
  constructor(
    private readonly database: Database,
    private readonly access: ReviewAccess,
    private readonly adjudication: Adjudication,
    private readonly votes: ReviewVotes,
    private readonly policies: Policies,
    private readonly views: CaseViews,
    private readonly slots: EvidenceSlots,
    private readonly tickets: EvidenceTickets,
  ) {}

  /**
   * Cases that wait for a reviewer, newest first: for a person those they may review, so that a page may be shorter than
   * asked for; for a key, which has no account and reviews nothing, all of them without a name.
   */
  async queue(query: ReviewQueueQuery, reader: Principal): Promise<PageRead<ReviewSummary>> {
    return this.database.read(async (tx) => {
      const { data: rows, next } = await pageOfCases(tx, { ...query, state: 'in_review' });
      const data: ReviewSummary[] = [];
      const uninvolved = await this.access.uninvolved(tx, rows, reader);
      const policies = await this.policies.strictestOfEach(
        tx,
        uninvolved.map(({ recoveryCase }) => recoveryCase),
      );
      for (const [index, { recoveryCase, subject }] of uninvolved.entries()) {
        const view = await this.views.of(tx, recoveryCase, { subject, policy: policies[index] });
        const approvals = await this.votes.approvals(tx, recoveryCase);
        data.push({ ...(reader.kind === 'person' ? view : nameless(view)), caseId: recoveryCase.id, approvals });
      }
      return { data, next };
    });
  }

  /**
   * One case with its explanation and links to its pictures; where what it rests on cannot be opened, without findings.
   * @throws Problem not_found, separation_of_duties
   */
  async one(caseId: string, reviewer: Principal): Promise<ReviewView> {
    return this.database.read(async (tx) => {
      const recoveryCase = await this.access.listed(tx, caseId, reviewer);
      const seen = await orUnreadable(() => this.seen(tx, recoveryCase));
      const { ruling, findings } = seen === 'unreadable' ? NOTHING_SEEN : seen;
      const at = { caseId, attempt: recoveryCase.attempt, reviewer: reviewer.id };
      const view = await this.views.of(tx, recoveryCase);
      return {
        caseId,
        case: view,
        explanation: seen === 'unreadable' ? 'unreadable' : 'given',
        ...grouped(findings),
        compared: comparedViews(ruling?.facts.report.compared),
        approvable: ruling?.decision.approvableByReview ?? false,
        reviewersNeeded: ruling?.decision.reviewersNeeded ?? 1,
        approvals: await this.votes.approvals(tx, recoveryCase, ruling?.decision.device),
        attemptsLeft: view.attemptsLeft,
        voted: await this.votes.hasVoted(tx, at),
        evidence: await this.evidence(tx, recoveryCase, reviewer),
      };
    });
  }

  private async seen(tx: Transaction, recoveryCase: RecoveryCase): Promise<Seen> {
    const ruling = await this.adjudication.look(tx, recoveryCase);
    const findings = ruling?.decision.findings ?? (await this.adjudication.lookAtLate(tx, recoveryCase));
    return { ruling, findings };
  }

  private async evidence(
    tx: Transaction,
    { id: caseId, attempt, subjectId }: RecoveryCase,
    reviewer: Principal,
  ): Promise<ReviewView['evidence']> {
    const slots = await this.slots.ofAttempt(tx, caseId, attempt);
    const pictures: Pick<ReviewView['evidence'][number], 'kind' | 'taken'>[] = slots
      .filter(({ objectKey }) => objectKey !== null)
      .map(({ kind, taken }) => ({ kind, taken }));
    const record = await proofingSummary(tx, subjectId);
    if (record?.hasPortrait) pictures.push({ kind: 'reference_portrait', taken: null });
    const found: ReviewView['evidence'] = [];
    for (const { kind, taken } of pictures) {
      const { url, expiresAt } = await this.tickets.issue(tx, { caseId, attempt, kind, reviewer: reviewer.id });
      const previewUrl = `/v1/reviews/${caseId}/evidence/${kind}/preview`;
      found.push({ kind, taken, previewUrl, url, expiresAt: expiresAt.toISOString() });
    }
    return found;
  }
}

const nameless = (view: CaseView): CaseView => ({ ...view, subject: { id: view.subject.id, displayName: '' } });

const MATCHED: readonly Finding['about'][] = MATCHED_ATTRIBUTES;
const KINDS: readonly Finding['about'][] = CHECK_KINDS;

function grouped(findings: readonly Finding[]): Pick<ReviewView, 'checks' | 'attributes' | 'circumstances'> {
  const only = (test: (finding: Finding) => boolean): FindingView[] =>
    findings.filter(test).map((finding) => ({ ...finding, words: wordsFor(finding) }));
  return {
    checks: only(({ about }) => KINDS.includes(about)),
    attributes: only(({ about }) => MATCHED.includes(about)),
    circumstances: only(({ result }) => result === 'objects'),
  };
}
