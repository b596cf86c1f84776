import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import { AuditVerifier } from '../../src/audit-trail/verification.js';
import { isStep } from './reference-model.js';

interface CaseRow {
  id: string;
  state: string;
  version: number;
  closed: boolean;
  attempt: number;
  /** States after each audited change, oldest first. */
  path: string[];
  announced: number;
}

const CLOSED = ['completed', 'denied', 'expired', 'cancelled'];

/**
 * What must hold of every case whatever happened (docs/rules.md): I4, a change has one audit row and one event; I6, nothing
 * leaves a closed state; the path through the states is one the contract knows. Returns what does not hold.
 */
export async function brokenCaseInvariants(database: Database, ring: KeyRing): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<CaseRow>`
      SELECT c.id, c.state, c.version, c.closed_at IS NOT NULL AS closed, c.attempt,
        ARRAY(SELECT a.data->>'state' FROM audit_events a WHERE a.chain_id = c.id AND (a.type LIKE 'case.%' OR a.type = 'flow.resumed') ORDER BY a.seq) AS path,
        (SELECT count(*)::int FROM outbox o WHERE o.payload->>'caseId' = c.id AND o.event NOT IN ('case.opened', 'case.expiry_due', 'link.requested', 'case.erasure_due')) AS announced
      FROM recovery_cases c ORDER BY c.id`,
  );
  const broken = rows.flatMap(brokenIn);
  const { intact, firstFault } = await new AuditVerifier(database, ring).verify();
  if (!intact) broken.push(`the audit trail: ${JSON.stringify(firstFault)}`);
  return broken;
}

function brokenIn(row: CaseRow): string[] {
  const rules: [boolean, string][] = [
    [row.path.length === row.version, `I4: ${row.version - 1} changes, ${row.path.length - 1} audit rows`],
    [row.announced === row.version - 1, `I4: ${row.version - 1} changes, ${row.announced} events`],
    [row.path.at(-1) === row.state, `I4: the last audit row says ${row.path.at(-1)}, the case ${row.state}`],
    [row.closed === CLOSED.includes(row.state), `I6: closed is ${row.closed} in ${row.state}`],
    [!row.path.slice(0, -1).some((state) => CLOSED.includes(state)), `I6: left a closed state: ${row.path.join(' ')}`],
    [
      row.path.slice(1).every((state, index) => isStep(row.path[index] ?? '', state)),
      `outside the table: ${row.path.join(' ')}`,
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, text]) => `${row.id}: ${text}`);
}
