import type pg from 'pg';
import { markOf } from '../adjudication/accounts/account-index.js';
import { resealTombstones } from '../erasure/tombstones.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { keyIdOf } from './key-usage.js';
import { resealAccounts } from './reseal-accounts.js';
import { resignPasskeys } from './resign-passkeys.js';
import { resignPolicies } from './resign-policies.js';
import { resealColumn, SEALED_COLUMNS, type Resealed } from './reseal-values.js';

export interface ResealParts {
  /** As the application's role. */
  client: pg.Client;
  ring: KeyRing;
  objects: ObjectStore;
  /** Indexes every account under the active key, and says how many of them were not. */
  reindex: () => Promise<{ indexed: number; unreadable: number }>;
}

/** What was done, by table and, for notes of erasures, by prefix. */
export interface ResealReport {
  resealed: Record<string, number>;
  /** All that changed under the reading eye, and is as it was written then. */
  changedMeanwhile: number;
  unreadable: number;
  accountsIndexed: number;
  /** Hashes under older keys of documents that are known under the active one. */
  documentsForgotten: number;
}

/**
 * Re-encrypts with the active key all data that lives on and can be re-encrypted. It runs beside the service and
 * overwrites nothing that another process has written meanwhile. After an interruption the next run finds the rest.
 *
 * @throws ObjectStoreUnavailableError, and what PostgreSQL throws
 */
export async function reseal({ client, ring, objects, reindex }: ResealParts): Promise<ResealReport> {
  const done: Record<string, Resealed> = { subjects: await resealAccounts(client, ring) };
  for (const place of SEALED_COLUMNS) done[place.table] = await resealColumn(client, ring, place);
  done.passkeys = await resignPasskeys(client, ring);
  done.policies = await resignPolicies(client, ring);
  done.tombstones = { ...(await resealTombstones({ objects, ring })), changedMeanwhile: 0 };
  const { indexed, unreadable } = await reindex();
  const parts = Object.entries(done);
  const sum = (of: 'changedMeanwhile' | 'unreadable'): number => parts.reduce((total, [, part]) => total + part[of], 0);
  return {
    resealed: Object.fromEntries(parts.map(([name, part]) => [name, part.resealed])),
    changedMeanwhile: sum('changedMeanwhile'),
    unreadable: sum('unreadable') + unreadable,
    accountsIndexed: indexed,
    documentsForgotten: await forgetFormerDocuments(client, ring),
  };
}

/**
 * An account that is indexed under the active key has its record's documents there; what stands for the same ones under
 * older keys is never found again once these are gone.
 */
async function forgetFormerDocuments(client: pg.Client, ring: KeyRing): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM regain.known_documents t USING regain.subjects s
      WHERE s.id = t.subject_id AND s.account_index = $1 AND t.kept_until IS NULL
        AND ${keyIdOf({ form: 'digest', column: 'document_digest' })} <> $2`,
    [markOf(ring.activeId), ring.activeId],
  );
  return rowCount ?? 0;
}
