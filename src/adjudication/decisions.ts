import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Principal } from '../platform/http/request-context.js';
import { newId } from '../platform/ids/ids.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import type { StateReason } from '../recovery-case/case-states.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { consequencesOf, type Decision, type Finding, type Verdict } from './decision.js';
import type { SettledFacts } from './facts.js';
import type { Bucket } from './reasons.js';
import { attackSuspected } from './settled-check.js';

/**
 * Who stands behind a decision: the rules; a hold's end; an answer at the device; why it was taken again (from the second time
 * with a number); or somebody, whose name at the issuer may be any of these words and so never stands alone.
 */
export type Decider = 'policy' | 'hold' | 'confirmation' | DecidedAgain | `${Principal['kind']}:${string}`;
type DecidedAgain = StateReason | `${StateReason}#${number}`;

export const deciderOf = ({ kind, id }: Principal): Decider => `${kind}:${id}`;

export interface DecisionRecord {
  recoveryCase: Pick<RecoveryCase, 'id' | 'attempt' | 'policyId' | 'policyVersion'>;
  actor: Actor;
  /** One decision of each per attempt. */
  decidedBy: Decider;
  verdict: Verdict;
  bucket: Bucket;
  findings: readonly Finding[];
  /** What it rests on, and what the rules make of it; missing where no provider had reported. */
  basis?: { facts: SettledFacts; decision: Decision };
  reportId?: string;
  policy: { id: string; version: number };
}

export interface StoredDecision {
  attempt: number;
  verdict: Verdict;
  bucket: Bucket;
  findings: Finding[];
  decidedBy: string;
  decidedAt: Date;
}

/** An approval; `facts` is null for those written before facts were kept. */
export interface ApprovalRecord {
  decidedBy: string;
  decidedAt: Date;
  /** Profile and version. */
  decidedUnder: string;
  facts: SettledFacts | null;
  /** When the provider's report came; null by codes alone. */
  reportedAt: Date | null;
  /** How many different people said yes in its attempt. */
  approvals: number;
}

/** Records decisions and their reasons: append-only, without personal data. */
@Injectable()
export class Decisions {
  constructor(
    private readonly clock: Clock,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Writes a decision and its audit row. A second one by the same in one attempt changes nothing: false. The case's
   * timeline is open to the help desk, so the audit row names the decision and fixes its findings, facts and consequences
   * by hashes; what they say stays with reviewers and auditors (T75). That an attack was suspected is told to the security team.
   */
  async record(tx: Transaction, record: DecisionRecord): Promise<boolean> {
    const { recoveryCase, verdict, bucket, findings, policy, basis } = record;
    const { id: caseId, attempt, policyId, policyVersion } = recoveryCase;
    const id = newId('dec', this.clock.now());
    const facts = basis ? JSON.stringify(basis.facts) : null;
    const consequences = basis ? JSON.stringify(consequencesOf(basis.decision)) : null;
    const added = await tx.maybeOne<Record<'findingsSha256' | 'factsSha256' | 'consequencesSha256', string | null>>`
      INSERT INTO decisions (id, case_id, attempt, report_id, verdict, bucket, findings, facts, consequences, policy_id, policy_version, decided_by)
      VALUES (${id}, ${caseId}, ${attempt}, ${record.reportId ?? null}, ${verdict}, ${bucket},
        ${JSON.stringify(findings)}, ${facts}, ${consequences}, ${policy.id}, ${policy.version}, ${record.decidedBy})
      ON CONFLICT (case_id, attempt, decided_by) DO NOTHING
      RETURNING encode(sha256(convert_to(findings::text, 'UTF8')), 'hex') AS findings_sha256,
        encode(sha256(convert_to(facts::text, 'UTF8')), 'hex') AS facts_sha256,
        encode(sha256(convert_to(consequences::text, 'UTF8')), 'hex') AS consequences_sha256`;
    if (!added) return false;
    const started = `${policyId}@${policyVersion}`;
    const data = {
      decisionId: id,
      attempt,
      verdict,
      bucket,
      decidedBy: record.decidedBy,
      startedUnder: started,
      decidedUnder: `${policy.id}@${policy.version}`,
    };
    const hashes = Object.fromEntries(Object.entries(added).filter(([, hash]) => hash !== null));
    await appendAudit(tx, {
      chainId: caseId,
      type: 'decision.made',
      actor: record.actor,
      data: { ...data, ...hashes },
    });
    // Once for what was looked at: people, holds and later attempts see the same again.
    if (record.decidedBy === 'policy' && findings.some((found) => found.about !== 'report' && attackSuspected(found)))
      tx.onCommit(() => this.securityEvents.report('attack_suspected', { caseId }));
    return true;
  }

  /** How a decision that is taken again is signed: by its reason, and by a number from the second time on. */
  async nameOf(tx: Transaction, at: { caseId: string; attempt: number }, reason: StateReason): Promise<Decider> {
    const { before } = await tx.one<{ before: number }>`SELECT count(*)::int AS before FROM decisions
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} AND (decided_by = ${reason} OR decided_by LIKE ${`${reason}#%`})`;
    return before === 0 ? reason : `${reason}#${before + 1}`;
  }

  /** The latest decision of an attempt, by rules or people. */
  async latest(tx: Transaction, at: { caseId: string; attempt: number }): Promise<StoredDecision | undefined> {
    return tx.maybeOne<StoredDecision>`
      SELECT attempt, verdict, bucket, findings, decided_by, decided_at FROM decisions
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} ORDER BY decided_at DESC, id DESC LIMIT 1`;
  }

  /**
   * What the attempt's approval rests on, the latest when there are several. Of votes those that the trail speaks of: it stays
   * when the key of their MACs is gone.
   */
  async approval(tx: Transaction, at: { caseId: string; attempt: number }): Promise<ApprovalRecord | undefined> {
    return tx.maybeOne<ApprovalRecord>`
      SELECT decided_by, decided_at, policy_id || '@' || policy_version AS decided_under, facts,
        (SELECT r.received_at FROM verification_reports r WHERE r.id = decisions.report_id) AS reported_at,
        (SELECT count(DISTINCT v.reviewer)::int FROM review_votes v
          WHERE v.case_id = decisions.case_id AND v.attempt = decisions.attempt AND v.outcome = 'approve'
            AND EXISTS (SELECT FROM audit_events e
              WHERE e.chain_id = v.case_id AND e.type = 'review.voted' AND e.actor_kind = 'person' AND e.actor_id = v.reviewer
                AND e.data->>'attempt' = v.attempt::text AND e.data->>'outcome' = v.outcome)) AS approvals
      FROM decisions
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} AND verdict = 'approve' ORDER BY decided_at DESC, id DESC LIMIT 1`;
  }

  /**
   * Codes that the person's page may show about the attempt before the current one: capture reasons and neutral
   * buckets, never why the person was not believed. Empty unless that attempt ended in `retry`.
   */
  async reasonsForPerson(tx: Transaction, at: { caseId: string; attempt: number }): Promise<string[]> {
    const decision = await this.latest(tx, { caseId: at.caseId, attempt: at.attempt - 1 });
    return decision?.findings.find((finding) => finding.result === 'told')?.reasonCodes ?? [];
  }
}
