import type pg from 'pg';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { TrailBrokenError } from '../audit-trail/raise-floor.js';
import { AuditVerifier } from '../audit-trail/verification.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { rowMac } from '../platform/crypto/row-macs.js';
import type { Database } from '../platform/database/database.js';
import { isSigned, policyStatements, signStatement } from './policy-statements.js';
import { NUMBER_YESES, SIGNED_SQL, type TableWithMac } from './signed-sql.js';

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
  /** By table; of policies how many versions and removals. */
  signed: Partial<Record<TableWithMac | 'policies', number>>;
  /**
   * Passkeys, API keys, and versions and removals of policies of which the trail does not say that the service made them so:
   * they let nobody in, and count for nothing, any more.
   */
  leftOut: { passkeys: number; apiKeys: number; policies: number };
}

/** Says what is missing before: rows of the trail that need no MAC prove nothing. */
class NoFloorError extends Error {
  override readonly name = 'NoFloorError';
  constructor() {
    super('audit rows without a MAC still count, and say nothing of a passkey: run `regain audit require-macs` first');
  }
}

/**
 * `regain keys sign-rows`, the last step of an upgrade from a build that signed no rows, or no policies: what they wrote, and
 * what still lets somebody in or counts, gets its MAC, and no other row without one is believed from then on. Nothing is done
 * where that was said before, unless `anyway`: for rows of an earlier build that ran once more. Only what was there before the
 * trail was verified is signed, as it was then.
 * @throws NoFloorError; TrailBrokenError for a trail that is not whole, unless `anyway`; DatabaseUnavailableError
 */
export async function signRows(parts: SignRowsParts, { anyway }: { anyway: boolean }): Promise<SignedRowsReport> {
  const { database, ring, owner } = parts;
  const said = anyway ? NOTHING_SAID : await whatIsSaid(owner);
  if (said.rows && said.policies) return { before: true, signed: {}, leftOut: await unsigned(parts) };
  if (!said.rows) await owner.query(NUMBER_YESES);
  const tables = (Object.keys(SIGNED_SQL) as TableWithMac[]).filter((table) => !said[kindOf(table)]);
  const macs = new Map<TableWithMac, Macs>();
  for (const table of tables) macs.set(table, await macsOf(parts, table));
  const statements = said.policies ? [] : await policyStatements(owner);
  const unsignedStatements = statements.filter((one) => one.recorded && !isSigned(ring, one));
  const found = await new AuditVerifier(database, ring).verify();
  if (found.macsAfterCheckpoint === null) throw new NoFloorError();
  if (!found.intact && !anyway) throw new TrailBrokenError(found);
  const signed: SignedRowsReport['signed'] = {};
  for (const [table, of] of macs) signed[table] = await sign(owner, table, of);
  for (const statement of unsignedStatements) await signStatement(owner, ring, statement);
  if (!said.policies) signed.policies = unsignedStatements.length;
  await owner.query(SAY);
  const leftOut = await unsigned(parts);
  const data = { keyId: ring.activeId, intact: found.intact, ...signed, ...leftOut };
  await database.transaction((tx) =>
    appendAudit(tx, { chainId: CHAIN, type: 'keys.rows_signed', actor: SYSTEM, data }),
  );
  return { before: false, signed, leftOut };
}

/** Of each row its key and its MAC. */
type Macs = [key: string, mac: Buffer][];

/** What the rows of a table that still count are to get. */
async function macsOf({ owner, ring }: SignRowsParts, table: TableWithMac): Promise<Macs> {
  const { key, values, counts } = SIGNED_SQL[table];
  const macs: Macs = [];
  for (let after = ''; ;) {
    const { rows } = await owner.query<{ key: string; values: string[] }>(
      `SELECT ${key} AS key, ${values} AS values FROM regain.${table} t
        WHERE ${key} > $1 AND t.mac IS NULL AND ${counts} ORDER BY 1 LIMIT ${AT_A_TIME}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return macs;
    after = last.key;
    for (const row of rows) macs.push([row.key, rowMac(ring, table, row.values)]);
  }
}

async function sign(owner: pg.Client, table: TableWithMac, macs: Macs): Promise<number> {
  let signed = 0;
  for (let from = 0; from < macs.length; from += AT_A_TIME) {
    const some = macs.slice(from, from + AT_A_TIME);
    const { rowCount } = await owner.query(
      `UPDATE regain.${table} t SET mac = u.mac FROM unnest($1::text[], $2::bytea[]) AS u (key, mac)
        WHERE ${SIGNED_SQL[table].key} = u.key AND t.mac IS NULL`,
      [some.map(([key]) => key), some.map(([, mac]) => mac)],
    );
    signed += rowCount ?? 0;
  }
  return signed;
}

/** Policies were signed later than what lets somebody in: a database may have the one behind it, and not the other. */
type Kind = 'rows' | 'policies';
const kindOf = (table: TableWithMac): Kind => (table === 'policy_changes' ? 'policies' : 'rows');
const NOTHING_SAID: Record<Kind, boolean> = { rows: false, policies: false };
const SAY = `INSERT INTO regain.rows_signed (policies_since) VALUES (now())
  ON CONFLICT (one) DO UPDATE SET policies_since = COALESCE(rows_signed.policies_since, now())`;

async function whatIsSaid(owner: pg.Client): Promise<Record<Kind, boolean>> {
  const { rows } = await owner.query<Record<Kind, boolean>>(
    'SELECT true AS rows, policies_since IS NOT NULL AS policies FROM regain.rows_signed',
  );
  return rows[0] ?? NOTHING_SAID;
}

async function unsigned({ owner, ring }: SignRowsParts): Promise<SignedRowsReport['leftOut']> {
  const { rows } = await owner.query<{ passkeys: number; apiKeys: number }>(
    `SELECT (SELECT count(*)::int FROM regain.credentials WHERE mac IS NULL) AS passkeys,
      (SELECT count(*)::int FROM regain.api_keys WHERE mac IS NULL AND revoked_at IS NULL) AS "apiKeys"`,
  );
  const policies = (await policyStatements(owner)).filter((one) => !isSigned(ring, one)).length;
  return { ...(rows[0] ?? { passkeys: 0, apiKeys: 0 }), policies };
}
