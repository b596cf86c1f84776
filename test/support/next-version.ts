import type { Database } from '../../src/platform/database/database.js';
import { PolicyDocument } from '../../src/policy/policy.js';
import { putVersion } from '../../src/policy/policy-rows.js';

/** What an operator does while cases are open: a further version of a profile, with some of its members changed. */
export async function nextVersion(
  database: Database,
  policyId: string,
  change: (document: PolicyDocument) => Partial<PolicyDocument>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const newest = await tx.one<{ document: unknown }>`
      SELECT document FROM policy_versions WHERE policy_id = ${policyId} ORDER BY version DESC LIMIT 1`;
    const before = PolicyDocument.parse(newest.document);
    const document = PolicyDocument.parse({ ...before, ...change(before) });
    await putVersion(tx, { id: policyId, document, createdBy: 'test' });
  });
}

/** The same, and nothing but fewer tries in a case. */
export const allowAttempts = (database: Database, policyId: string, attempts: number): Promise<void> =>
  nextVersion(database, policyId, ({ limits }) => ({ limits: { ...limits, attempts } }));
