import type { Database } from '../../src/platform/database/database.js';
import { removePolicy } from '../../src/policy/policy-rows.js';

/** What an operator does who starts anew: every profile goes, but for one. */
export async function removePolicies(database: Database, { but = '' } = {}): Promise<void> {
  await database.transaction(async (tx) => {
    const living = await tx.many<{ id: string }>`SELECT id FROM policies WHERE deleted_at IS NULL AND id <> ${but}`;
    for (const { id } of living) await removePolicy(tx, id);
  });
}
