import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { AccountWalk } from '../directory/account-walk.js';
import { Clock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { newId } from '../platform/ids/ids.js';
import { Policies } from '../policy/policies.js';
import { announce } from '../recovery-case/case-events.js';

export const REHEARSAL_STATES = ['running', 'finished', 'cancelled', 'policy_removed'] as const;
export type RehearsalState = (typeof REHEARSAL_STATES)[number];

/** One run over the directory. */
export interface Rehearsal {
  id: string;
  policyId: string;
  policyVersion: number;
  state: RehearsalState;
  /** Whether it is past the names' index and looks at accounts. */
  indexed: boolean;
  done: number;
  /** Accounts there were when it started; later ones are looked at too. */
  total: number;
  startedBy: string;
  startedAt: Date;
  updatedAt: Date;
  endedAt: Date | null;
}

/** Runs of one profile that are kept, the newest; older ones go when another is started. */
const KEPT = 5;

/** When it makes sense to ask for another run while one is under way: a small directory is done by then. */
const LOOK_AGAIN_SECONDS = 10;

/** Starts, shows and ends rehearsals; `RehearsalWalk` does the work. */
@Injectable()
export class Rehearsals {
  constructor(
    private readonly policies: Policies,
    private readonly accounts: AccountWalk,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a run of the profile as it stands. One at a time per profile.
   * @throws Problem not_found, request_in_progress
   */
  async start(tx: Transaction, { policyId, actor }: { policyId: string; actor: Actor }): Promise<Rehearsal> {
    const policy = await this.policies.find(tx, policyId);
    if (!policy) throw new Problem('not_found');
    const id = newId('reh', this.clock.now());
    const started = await tx.maybeOne<Rehearsal>`
      INSERT INTO rehearsals (id, policy_id, policy_version, total, started_by)
      VALUES (${id}, ${policyId}, ${policy.version}, ${await this.accounts.count(tx)}, ${actor.id})
      ON CONFLICT (policy_id) WHERE state = 'running' DO NOTHING RETURNING *`;
    if (!started) throw new Problem('request_in_progress', { retryAfterSeconds: LOOK_AGAIN_SECONDS });
    await tx.run`DELETE FROM rehearsals WHERE policy_id = ${policyId} AND state <> 'running' AND id NOT IN (
      SELECT id FROM rehearsals WHERE policy_id = ${policyId} ORDER BY id DESC LIMIT ${KEPT})`;
    await announce(tx, 'rehearsal.due', { payload: { rehearsalId: id } });
    const data = { rehearsalId: id, version: policy.version };
    await appendAudit(tx, { chainId: `policy:${policyId}`, type: 'rehearsal.started', actor, data });
    return started;
  }

  /** @throws Problem not_found */
  async require(tx: Transaction, id: string): Promise<Rehearsal> {
    const rehearsal = await tx.maybeOne<Rehearsal>`SELECT * FROM rehearsals WHERE id = ${id}`;
    if (!rehearsal) throw new Problem('not_found');
    return rehearsal;
  }

  /** Runs of one profile, newest first, one more than the limit where there is one. @throws Problem not_found */
  async ofPolicy(
    tx: Transaction,
    { policyId, limit, cursor = null }: { policyId: string; limit: number; cursor?: string | null },
  ): Promise<Rehearsal[]> {
    // A profile that was removed keeps its runs.
    if (!(await tx.maybeOne`SELECT 1 FROM policies WHERE id = ${policyId}`)) throw new Problem('not_found');
    return tx.many<Rehearsal>`
      SELECT * FROM rehearsals WHERE policy_id = ${policyId} AND (${cursor}::text IS NULL OR id < ${cursor})
      ORDER BY id DESC LIMIT ${limit + 1}`;
  }

  /** Ends a run where it stands; what it found so far stays. @throws Problem not_found, wrong_state */
  async cancel(tx: Transaction, { id, actor }: { id: string; actor: Actor }): Promise<Rehearsal> {
    await this.require(tx, id);
    const ended = await endRehearsal(tx, { id, state: 'cancelled', actor });
    if (!ended) throw new Problem('wrong_state');
    return ended;
  }
}

/** The one way a run ends: guarded, with its audit row. Undefined when it had ended already. */
export async function endRehearsal(
  tx: Transaction,
  { id, state, actor }: { id: string; state: Exclude<RehearsalState, 'running'>; actor: Actor },
): Promise<Rehearsal | undefined> {
  const ended = await tx.maybeOne<Rehearsal>`
    UPDATE rehearsals SET state = ${state}, ended_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE id = ${id} AND state = 'running' RETURNING *`;
  if (!ended) return undefined;
  const data = { rehearsalId: id, state, done: ended.done };
  await appendAudit(tx, { chainId: `policy:${ended.policyId}`, type: 'rehearsal.ended', actor, data });
  return ended;
}
