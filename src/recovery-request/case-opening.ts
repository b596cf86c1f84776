import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import type { Subject } from '../directory/subject.js';
import { Clock } from '../platform/clock/clock.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId, newReference } from '../platform/ids/ids.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { isPrivileged, type Policy } from '../policy/policy.js';
import { announceAll } from '../recovery-case/case-events.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

export interface OpeningRequest {
  subject: Subject;
  policy: Policy;
  opener: { kind: RecoveryCase['openedByKind']; id: string };
  channel: RecoveryCase['channel'];
  reason?: string;
  ticketRef?: string;
}

/** What the agents' words are sealed for. */
const REASON = 'reason';

/** Creates a case: its row, its data key, its first audit event and what follows from it, in the caller's transaction. */
@Injectable()
export class CaseOpening {
  constructor(
    private readonly clock: Clock,
    private readonly keys: CaseKeys,
    private readonly metrics: Metrics,
  ) {}

  /** Undefined when the account already has a living case: the database allows one (T9). */
  async open(tx: Transaction, request: OpeningRequest): Promise<RecoveryCase | undefined> {
    const { subject, policy, opener, channel } = request;
    const { limits, mode, authorization } = policy.document;
    const waits = isPrivileged(policy.document, subject) && authorization.privilegedNeedsSecondPerson;
    const id = newId('rc', this.clock.now());
    const key = this.keys.make(id);
    const reasonSealed =
      request.reason === undefined
        ? null
        : key.seal({ plain: JSON.stringify({ opened: request.reason }), use: REASON });
    // Its reference is the first of those drawn that no case has.
    const row = await tx.maybeOne<RecoveryCase>`
      INSERT INTO recovery_cases (id, reference, subject_id, mode, state, state_reason, attempts_allowed, opened_by,
        opened_by_kind, channel, ticket_ref, policy_id, policy_version, reason_sealed, expires_at)
      VALUES (${id}, (SELECT drawn FROM unnest(${this.references()}::text[]) WITH ORDINALITY AS r (drawn, at)
          WHERE NOT EXISTS (SELECT FROM recovery_cases c WHERE c.reference = r.drawn) ORDER BY at LIMIT 1),
        ${subject.id}, ${mode}, ${waits ? 'awaiting_authorization' : 'link_sent'}, ${waits ? 'waiting_for_second_person' : null}, ${limits.attempts},
        ${opener.id}, ${opener.kind}, ${channel}, ${request.ticketRef ?? null}, ${policy.id}, ${policy.version},
        ${reasonSealed}, clock_timestamp() + make_interval(secs => ${limits.caseTtlSeconds}))
      ON CONFLICT (subject_id) WHERE closed_at IS NULL DO NOTHING RETURNING *`;
    if (!row) return undefined;
    key.store(tx);
    await appendAudit(tx, {
      chainId: id,
      type: 'case.opened',
      actor: actorOf(opener),
      data: {
        state: row.state,
        channel,
        mode,
        policyId: policy.id,
        policyVersion: policy.version,
      },
    });
    const payload = { caseId: id, attempt: 1 };
    await announceAll(tx, [
      { event: 'case.opened', payload },
      { event: 'case.expiry_due', payload, delaySeconds: limits.caseTtlSeconds },
      ...(waits || channel === 'relay' ? [] : [{ event: 'link.requested', payload } as const]),
    ]);
    tx.onCommit(() => this.metrics.flowSteps.inc({ step: 'opened' }));
    return row;
  }

  /** More than one: among a million cases one opening in 700 draws what another case has. */
  protected references(): string[] {
    return [newReference(), newReference(), newReference()];
  }
}

/** Adds why an agent stopped a case to why it was opened, sealed under the case's key: free text may hold anything. */
export async function keepCancelReason(
  tx: Transaction,
  entry: { keys: CaseKeys; caseId: string; text: string },
): Promise<void> {
  const { keys, caseId, text } = entry;
  const row = await tx.one<{
    reasonSealed: Buffer | null;
  }>`SELECT reason_sealed FROM recovery_cases WHERE id = ${caseId} FOR UPDATE`;
  const known = row.reasonSealed
    ? (JSON.parse((await keys.open(tx, caseId, { sealed: row.reasonSealed, use: REASON })).toString('utf8')) as object)
    : {};
  const sealed = await keys.seal(tx, caseId, { plain: JSON.stringify({ ...known, cancelled: text }), use: REASON });
  await tx.run`UPDATE recovery_cases SET reason_sealed = ${sealed} WHERE id = ${caseId}`;
}

export function actorOf(opener: OpeningRequest['opener']): Actor {
  return opener.kind === 'self_service'
    ? { kind: 'applicant', id: 'self_service' }
    : { kind: opener.kind, id: opener.id };
}
