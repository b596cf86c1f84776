import type pg from 'pg';
import { digestKeyId, type KeyRing } from '../platform/crypto/key-ring.js';
import { disown, fits, isSigned, policyStatements, signStatement } from './policy-statements.js';
import { nothingYet, type Resealed } from './reseal-values.js';

/**
 * Signs versions and removals of policies anew with the active key, beside what signs them so far, so that nothing needs an old
 * key. One that is not the service's is counted as unreadable, and is signed by nobody. What somebody has put beside it names a
 * key that could otherwise never be taken away: that is disowned, as soon as it counts for nothing (`rows_signed`).
 */
export async function resignPolicies(client: pg.Client, ring: KeyRing): Promise<Resealed> {
  const done = nothingYet();
  const { rows } = await client.query('SELECT FROM regain.rows_signed WHERE policies_since IS NOT NULL');
  for (const statement of await policyStatements(client)) {
    const newest = statement.macs.at(-1) ?? null;
    if (!isSigned(ring, statement)) {
      if (newest === null) continue;
      done.unreadable += 1;
      if (rows.length > 0) await disown(client, statement);
    } else if (newest === null || digestKeyId(newest) !== ring.activeId || !fits(ring, statement, newest)) {
      await signStatement(client, ring, statement);
      done.resealed += 1;
    }
  }
  return done;
}
