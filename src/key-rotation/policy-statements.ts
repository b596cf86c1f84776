import type pg from 'pg';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { rowFault, rowMac } from '../platform/crypto/row-macs.js';

/** That a version of a policy is the service's, or that the policy was removed; with everything that is to sign it. */
interface PolicyStatement {
  policyId: string;
  version: number;
  removal: boolean;
  values: string[];
  /** Oldest first. */
  macs: (Buffer | null)[];
  /** The trail says that it happened. */
  recorded: boolean;
}

const VERSIONS = `
  SELECT v.policy_id AS "policyId", v.version, false AS removal, ARRAY[v.policy_id, v.version::text, v.created_by, v.document::text] AS values,
    ARRAY(SELECT m.mac FROM regain.policy_macs m WHERE m.policy_id = v.policy_id AND m.version = v.version AND NOT m.removal ORDER BY m.nth) AS macs,
    EXISTS (SELECT FROM regain.audit_events e WHERE e.chain_id = 'policy:' || v.policy_id
      AND e.type IN ('policy.created', 'policy.changed') AND e.data->>'version' = v.version::text) AS recorded
  FROM regain.policy_versions v ORDER BY v.policy_id, v.version`;
const REMOVALS = `
  SELECT p.id AS "policyId", (SELECT max(v.version) FROM regain.policy_versions v WHERE v.policy_id = p.id) AS version, true AS removal,
    ARRAY[p.id] AS values, ARRAY(SELECT m.mac FROM regain.policy_macs m WHERE m.policy_id = p.id AND m.removal ORDER BY m.nth) AS macs,
    EXISTS (SELECT FROM regain.audit_events e WHERE e.chain_id = 'policy:' || p.id AND e.type = 'policy.deleted') AS recorded
  FROM regain.policies p
  WHERE p.deleted_at IS NOT NULL OR EXISTS (SELECT FROM regain.policy_macs m WHERE m.policy_id = p.id AND m.removal) ORDER BY p.id`;

/** Every version there is, and every policy that somebody has written to be removed. */
export async function policyStatements(client: pg.Client): Promise<PolicyStatement[]> {
  const versions = await client.query<PolicyStatement>(VERSIONS);
  const removals = await client.query<PolicyStatement>(REMOVALS);
  return [...versions.rows, ...removals.rows];
}

const tableOf = ({ removal }: PolicyStatement) => (removal ? 'policies' : 'policy_versions');

/** Whether this signs it under a key of the ring. */
export const fits = (ring: KeyRing, statement: PolicyStatement, mac: Buffer | null): boolean =>
  mac !== null && rowFault(ring, { table: tableOf(statement), values: statement.values, mac }) === undefined;

export const isSigned = (ring: KeyRing, statement: PolicyStatement): boolean =>
  statement.macs.some((mac) => fits(ring, statement, mac));

/** With the active key. */
export const signStatement = (client: pg.Client, ring: KeyRing, statement: PolicyStatement): Promise<void> =>
  add(client, statement, rowMac(ring, tableOf(statement), statement.values));

/** Nothing that is there so far needs a key: none of it is the service's. */
export const disown = (client: pg.Client, statement: PolicyStatement): Promise<void> => add(client, statement, null);

async function add(
  client: pg.Client,
  { policyId, version, removal }: PolicyStatement,
  mac: Buffer | null,
): Promise<void> {
  await client.query('INSERT INTO regain.policy_macs (policy_id, version, removal, mac) VALUES ($1, $2, $3, $4)', [
    policyId,
    version,
    removal,
    mac,
  ]);
}
