import type pg from 'pg';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { rowFault, rowMac } from '../platform/crypto/row-macs.js';
import { keyIdOf } from './key-usage.js';
import { nothingYet, type Resealed } from './reseal-values.js';
import { SIGNED_SQL } from './signed-sql.js';

const AT_A_TIME = 500;

/**
 * Signs passkeys anew with the active key, batch by batch. One whose MAC is wrong is counted as unreadable: a new MAC would make
 * a forged row genuine. It loses the wrong one, which names a key that could otherwise never be taken away, as soon as a row
 * without one counts for nothing either.
 */
export async function resignPasskeys(client: pg.Client, ring: KeyRing): Promise<Resealed> {
  const done = nothingYet();
  for (let after = ''; ;) {
    const { rows } = await client.query<{ id: string; mac: Buffer; values: string[] }>(
      `SELECT t.id, t.mac, ${SIGNED_SQL.credentials.values} AS values FROM regain.credentials t
        WHERE t.id > $1 AND t.mac IS NOT NULL AND ${keyIdOf({ form: 'digest', column: 'mac' })} <> $2
        ORDER BY t.id LIMIT ${AT_A_TIME}`,
      [after, ring.activeId],
    );
    const last = rows.at(-1);
    if (!last) return done;
    after = last.id;
    const genuine = rows.filter((row) => rowFault(ring, { table: 'credentials', ...row }) === undefined);
    const { rowCount } = await client.query(
      `UPDATE regain.credentials t SET mac = u.fresh FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS u (id, mac, fresh)
        WHERE t.id = u.id AND t.mac = u.mac`,
      [
        genuine.map(({ id }) => id),
        genuine.map(({ mac }) => mac),
        genuine.map(({ values }) => rowMac(ring, 'credentials', values)),
      ],
    );
    const wrong = rows.filter((row) => rowFault(ring, { table: 'credentials', ...row }) === 'wrong');
    await client.query(
      `UPDATE regain.credentials t SET mac = NULL FROM unnest($1::text[], $2::bytea[]) AS u (id, mac)
        WHERE t.id = u.id AND t.mac = u.mac AND EXISTS (SELECT FROM regain.rows_signed)`,
      [wrong.map(({ id }) => id), wrong.map(({ mac }) => mac)],
    );
    done.resealed += rowCount ?? 0;
    done.changedMeanwhile += genuine.length - (rowCount ?? 0);
    done.unreadable += rows.length - genuine.length;
  }
}
