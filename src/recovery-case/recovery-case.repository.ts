import { Injectable } from '@nestjs/common';
import { appendAudit, type AuditEntry } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { failpoint } from '../platform/failpoints/failpoints.js';
import type { FunnelStep } from '../platform/telemetry/flow-labels.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { announce } from './case-events.js';
import { isTerminal, type CaseState, type StateReason } from './case-states.js';
import { TRANSITIONS, type TransitionName } from './case-transitions.js';
import type { RecoveryCase } from './recovery-case.js';

export interface TransitionRequest {
  caseId: string;
  name: TransitionName;
  actor: Actor;
  reason?: StateReason;
  /** Only while the case is in this attempt: fences a worker that woke up too late (rule 2). */
  attempt?: number;
  /** Only from these of the table's states. */
  onlyFrom?: readonly CaseState[];
  set?: {
    provider?: string;
    verdict?: RecoveryCase['verdict'];
    bucket?: string;
    nextAttemptInSeconds?: number;
    holdSeconds?: number;
  };
  audit?: AuditEntry['data'];
  /** What else the same change did: it stands in the chain before the transition. */
  precededBy?: Promise<readonly AuditEntry[]>;
}

/** Transitions that are steps of the person's way; a recovery is decided as often as somebody or something decides. */
const FLOW_STEPS: Partial<Record<TransitionName, FunnelStep>> = {
  start: 'started',
  submit: 'submitted',
  submit_codes: 'submitted',
  approve: 'decided',
  deny: 'decided',
  retry: 'decided',
  complete: 'passkey_made',
};

/** What ends the wait of somebody who has sent everything. */
const ANSWERS = ['approve', 'hold', 'deny', 'retry', 'refer'] as const satisfies readonly TransitionName[];

/** How long a case lives after its hold has run out. */
const AFTER_HOLD_SECONDS = 86_400;

/** Reads cases, and changes them by the one guarded UPDATE of rule 1. */
@Injectable()
export class RecoveryCaseRepository {
  constructor(
    private readonly metrics: Metrics,
    private readonly securityEvents: SecurityEvents,
  ) {}

  async find(tx: Transaction, caseId: string): Promise<RecoveryCase | undefined> {
    return tx.maybeOne<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${caseId}`;
  }

  /** Locks the row until the transaction ends: for decisions that read other tables of the same case. */
  async lock(tx: Transaction, caseId: string): Promise<RecoveryCase | undefined> {
    return tx.maybeOne<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${caseId} FOR UPDATE`;
  }

  /** The same for a request that names the case. @throws Problem not_found */
  async lockOrNotFound(tx: Transaction, caseId: string): Promise<RecoveryCase> {
    const recoveryCase = await this.lock(tx, caseId);
    if (!recoveryCase) throw new Problem('not_found');
    return recoveryCase;
  }

  /** Locks the row and reads nothing of it: reading all of it is most of the cost. */
  async lockOnly(tx: Transaction, caseId: string): Promise<void> {
    await tx.run`SELECT 1 FROM recovery_cases WHERE id = ${caseId} FOR UPDATE`;
  }

  async findLiveOfSubject(tx: Transaction, subjectId: string): Promise<RecoveryCase | undefined> {
    return tx.maybeOne<RecoveryCase>`SELECT * FROM recovery_cases WHERE subject_id = ${subjectId} AND closed_at IS NULL`;
  }

