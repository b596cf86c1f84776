import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '../audit-trail/append.js';
import { SYSTEM, type Actor } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { announce } from '../recovery-case/case-events.js';
import type { StateReason } from '../recovery-case/case-states.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { endGivenCode } from '../recovery-codes/saved-codes.js';
import { KnownDocuments } from './accounts/known-documents.js';
import { ifWhatIsAwaitedCame } from './awaited-facts.js';
import { CaseFactsReader } from './case-facts.js';
import { contradicted } from './contradictions.js';
import { circumstanceFinding, decide } from './decide.js';
import type { ApprovalStep, Decision, Finding, Verdict } from './decision.js';
import { Decisions } from './decisions.js';
import { DeviceConfirmations } from './device/device-confirmations.js';
import { deviceSettled } from './device/device-proof.js';
import { heldStep, type HeldCase } from './device/held-step.js';
import type { SettledFacts } from './facts.js';
import { Holds, ON_ITS_WAY_SECONDS } from './holds.js';
import type { Bucket } from './reasons.js';
import { ReviewVotes } from './review-votes.js';
import { settleFacts } from './settled-facts.js';

/** A decision with where its facts came from. */
export interface Ruling {
  decision: Decision;
  /** What it rests on. */
  facts: SettledFacts;
  /** Absent where the case goes by codes alone. */
  reportId?: string;
  policy: { id: string; version: number };
}

/** How a case moves on, by rules or by reviewers. */
export interface CaseStep {
  name: 'approve' | 'hold' | 'confirm' | 'retry' | 'refer' | 'deny' | 'finish_evaluation';
  actor: Actor;
  verdict: Verdict;
  bucket: Bucket;
  reason?: StateReason;
  holdSeconds?: number;
  /** Codes and ids for the audit row of the change. */
  audit?: AuditEntry['data'];
}

/** The case ran out of time or moved inside the same transaction: roll back, somebody else's change stands. */
export class CaseMovedOnError extends Error {
  constructor() {
    super('the case has moved on');
    this.name = 'CaseMovedOnError';
  }
}

/** Another account's case was approved with the same document at the same time: its turn was first (T64). */
class DocumentTakenError extends CaseMovedOnError {}

