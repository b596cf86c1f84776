import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Principal } from '../platform/http/request-context.js';
import { Logger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';

/** One chain for all of them, so that a person who looks at one sees the others. */
export const STAFF_CHAIN = 'staff';

/**
 * What another colleague should look at: much work in little time (`openings`, `steps` in cases, `decisions`, `pictures`), a
 * reviewer who approves everything (`approvals`), a reviewer who keeps approving what one colleague opened (`pair`).
 */
export type StaffAlarm = 'openings' | 'steps' | 'decisions' | 'pictures' | 'approvals' | 'pair';

export interface RaisedAlarm {
  alarm: StaffAlarm;
  actor: Principal;
  /** How many there were, of what the alarm counts. */
  count: number;
  /** The colleague of a `pair`. */
  colleague?: string;
}

/** Says of a colleague what another colleague should look at. It stops nobody: budgets do (T50). */
@Injectable()
export class StaffAlarms {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /**
   * In the caller's transaction, unless one of at least that many was raised about this person lately: one after the other,
   * so that of two at once one knows. The audit trail names the person; the log and the metric do not.
   */
  async raiseOnce(
    tx: Transaction,
    raised: RaisedAlarm,
    unless: { withinSeconds: number; atLeast: number },
  ): Promise<void> {
    const { alarm, actor, count, colleague } = raised;
    tx.send`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.staffAlarm})`;
    const known = await tx.maybeOne`SELECT 1 FROM audit_events
      WHERE chain_id = ${STAFF_CHAIN} AND type = 'staff.alarm' AND actor_kind = ${actor.kind} AND actor_id = ${actor.id}
        AND data->>'alarm' = ${alarm} AND (data->>'colleague') IS NOT DISTINCT FROM ${colleague ?? null} AND (data->>'count')::int >= ${unless.atLeast}
        AND occurred_at > clock_timestamp() - make_interval(secs => ${unless.withinSeconds}) LIMIT 1`;
    if (known) return;
    const data = { alarm, count, ...(colleague === undefined ? {} : { colleague }) };
    await appendAudit(tx, { chainId: STAFF_CHAIN, type: 'staff.alarm', actor, data });
    tx.onCommit(() => {
      this.metrics.staffAlarms.inc({ alarm });
      this.logger.warn('staff_alarm', { alarm, count });
    });
  }
}
