import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import { lastCheckpoint } from './checkpoints.js';
import { setMacFloor, type NewFloor } from './mac-floor.js';
import { sealHeads } from './seal-heads.js';
import { AuditVerifier, type AuditVerification } from './verification.js';

/** The trail is not whole: what is wrong in it would not be found any more. */
export class TrailBrokenError extends Error {
  override readonly name = 'TrailBrokenError';
  constructor({ firstFault }: AuditVerification) {
    super(`the audit trail is not whole: ${JSON.stringify(firstFault)}`);
  }
}

export interface FloorChange extends Pick<NewFloor, 'reason' | 'also'> {
  /** Also when the trail is not whole; the record says so. */
  anyway: boolean;
}

/**
 * From here on, what was sealed up to now stands by its checkpoints' signatures and needs no MAC. First everything is sealed,
 * and then verified, so that nothing comes under the floor that was not looked at.
 * @returns how the trail was found
 * @throws TrailBrokenError, DatabaseUnavailableError
 */
export async function raiseMacFloor(
  { database, ring }: { database: Database; ring: KeyRing },
  { reason, also, anyway }: FloorChange,
): Promise<AuditVerification> {
  await database.transaction((tx) => sealHeads(tx, ring, 'all'));
  const after = await database.read(lastCheckpoint);
  const found = await new AuditVerifier(database, ring).verify();
  if (!found.intact && !anyway) throw new TrailBrokenError(found);
  const { intact, rowsWithoutMac } = found;
  await database.transaction((tx) => setMacFloor(tx, { after, reason, also: { ...also, intact, rowsWithoutMac } }));
  await database.transaction((tx) => sealHeads(tx, ring, 'all'));
  return found;
}
