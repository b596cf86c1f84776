import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import type { Clock } from '../platform/clock/clock.js';
import { digestKeyId, type KeyRing } from '../platform/crypto/key-ring.js';
import { rowMac } from '../platform/crypto/row-macs.js';
import type { Database } from '../platform/database/database.js';
import { newId, newSecret } from '../platform/ids/ids.js';
import { SCOPES, separated, type Scope } from './scopes.js';

/** An operator who may run commands beside the service; a shell names nobody. */
const OPERATOR: Actor = { kind: 'system', id: 'command' };
const CHAIN = 'api-keys';
const LONGEST_NAME = 100;

/** What is known of a key: never the key. */
export interface ApiKeyRow {
  id: string;
  name: string;
  scopes: string[];
  createdAt: Date;
  revokedAt: Date | null;
  /** The master key it was made under: it ends with that (`regain keys usage`, `replaced`). */
  masterKey: string;
}

export interface WantedKey {
  name: string;
  scopes: readonly string[];
}

/** Keys of machines. Only a keyed hash of one is stored, so that nobody can look one up (T17). */
export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** Makes one, which is told to the caller and to nobody ever again. @throws Error for a name or scopes that no key can have */
  async make(wanted: WantedKey): Promise<{ id: string; key: string }> {
    const { name, scopes } = possibleKey(wanted);
    const id = newId('key', this.clock.now());
    const key = `rgk_${newSecret()}`;
    await this.database.transaction(async (tx) => {
      const digest = this.ring.digest('token', key);
      await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes, mac)
        VALUES (${id}, ${digest}, ${name}, ${scopes}, ${apiKeyMac(this.ring, { id, digest, scopes })})`;
      await appendAudit(tx, { chainId: CHAIN, type: 'api_key.created', actor: OPERATOR, data: { keyId: id, scopes } });
    });
    return { id, key };
  }

  async list(): Promise<ApiKeyRow[]> {
    const rows = await this.database.read(
      (tx) => tx.many<Omit<ApiKeyRow, 'masterKey'> & { keyDigest: Buffer }>`
        SELECT id, name, scopes, created_at, revoked_at, key_digest FROM api_keys ORDER BY created_at, id`,
    );
    return rows.map(({ keyDigest, ...row }) => ({ ...row, masterKey: digestKeyId(keyDigest) }));
  }

  /** Ends one at once: every call looks it up. @throws Error when there is none, or it was revoked before */
  async revoke(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const revoked =
        await tx.run`UPDATE api_keys SET revoked_at = clock_timestamp() WHERE id = ${id} AND revoked_at IS NULL`;
      if (revoked === 0) throw new Error(`there is no key ${id} that is not revoked: \`regain api-keys list\``);
      await appendAudit(tx, { chainId: CHAIN, type: 'api_key.revoked', actor: OPERATOR, data: { keyId: id } });
    });
  }
}

/** Of what a key is and may do. The scopes are words of ours, without a comma. */
export const apiKeyMac = (ring: KeyRing, key: { id: string; digest: Buffer; scopes: readonly string[] }): Buffer =>
  rowMac(ring, 'api_keys', [key.id, key.digest, key.scopes.join(',')]);

function nameOf(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > LONGEST_NAME || /\p{C}/u.test(name))
    throw new Error(`a key needs a name of at most ${LONGEST_NAME} characters, of one line`);
  return name;
}

/** Only what the key would have: scopes that are dropped when it is used are refused when it is made (rule 10). */
function scopesOfKey(wanted: readonly string[]): Scope[] {
  const scopes = SCOPES.filter((scope) => wanted.includes(scope));
  const unknown = wanted.filter((scope) => !scopes.some((known) => known === scope));
  if (unknown.length > 0) throw new Error(`there is no scope ${unknown.join(', ')}; there are ${SCOPES.join(', ')}`);
  if (scopes.length === 0) throw new Error('a key without scopes is of no use');
  const kept = separated(new Set(scopes));
  const dropped = scopes.filter((scope) => !kept.has(scope));
  if (dropped.length > 0)
    throw new Error(`${dropped.join(', ')}: never beside case, review or audit scopes; make two keys`);
  return scopes;
}

/** A key that can be made. @throws Error for a name or scopes that no key can have */
export const possibleKey = ({ name, scopes }: WantedKey): { name: string; scopes: Scope[] } => ({
  name: nameOf(name),
  scopes: scopesOfKey(scopes),
});
