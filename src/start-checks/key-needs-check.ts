import pg from 'pg';
import { keyUsage, lacking } from '../key-rotation/key-usage.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { ReadSettings } from './environment-checks.js';
import { fault, ok, warning, type Finding } from './finding.js';

const SUBJECT = 'KEYRING_FILE';
const CONNECT_MS = 5_000;
/** Every row that names a key is read once. */
const COUNTED_WITHIN_MS = 300_000;

/** Whether the ring has every key that the database names. For `regain doctor`: a start does not wait that long. */
export async function keyNeedFindings({ DATABASE_URL: url, KEYRING_FILE: path }: ReadSettings): Promise<Finding[]> {
  if (url === undefined || path === undefined) return [];
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: COUNTED_WITHIN_MS,
  });
  client.on('error', () => undefined);
  try {
    const ring = KeyRing.fromFile(path);
    await client.connect();
    const missing = lacking(await keyUsage(client, ring));
    if (missing.length === 0) return [ok(SUBJECT, 'has every key that the database names')];
    return missing.map(({ keyId, uses, givenUp }) => {
      const detail = `lacks ${keyId}, which is needed for: ${uses.join(', ')}`;
      return givenUp
        ? warning(
            SUBJECT,
            `${detail}; these were given up with it`,
            'nothing, if this was intended; otherwise put its secret back, retired',
          )
        : fault(SUBJECT, detail, 'put that key back into the ring, retired');
    });
  } catch {
    const detail = 'could not be checked for every key that the database names';
    return [warning(SUBJECT, detail, 'fix the other findings about it and the database')];
  } finally {
    await client.end().catch(() => undefined);
  }
}
