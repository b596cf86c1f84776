import { lastCheckpoint } from '../audit-trail/checkpoints.js';
import { macFloor } from '../audit-trail/mac-floor.js';
import { findUnsignedPolicy } from '../audit-trail/unsigned-policies.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { ReadSettings } from './environment-checks.js';
import { ok, warning, type Finding } from './finding.js';

const SUBJECT = 'audit trail';
const ROWS = 'rows that let somebody in';
const POLICIES = 'policies';
const ANSWERED_WITHIN_MS = 5_000;

/** Whether rows that an attacker inserts past the service would be named (docs/adr/0014). For `regain doctor`. */
export async function auditMacFindings({ DATABASE_URL: url, KEYRING_FILE: path }: ReadSettings): Promise<Finding[]> {
  if (url === undefined || path === undefined) return [];
  let database: Database | undefined;
  try {
    const ring = KeyRing.fromFile(path);
    database = await Database.connect({ url, poolSize: 1, statementTimeoutMs: ANSWERED_WITHIN_MS });
    return await database.read(async (tx) => [
      await finding(tx, ring),
      await rowFinding(tx),
      await policyFinding(tx, ring),
    ]);
  } catch {
    const detail = 'whether every row needs a MAC could not be checked';
    return [warning(SUBJECT, detail, 'fix the other findings about the database and KEYRING_FILE')];
  } finally {
    await database?.close();
  }
}

/** Whether a passkey, link, session or token that an attacker inserts past the service would open anything (docs/adr/0023). */
async function rowFinding(tx: Transaction): Promise<Finding> {
  const said = await tx.maybeOne`SELECT 1 FROM rows_signed`;
  if (said) return ok(ROWS, 'every passkey, link, session and token needs a MAC');
  const detail =
    'passkeys, links, sessions and tokens without a MAC count as those of an earlier build: an inserted one works';
  const remedy = 'once no process of an earlier build runs: `regain keys sign-rows` (docs/operating.md, "Upgrade")';
  return warning(ROWS, detail, remedy);
}

/** Whether a policy that somebody inserts past the service would count, and whether there is one (docs/adr/0024). */
async function policyFinding(tx: Transaction, ring: KeyRing): Promise<Finding> {
  const said = await tx.maybeOne`SELECT 1 FROM rows_signed WHERE policies_since IS NOT NULL`;
  if (!said) {
    const remedy = 'once no process of an earlier build runs: `regain keys sign-rows` (docs/operating.md, "Upgrade")';
    return warning(
      POLICIES,
      'versions without a MAC count as those of an earlier build: an inserted one decides',
      remedy,
    );
  }
  const foreign = await findUnsignedPolicy(tx, ring);
  if (!foreign) return ok(POLICIES, 'every version, removal and proposed change is the service’s');
  const detail = `${foreign.name} is not the service’s, and counts for nothing`;
  return warning(POLICIES, detail, 'see `policy_unsigned` in docs/runbook.md, “The audit trail was changed”');
}

async function finding(tx: Transaction, ring: KeyRing): Promise<Finding> {
  const last = await lastCheckpoint(tx);
  const floor = await macFloor(tx, ring);
  if (floor === undefined && last) {
    const detail = 'rows without a MAC count as rows of an earlier build: an inserted one is not reported';
    const remedy =
      'once no process of an earlier build runs: `regain audit require-macs` (docs/operating.md, "Upgrade")';
    return warning(SUBJECT, detail, remedy);
  }
  return ok(
    SUBJECT,
    floor && floor !== '0' ? `every row after checkpoint ${floor} needs a MAC` : 'every row needs a MAC',
  );
}
