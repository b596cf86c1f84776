import type pg from 'pg';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { resealWithRing, SealBrokenError } from '../platform/crypto/sealing.js';
import { formerNamesContext } from '../directory/former-names.js';
import { keyIdOf } from './key-usage.js';

const AT_A_TIME = 500;

/** What one part of the resealing did. */
export interface Resealed {
  resealed: number;
  /** Changed by somebody else at that moment, and left as they wrote it. */
  changedMeanwhile: number;
  /** Damaged, or under a key that is not in the ring: left as it is. */
  unreadable: number;
}

/** A column of sealed values, each sealed to a context that its row's id is part of. */
export interface SealedColumn {
  table: string;
  id: string;
  column: string;
  context: (id: string) => string;
}

/** What is sealed row by row. Accounts and their proofing records go together, by `resealAccounts`. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'case_keys', id: 'case_id', column: 'wrapped_sealed', context: (id) => `case-key:${id}` },
  { table: 'credentials', id: 'id', column: 'name_sealed', context: (id) => `credential:${id}:name` },
  {
    table: 'subjects',
    id: 'id',
    column: 'former_names_sealed',
    context: formerNamesContext,
  },
  { table: 'recovery_requests', id: 'id', column: 'login_sealed', context: (id) => `request:${id}:login` },
];

/** Counts while it goes on, over many batches. */
export const nothingYet = (): Resealed => ({ resealed: 0, changedMeanwhile: 0, unreadable: 0 });

/** The value, encrypted with the active key; `undefined` if it cannot be opened. */
export function resealed(ring: KeyRing, sealed: Buffer, context: string): Buffer | undefined {
  try {
    return resealWithRing(ring, sealed, context);
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}

/**
 * Re-encrypts a column's values with the active key, batch by batch in the order of ids. It replaces a value only if it
 * is still the one that was read: a key destroyed or a value written meanwhile stays so.
 */
export async function resealColumn(client: pg.Client, ring: KeyRing, place: SealedColumn): Promise<Resealed> {
  const { table, id, column } = place;
  const done = nothingYet();
  for (let after = ''; ;) {
    const { rows } = await client.query<{ id: string; sealed: Buffer }>(
      `SELECT t.${id} AS id, t.${column} AS sealed FROM regain.${table} t
        WHERE t.${id} > $1 AND t.${column} IS NOT NULL AND ${keyIdOf({ form: 'sealed', column })} <> $2
        ORDER BY t.${id} LIMIT ${AT_A_TIME}`,
      [after, ring.activeId],
    );
    const last = rows.at(-1);
    if (!last) return done;
    after = last.id;
    const opened = rows.flatMap((row) => {
      const fresh = resealed(ring, row.sealed, place.context(row.id));
      return fresh ? [{ ...row, fresh }] : [];
    });
    const { rowCount } = await client.query(
      `UPDATE regain.${table} t SET ${column} = u.fresh
        FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS u (id, sealed, fresh)
        WHERE t.${id} = u.id AND t.${column} = u.sealed`,
      [opened.map((row) => row.id), opened.map((row) => row.sealed), opened.map((row) => row.fresh)],
    );
    done.resealed += rowCount ?? 0;
    done.changedMeanwhile += opened.length - (rowCount ?? 0);
    done.unreadable += rows.length - opened.length;
  }
}
