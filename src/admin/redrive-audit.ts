import { appendAudit } from '../audit-trail/append.js';
import type { Database } from '../platform/database/database.js';
import type { Redriven } from '../platform/queue/redrive.js';

const QUEUE_CHAIN = 'queues';

/**
 * Records who redrives which dead letters, before it happens: the holder of the operators' token, or a person who may
 * run commands.
 */
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