/** Decides cases (stage 4): applies the pure policy to what is stored, once per attempt, and again when time has passed. */
@Injectable()
export class Adjudication {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly reader: CaseFactsReader,
    private readonly decisions: Decisions,
    private readonly votes: ReviewVotes,
    private readonly confirmations: DeviceConfirmations,
    private readonly documents: KnownDocuments,
    private readonly holds: Holds,
  ) {}

  /**
   * Decides an attempt, and again when what its decision stood on is gone. Does nothing when the case is elsewhere or in
   * another attempt: safe to run twice.
   */
  async decide(at: { caseId: string; attempt: number }): Promise<void> {
    await this.unlessMoved(async (tx) => {
      const recoveryCase = await this.undecided(tx, at);
      if (!recoveryCase) return;
      const ruling = await this.rule(tx, recoveryCase);
      if (!ruling) throw new Error('a case is adjudicated without a report and without codes');
      const { decision, facts, reportId, policy } = ruling;
      const again = recoveryCase.stateReason;
      const stands = again !== null && (await this.stillGood(tx, recoveryCase, ruling.decision));
      const { verdict, bucket } = stands ? ({ verdict: 'approve', bucket: 'confirmed' } as const) : decision;
      const decidedBy = again === null ? 'policy' : await this.decisions.nameOf(tx, at, again);
      const made = { decidedBy, verdict, bucket, findings: decision.findings, basis: ruling };
      await this.decisions.record(tx, { recoveryCase, actor: SYSTEM, ...made, reportId, policy });
      // By codes alone no document is shown now: what was found of an earlier one was told when it was.
      if (facts.route !== 'codes')
        await this.documents.alarmIfShared(tx, { recoveryCase, findings: decision.findings });
      const next = stands ? await this.approvalAgain(tx, recoveryCase, decision) : decision.next;
      await this.apply(tx, recoveryCase, { ...next, actor: SYSTEM, verdict, bucket });
    });
  }

  /**
   * Locks the case if it waits for its decision. That includes a case that was left to a reviewer because its decision
   * kept failing: its job was put back (src/sweeper/exhausted-work.ts). It goes back to `adjudicating` first, with the
   * reason `work_failed` if the attempt had been decided before.
   */
  private async undecided(tx: Transaction, at: { caseId: string; attempt: number }): Promise<RecoveryCase | undefined> {
    const recoveryCase = await this.cases.lock(tx, at.caseId);
    if (recoveryCase?.attempt !== at.attempt) return undefined;
    if (recoveryCase.state === 'adjudicating') return recoveryCase;
    if (recoveryCase.state !== 'in_review' || recoveryCase.stateReason !== 'work_failed') return undefined;
    const reason = (await this.decisions.latest(tx, at)) && recoveryCase.stateReason;
    return this.cases.transition(tx, { ...at, name: 'reconsider', onlyFrom: ['in_review'], reason, actor: SYSTEM });
  }

  /**
   * Looks again at a held case (device/held-step.ts): its time has passed, or the browser it waited for is back.
   * Approves only what today's strictest policy would still approve, and only with proof of the device or the answer of
   * an address on file. The case stays held while it is not known whether another account has the name, or while only a
   * second person is missing. It goes back to reviewers when only their votes are missing. Changes nothing if there is
   * nothing to do yet, or if the case is no longer held.
   */
  async releaseHold(caseId: string): Promise<void> {
    await this.unlessMoved(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, caseId);
      if (recoveryCase?.state !== 'held') return;
      const ruling = await this.rule(tx, recoveryCase);
      const step = heldStep(await this.heldCase(tx, recoveryCase, ruling));
      if (!step) return;
      if (step.name === 'reconsider') return this.reviewAgain(tx, recoveryCase, step.reason);
      const denied = step.name === 'deny';
      const outcome = denied
        ? ({ verdict: 'deny', bucket: 'not_confirmed' } as const)
        : ({ verdict: 'approve', bucket: 'confirmed' } as const);
      if (step.name !== 'hold') await this.recordRelease(tx, { recoveryCase, ruling, outcome });
      await this.apply(tx, recoveryCase, { ...step, actor: SYSTEM, ...outcome });
    });
  }

  /**
   * Whether an approved case may still have a token. Looks at its facts as they are now, under the stricter of today's
   * policy and the one it started under (rule 10). False if the account was disabled, its record changed or the policy
   * asks more; while it is not known whether another account has the name; and unless proof of the device or an address
   * on file vouches for it. A hold that the policy asks for counts from the approval, and has to be over.
   */
  async recheckBeforeToken(tx: Transaction, recoveryCase: RecoveryCase): Promise<boolean> {
    const ruling = await this.rule(tx, recoveryCase);
    if (!ruling || !deviceSettled(ruling.decision.device)) return false;
    if (!(await this.stillGood(tx, recoveryCase, ruling.decision))) return false;
    return this.holds.isServed(tx, recoveryCase, ruling.decision);
  }

  /**
   * What the policy says of the current attempt now, in a transaction; undefined when no provider has reported and no
   * codes were submitted.
   */
  async rule(tx: Transaction, recoveryCase: RecoveryCase): Promise<Ruling | undefined> {
    await this.reader.catchUp(tx);
    return this.look(tx, recoveryCase);
  }

  /** The same for a reader who only looks. Writes nothing; accounts that just changed make it stricter than it will be. */
  async look(tx: Transaction, recoveryCase: RecoveryCase): Promise<Ruling | undefined> {
    const read = await this.reader.read(tx, recoveryCase);
    if (!read) return undefined;
    const facts = settleFacts(read.facts);
    return { ...read, decision: decide(facts), facts };
  }

  /**
   * What stands against the person in a case on which nobody reported in time, for a reader who only looks: what came too
   * late.
   */
  async lookAtLate(tx: Transaction, recoveryCase: RecoveryCase): Promise<Finding[]> {
    const facts = await this.reader.unreported(tx, recoveryCase);
    return facts ? contradicted(settleFacts(facts)).map(circumstanceFinding) : [];
  }

  /**
   * Moves the case; a hold comes with its own end, and with a question when one is to be asked.
   * @throws CaseMovedOnError when nothing changed
   */
  async apply(tx: Transaction, recoveryCase: RecoveryCase, step: CaseStep): Promise<RecoveryCase> {
    const { name, actor, verdict, bucket, reason, holdSeconds, audit } = step;
    const set = { verdict, bucket, holdSeconds };
    const { id: caseId, attempt, state } = recoveryCase;
    const moved = await this.cases.transition(tx, {
      caseId,
      attempt,
      onlyFrom: [state],
      name,
      actor,
      reason,
      set,
      audit,
    });
    if (!moved) throw new CaseMovedOnError();
    if (name === 'approve' && !(await this.documents.keep(tx, recoveryCase))) throw new DocumentTakenError();
    if (name === 'approve') await endGivenCode(tx, recoveryCase);
    if (holdSeconds !== undefined)
      await announce(tx, 'case.hold_due', { payload: { caseId, attempt }, delaySeconds: holdSeconds });
    if (reason === 'waiting_for_confirmation') await this.confirmations.ask(tx, { caseId, attempt });
    return moved;
  }

  /**
   * What follows an approval, also one that is given again when the case is decided anew. A hold that an address was
   * told of is not served twice.
   */
  async approvalAgain(tx: Transaction, recoveryCase: RecoveryCase, decision: Decision): Promise<ApprovalStep> {
    const { afterApproval } = decision;
    if (afterApproval.name === 'approve' || afterApproval.reason !== 'hold_running') return afterApproval;
    const { leftSeconds: holdSeconds } = await this.holds.progressOf(tx, recoveryCase, decision);
    return holdSeconds > 0 ? { ...afterApproval, holdSeconds } : { name: 'approve' };
  }

  private async heldCase(tx: Transaction, recoveryCase: RecoveryCase, ruling: Ruling | undefined): Promise<HeldCase> {
    const awaited = ruling && ifWhatIsAwaitedCame(ruling.facts);
    const decisions = [ruling?.decision, awaited && decide(awaited)] as const;
    const [good, wouldBe] = [
      await this.stillGood(tx, recoveryCase, decisions[0]),
      await this.stillGood(tx, recoveryCase, decisions[1]),
    ];
    return {
      reason: recoveryCase.stateReason,
      ...(await holdIsOver(tx, recoveryCase.id)),
      good,
      awaited: wouldBe,
      votesMissing: !good && !wouldBe && decisions.some(leftToReviewers),
      decision: ruling?.decision,
      ...(await this.holds.progressOf(tx, recoveryCase, ruling?.decision)),
    };
  }

  /** By a decision of its own, which leaves it to them again; the votes it has stay. */
  private async reviewAgain(
    tx: Transaction,
    { id: caseId, attempt }: RecoveryCase,
    reason: StateReason,
  ): Promise<void> {
    const at = { caseId, attempt, name: 'reconsider', onlyFrom: ['held'], reason, actor: SYSTEM } as const;
    if (!(await this.cases.transition(tx, at))) throw new CaseMovedOnError();
  }

  private async recordRelease(
    tx: Transaction,
    release: { recoveryCase: RecoveryCase; ruling: Ruling | undefined; outcome: Pick<CaseStep, 'verdict' | 'bucket'> },
  ): Promise<void> {
    const { recoveryCase, ruling, outcome } = release;
    await this.decisions.record(tx, {
      recoveryCase,
      actor: SYSTEM,
      decidedBy: 'hold',
      ...outcome,
      findings: ruling?.decision.findings ?? [],
      basis: ruling,
      reportId: ruling?.reportId,
      policy: ruling?.policy ?? { id: recoveryCase.policyId, version: recoveryCase.policyVersion },
    });
  }

  /** Approved by the policy, or by as many reviewers as it asks for where it leaves it to them. */
  private async stillGood(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    decision: Decision | undefined,
  ): Promise<boolean> {
    if (!decision?.approvableByReview) return false;
    if (decision.verdict === 'approve') return true;
    return (await this.votes.approvals(tx, recoveryCase, decision.device)) >= decision.reviewersNeeded;
  }

  private async unlessMoved(work: (tx: Transaction) => Promise<void>): Promise<void> {
    try {
      await this.database.transaction(work).catch((error: unknown) => {
        // Decided again, and now the document is known from the other account.
        if (error instanceof DocumentTakenError) return this.database.transaction(work);
        throw error;
      });
    } catch (error) {
      if (!(error instanceof CaseMovedOnError)) throw error;
    }
  }
}

/** Nothing stands in the way that reviewers cannot settle. */
const leftToReviewers = (decision: Decision | undefined): boolean =>
  decision?.verdict === 'refer' && decision.approvableByReview;

async function holdIsOver(tx: Transaction, caseId: string): Promise<Pick<HeldCase, 'over' | 'longOver'>> {
  return tx.one<Pick<HeldCase, 'over' | 'longOver'>>`
    SELECT COALESCE(held_until <= now, false) AS over, COALESCE(held_until <= now - make_interval(secs => ${ON_ITS_WAY_SECONDS}), false) AS long_over
    FROM recovery_cases CROSS JOIN clock_timestamp() AS now WHERE id = ${caseId}`;
}
