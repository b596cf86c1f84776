import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** User and group that the server runs as when we are root; PostgreSQL refuses to run as user 0. */
export interface ServiceAccount {
  uid: number;
  gid: number;
}

/** `nobody:nogroup` of Debian, the same numbers elsewhere. */
const NOBODY: ServiceAccount = { uid: 65534, gid: 65534 };

/**
 * As root: the owner of the data directory, so that this owner can use it without root later; `nobody` when root owns
 * it. Otherwise undefined: the server runs as we do.
 */
export async function chooseServiceAccount(dataDir: string): Promise<ServiceAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = await stat(dataDir);
  return uid === 0 ? NOBODY : { uid, gid };
}

/** Whether the account may pass through every folder above the path, by owner, group and mode (no access lists). */
export async function canReach(path: string, account: ServiceAccount): Promise<boolean> {
  for (let directory = path; ; directory = dirname(directory)) {
    const { uid, gid, mode } = await stat(directory);
    const executeBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if (!(mode & executeBit)) return false;
    if (directory === dirname(directory)) return true;
  }
}
