import type { Database } from '../../src/platform/database/database.js';
import { PolicyDocument } from '../../src/policy/policy.js';

/** What an operator does while cases are open: a further version of a profile, with some of its members changed. */
export async function nextVersion(
  database: Database,
  policyId: string,
  change: (document: PolicyDocument) => Partial<PolicyDocument>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const { version, document } = await tx.one<{ version: number; document: unknown }>`
      UPDATE policies p SET version = p.version + 1 FROM policy_versions v
      WHERE p.id = ${policyId} AND v.policy_id = p.id AND v.version = p.version RETURNING p.version, v.document`;
    const before = PolicyDocument.parse(document);
    const after = JSON.stringify(PolicyDocument.parse({ ...before, ...change(before) }));
    await tx.run`INSERT INTO policy_versions (policy_id, version, document, created_by) VALUES (${policyId}, ${version}, ${after}, 'test')`;
  });
}

/** The same, and nothing but fewer tries in a case. */
export const allowAttempts = (database: Database, policyId: string, attempts: number): Promise<void> =>
  nextVersion(database, policyId, ({ limits }) => ({ limits: { ...limits, attempts } }));
