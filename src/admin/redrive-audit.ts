import { appendAudit } from '../audit-trail/append.js';
import type { Database } from '../platform/database/database.js';
import type { Redriven } from '../platform/queue/redrive.js';

const QUEUE_CHAIN = 'queues';

/** Notes who puts which dead letters back, before it is done: whoever holds the operators' token, or whoever may run commands. */
export async function auditRedrive(
  database: Database,
  by: 'operators_port' | 'command',
  redriven: readonly Redriven[],
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { queue, jobIds } of redriven) {
      await appendAudit(tx, {
        chainId: QUEUE_CHAIN,
        type: 'queue.redriven',
        actor: { kind: 'system', id: by },
        data: { queue, jobIds },
      });
      // They begin anew: the sweeper forgets how often they died.
      await tx.run`DELETE FROM dead_letters WHERE queue = ${queue} AND job_id = ANY(${jobIds})`;
    }
  });
}
