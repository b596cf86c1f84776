import type { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { brokenTrail } from './trail-invariants.js';
import { brokenByRows } from './row-invariants.js';
import { brokenOutside, type Outside } from './outside-invariants.js';

export { restlessness } from './restlessness.js';

export interface Observed extends Outside {
  database: Database;
  ring: KeyRing;
  /** Ids of cases some client was told about with a 2xx. */
  acceptedCases: readonly string[];
  /** Deliveries of partners that were answered 2xx. */
  acceptedDeliveries?: readonly string[];
}

/**
 * What must hold whatever was killed, cut or lost, looked up on a system at rest: in the database, and where effects can
 * be counted from outside – the mailbox, the partner, the object store, the logs. Each text begins with the number of the
 * invariant it says is broken:
 *
 * - I1 a token is spent once, a case has one live token and one passkey
 * - I2 an approval rests on a report of this case, attempt and partner, from before it
 * - I3 what was accepted ends, or waits for somebody
 * - I4 changes and audit rows are one to one, and the chain is whole
 * - I5 a delivery that was answered 2xx is stored and has one effect
 * - I6 nothing leaves a closed state
 * - I7 no secret and nothing of a person stands in logs, audit, outbox or queue
 * - I8 no picture outlives its case's key, and none lies about that no row knows
 * - I9 nobody is approved without a decision for it
 * - I10 starts and ends were told to every address, once by row
 * - I11 nothing is piled up: outbox, connections, jobs, memory and open files of the processes
 * - I12 an attempt has one session at a partner; others are on record and ended
 */
export async function brokenInvariants(observed: Observed): Promise<string[]> {
  const { database, ring, acceptedCases, acceptedDeliveries = [] } = observed;
  return [
    ...(await brokenTrail(database, ring)),
    ...(await brokenByRows(database)),
    ...(await missing(database, { acceptedCases, acceptedDeliveries })),
    ...(await brokenOutside(database, observed)),
  ];
}

/** What a client or a partner was promised and the database does not know. */
async function missing(
  database: Database,
  promised: { acceptedCases: readonly string[]; acceptedDeliveries: readonly string[] },
): Promise<string[]> {
  const { acceptedCases, acceptedDeliveries } = promised;
  const cases = await database.read(
    (tx) => tx.many<{ id: string }>`SELECT id FROM unnest(${acceptedCases}::text[]) AS promised(id)
      WHERE NOT EXISTS (SELECT 1 FROM recovery_cases c WHERE c.id = promised.id)`,
  );
  const deliveries = await database.read(
    (tx) => tx.many<{ id: string }>`SELECT id FROM unnest(${acceptedDeliveries}::text[]) AS promised(id)
      WHERE NOT EXISTS (SELECT 1 FROM webhook_inbox i WHERE i.delivery_id = promised.id)`,
  );
  return [
    ...cases.map(({ id }) => `I3: ${id} was answered 2xx and does not exist`),
    ...deliveries.map(({ id }) => `I5: delivery ${id} was answered 2xx and is not stored`),
  ];
}
