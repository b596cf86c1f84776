import type pg from 'pg';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { TrailBrokenError } from '../audit-trail/raise-floor.js';
import { AuditVerifier } from '../audit-trail/verification.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { rowMac, type SignedTable } from '../platform/crypto/row-macs.js';
import type { Database } from '../platform/database/database.js';
import { SIGNED_SQL } from './signed-sql.js';

const CHAIN = 'key-ring';
const AT_A_TIME = 500;

export interface SignRowsParts {
  database: Database;
  ring: KeyRing;
  /** As the owner of the schema: the service's role may give no row a MAC but the one it comes with. */
  owner: pg.Client;
}

export interface SignedRowsReport {
  /** That was said before, and nothing was done. */
  before: boolean;
  signed: Partial<Record<SignedTable, number>>;
  /** Passkeys and API keys of which the trail does not say that the service made them so: they let nobody in any more. */
  leftOut: { passkeys: number; apiKeys: number };
}

/**
 * `regain keys sign-rows`, the last step of an upgrade from a build that signed no rows: what they wrote, and what still lets
 * somebody in, gets its MAC, and no other row without one is believed from then on. Nothing is done where that was said before,
 * unless `anyway`: for rows of an earlier build that ran once more.
 * @throws TrailBrokenError for a trail that is not whole, unless `anyway`; DatabaseUnavailableError
 */
export async function signRows(parts: SignRowsParts, { anyway }: { anyway: boolean }): Promise<SignedRowsReport> {
  const { database, ring, owner } = parts;
  if (!anyway && (await isSaid(owner))) return { before: true, signed: {}, leftOut: await unsigned(owner) };
  const found = await new AuditVerifier(database, ring).verify();
  if (!found.intact && !anyway) throw new TrailBrokenError(found);
  const signed: SignedRowsReport['signed'] = {};
  for (const table of Object.keys(SIGNED_SQL) as SignedTable[]) signed[table] = await signTable(parts, table);
  await owner.query('INSERT INTO regain.rows_signed DEFAULT VALUES ON CONFLICT DO NOTHING');
  const leftOut = await unsigned(owner);
  const data = { keyId: ring.activeId, intact: found.intact, ...signed, ...leftOut };
  await database.transaction((tx) =>
    appendAudit(tx, { chainId: CHAIN, type: 'keys.rows_signed', actor: SYSTEM, data }),
  );
  return { before: false, signed, leftOut };
}

async function signTable({ owner, ring }: SignRowsParts, table: SignedTable): Promise<number> {
  const { key, values, counts } = SIGNED_SQL[table];
  let signed = 0;
  for (let after = ''; ;) {
    const { rows } = await owner.query<{ key: string; values: string[] }>(
      `SELECT ${key} AS key, ${values} AS values FROM regain.${table} t
        WHERE ${key} > $1 AND t.mac IS NULL AND ${counts} ORDER BY 1 LIMIT ${AT_A_TIME}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return signed;
    after = last.key;
    const { rowCount } = await owner.query(
      `UPDATE regain.${table} t SET mac = u.mac FROM unnest($1::text[], $2::bytea[]) AS u (key, mac)
        WHERE ${key} = u.key AND t.mac IS NULL`,
      [rows.map((row) => row.key), rows.map((row) => rowMac(ring, table, row.values))],
    );
    signed += rowCount ?? 0;
  }
}

async function isSaid(owner: pg.Client): Promise<boolean> {
  const { rowCount } = await owner.query('SELECT FROM regain.rows_signed');
  return rowCount === 1;
}

async function unsigned(owner: pg.Client): Promise<SignedRowsReport['leftOut']> {
  const { rows } = await owner.query<SignedRowsReport['leftOut']>(
    `SELECT (SELECT count(*)::int FROM regain.credentials WHERE mac IS NULL) AS passkeys,
      (SELECT count(*)::int FROM regain.api_keys WHERE mac IS NULL AND revoked_at IS NULL) AS "apiKeys"`,
  );
  return rows[0] ?? { passkeys: 0, apiKeys: 0 };
}