  /**
   * One guarded UPDATE with its audit row and its outbox row, in the caller's transaction (rule 1). Undefined means that
   * nothing changed: the case is elsewhere, in another attempt, or out of time. `expire` alone ignores the deadline, and
   * needs it to have passed.
   */
  async transition(tx: Transaction, request: TransitionRequest): Promise<RecoveryCase | undefined> {
    const rule = TRANSITIONS[request.name];
    const from = rule.from.filter((state) => request.onlyFrom?.includes(state) ?? true);
    const set = request.set ?? {};
    // Nobody asks for it when the change itself fails.
    request.precededBy?.catch(() => undefined);
    await failpoint('transition.before', request.name);
    const row = await tx.maybeOne<RecoveryCase>`
      UPDATE recovery_cases SET
        state = ${rule.to},
        state_reason = ${request.reason ?? null},
        attempt = attempt + ${'nextAttempt' in rule ? 1 : 0},
        provider = COALESCE(${set.provider ?? null}, provider),
        verdict = COALESCE(${set.verdict ?? null}, verdict),
        bucket = COALESCE(${set.bucket ?? null}, bucket),
        next_attempt_at = clock_timestamp() + make_interval(secs => ${set.nextAttemptInSeconds ?? null}),
        held_until = COALESCE(clock_timestamp() + make_interval(secs => ${set.holdSeconds ?? null}), held_until),
        -- A hold must not eat the case's life: somebody who is released still needs time for the passkey.
        expires_at = GREATEST(expires_at,
          clock_timestamp() + make_interval(secs => ${set.holdSeconds === undefined ? null : set.holdSeconds + AFTER_HOLD_SECONDS})),
        closed_at = CASE WHEN ${isTerminal(rule.to)} THEN clock_timestamp() END,
        version = version + 1,
        updated_at = clock_timestamp()
      WHERE id = ${request.caseId}
        AND state = ANY(${from})
        AND (${request.attempt ?? null}::int IS NULL OR attempt = ${request.attempt ?? null}::int)
        AND (expires_at <= clock_timestamp()) = ${request.name === 'expire'}
      RETURNING *`;
    if (!row) return undefined;
    await this.record(tx, { request, row });
    await failpoint('transition.after', request.name);
    return row;
  }

  private async record(tx: Transaction, change: { request: TransitionRequest; row: RecoveryCase }): Promise<void> {
    const { request, row } = change;
    const rule = TRANSITIONS[request.name];
    await appendAudit(tx, ...((await request.precededBy) ?? []), {
      chainId: row.id,
      type: rule.audit,
      actor: request.actor,
      data: {
        ...request.audit,
        state: row.state,
        attempt: row.attempt,
        ...(request.reason ? { reason: request.reason } : {}),
      },
    });
    await announce(tx, rule.event, { payload: { caseId: row.id, attempt: row.attempt } });
    const step = FLOW_STEPS[request.name];
    await this.measureWait(tx, change);
    tx.onCommit(() => {
      this.metrics.transitions.inc({ transition: request.name });
      if (step) this.metrics.flowSteps.inc({ step });
      if (request.reason === 'stopped_by_applicant') this.metrics.flowEvents.inc({ event: 'stopped' });
      if (request.reason === 'repudiated') this.tellOfRepudiation(row.id);
    });
  }

  /** The first answer to what was sent; a later one, e.g. a reviewer's, is not what somebody sat before the page for. */
  private async measureWait(tx: Transaction, change: { request: TransitionRequest; row: RecoveryCase }): Promise<void> {
    const answer = ANSWERS.find((name) => name === change.request.name);
    if (!answer) return;
    const [sent, answers] = [
      [TRANSITIONS.submit.audit, TRANSITIONS.submit_codes.audit],
      ANSWERS.map((name) => TRANSITIONS[name].audit),
    ];
    const events = await tx.many<{ type: string; seconds: number }>`
      SELECT type, extract(epoch FROM clock_timestamp() - occurred_at)::float8 AS seconds FROM audit_events
      WHERE chain_id = ${change.row.id} AND type = ANY(${[...sent, ...answers]}) ORDER BY seq DESC LIMIT 2`;
    // The latest is this answer itself.
    const before = events[1];
    if (before && sent.some((type) => type === before.type))
      tx.onCommit(() => this.metrics.answerWait.observe({ answer }, before.seconds));
  }

  /** "I did not ask for this" means that somebody else did. The page says that the security team knows. */
  private tellOfRepudiation(caseId: string): void {
    this.securityEvents.report('recovery_repudiated', { caseId });
  }
}
