import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import { raiseMacFloor } from './raise-floor.js';
import { AuditVerifier, type AuditVerification } from './verification.js';

/**
 * `regain audit require-macs`, the last step of an upgrade from a build that signed no rows: what they wrote and a checkpoint
 * sealed stays valid, and every other row needs a MAC. Nothing is done where that was said before, unless `anyway`.
 * @returns how the trail stands afterwards
 * @throws TrailBrokenError, DatabaseUnavailableError
 */
export async function requireMacs(
  parts: { database: Database; ring: KeyRing },
  { anyway }: { anyway: boolean },
): Promise<AuditVerification> {
  const verify = (): Promise<AuditVerification> => new AuditVerifier(parts.database, parts.ring).verify();
  const before = await verify();
  if (before.macsAfterCheckpoint !== null && !anyway) return before;
  await raiseMacFloor(parts, { reason: 'upgrade', anyway });
  return verify();
}
