import { AuditVerifier } from '../../../src/audit-trail/verification.js';
import type { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { TRANSITIONS } from '../../../src/recovery-case/case-transitions.js';
import { isStep } from '../../model/reference-model.js';

interface Trail {
  id: string;
  state: string;
  version: number;
  closed: boolean;
  /** States after each audited change, oldest first. */
  path: string[];
  /** Times a document was chosen: a change of the row that is no change of state. */
  chosen: number;
  /** Times another wait for the partner was written down. */
  waits: number;
  /** Changes whose event is in no outbox row. */
  unannounced: string[];
}

const CHANGES = Object.values(TRANSITIONS);
const CLOSED = ['completed', 'denied', 'expired', 'cancelled'];

/**
 * I4 and I6: every change of a case is one audit row and one announced event, in the order the contract knows, and the
 * chain is whole.
 */
export async function brokenTrail(database: Database, ring: KeyRing): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<Trail>`
      WITH change (audit, event) AS (SELECT * FROM unnest(${CHANGES.map(({ audit }) => audit)}::text[], ${CHANGES.map(({ event }) => event)}::text[])),
        changed AS MATERIALIZED (SELECT DISTINCT a.chain_id, a.seq, a.data->>'state' AS state, ch.event FROM audit_events a JOIN change ch ON ch.audit = a.type
          -- A browser that comes back into a flow is written down under the same word, without a change.
          WHERE a.data->>'state' IS NOT NULL),
        paths AS (SELECT chain_id, array_agg(state ORDER BY seq) AS path FROM (SELECT DISTINCT chain_id, seq, state FROM changed) step GROUP BY chain_id),
        told AS (SELECT payload->>'caseId' AS chain_id, event, count(*) AS times FROM outbox GROUP BY 1, 2),
        silent AS (SELECT h.chain_id, array_agg(h.event ORDER BY h.event) AS events
          FROM (SELECT chain_id, event, count(*) AS times FROM changed GROUP BY 1, 2) h LEFT JOIN told USING (chain_id, event)
          WHERE h.times > COALESCE(told.times, 0) GROUP BY 1),
        others AS (SELECT chain_id, max(data->>'state') FILTER (WHERE type = 'case.opened') AS opened,
            count(*) FILTER (WHERE type = 'document.chosen')::int AS chosen, count(*) FILTER (WHERE type = 'case.waiting_for_provider')::int AS waits
          FROM audit_events WHERE type IN ('case.opened', 'document.chosen', 'case.waiting_for_provider') GROUP BY 1)
      SELECT c.id, c.state, c.version, c.closed_at IS NOT NULL AS closed, others.opened || COALESCE(paths.path, '{}') AS path,
        COALESCE(others.chosen, 0) AS chosen, COALESCE(others.waits, 0) AS waits, COALESCE(silent.events, '{}') AS unannounced
      FROM recovery_cases c LEFT JOIN paths ON paths.chain_id = c.id LEFT JOIN silent ON silent.chain_id = c.id LEFT JOIN others ON others.chain_id = c.id
      ORDER BY c.id`,
  );
  const { intact, firstFault } = await new AuditVerifier(database, ring).verify();
  return [...rows.flatMap(brokenIn), ...(intact ? [] : [`I4: the audit trail: ${JSON.stringify(firstFault)}`])];
}

function brokenIn(row: Trail): string[] {
  const audited = row.path.length + row.chosen;
  // A wait that goes on is written into the row without a change of state; nothing else may be.
  const whole = row.waits > 0 ? row.version >= audited : row.version === audited;
  const rules: [boolean, string][] = [
    [whole, `I4: ${row.version - 1} changes, ${audited - 1} audit rows`],
    [row.unannounced.length === 0, `I4: not announced: ${row.unannounced.join(', ')}`],
    [row.path.at(-1) === row.state, `I4: the last audit row says ${row.path.at(-1)}, the case ${row.state}`],
    [row.closed === CLOSED.includes(row.state), `I6: closed is ${row.closed} in ${row.state}`],
    [!row.path.slice(0, -1).some((state) => CLOSED.includes(state)), `I6: left a closed state: ${row.path.join(' ')}`],
    [
      row.path.slice(1).every((state, index) => isStep(row.path[index] ?? '', state)),
      `I6: outside the table: ${row.path.join(' ')}`,
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, text]) => `${row.id}: ${text}`);
}
