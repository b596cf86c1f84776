import type pg from 'pg';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { KEY_USES, type KeyUse, type UseEnds } from './key-uses.js';

const MAC_BYTES = 32;

/** The key's id as the value itself names it, in SQL; values without one are damaged and have an empty one. */
export function keyIdOf({ form, column }: Pick<KeyUse, 'form' | 'column'>): string {
  const value = `t.${column}`;
  if (form === 'signature') return `split_part(${value}, '.', 1)`;
  if (form === 'jwt') return kidOf(`split_part(${value}, '.', 1)`);
  if (form === 'digest')
    return `encode(substring(${value} FROM 1 FOR greatest(octet_length(${value}) - ${MAC_BYTES + 1}, 0)), 'escape')`;
  return `CASE WHEN octet_length(${value}) > 0 THEN encode(substring(${value} FROM 2 FOR get_byte(${value}, 0)), 'escape') ELSE '' END`;
}

/** `kid` of a JWT's protected header (RFC 7515, section 4.1.4). `escape` never refuses, whatever bytes there are. */
function kidOf(header: string): string {
  const base64 = `translate(${header}, '-_', '+/') || repeat('=', (4 - length(${header}) % 4) % 4)`;
  const json = `encode(decode(${base64}, 'base64'), 'escape')`;
  return `CASE WHEN ${header} ~ '^[A-Za-z0-9_-]+$' AND length(${header}) % 4 <> 1
    THEN coalesce(substring(${json} FROM '"kid":"([a-z0-9-]+)"'), '') ELSE '' END`;
}

/** What one master key is still needed for. */
export interface KeyNeeds {
  keyId: string;
  /** `secret`, `public` when only its public halves are left, `absent` when the ring does not know it. */
  inRing: 'secret' | 'public' | 'absent';
  active: boolean;
  /** Numbers by use, of what ends in the same way. */
  needs: Partial<Record<UseEnds, Record<string, number>>>;
}

/** How much of the database needs each key that the ring or the database names. Reads every row once. */
export async function keyUsage(client: pg.Client, ring: KeyRing): Promise<KeyNeeds[]> {
  let keys = ring.verifyingIds.map((id) => needsOf(ring, id));
  for (const use of KEY_USES) keys = addUse({ keys, ring }, { ...use, counts: await countsOf(client, use) });
  return keys;
}

/** The same list with one more use, by the ids of its keys. */
export function addUse(
  { keys, ring }: { keys: readonly KeyNeeds[]; ring: KeyRing },
  { use, ends, counts }: { use: string; ends: UseEnds; counts: ReadonlyMap<string, number> },
): KeyNeeds[] {
  const unknown = [...counts.keys()].filter((id) => !keys.some(({ keyId }) => keyId === id));
  return [...keys, ...unknown.map((id) => needsOf(ring, id))].map((key) => {
    const count = counts.get(key.keyId);
    if (count === undefined) return key;
    return { ...key, needs: { ...key.needs, [ends]: { ...key.needs[ends], [use]: count } } };
  });
}

function needsOf(ring: KeyRing, keyId: string): KeyNeeds {
  const known = ring.verifyingIds.includes(keyId) ? 'public' : 'absent';
  return { keyId, inRing: ring.ids.includes(keyId) ? 'secret' : known, active: keyId === ring.activeId, needs: {} };
}

async function countsOf(client: pg.Client, use: KeyUse): Promise<Map<string, number>> {
  const { rows } = await client.query<{ keyId: string; count: string }>(
    `SELECT ${keyIdOf(use)} AS "keyId", count(*) AS count FROM regain.${use.table} t
      WHERE t.${use.column} IS NOT NULL AND ${use.counts} GROUP BY 1 ORDER BY 1`,
  );
  return new Map(rows.map(({ keyId, count }) => [keyId, Number(count)]));
}

const sum = (numbers: Record<string, number> = {}): number =>
  Object.values(numbers).reduce((total, number) => total + number, 0);

/** How much there is of it, over all uses. */
export const needed = ({ needs }: KeyNeeds, ends: UseEnds): number => sum(needs[ends]);

/** A key that the database names and the ring has not, or not enough of. */
export interface LackingKey {
  keyId: string;
  uses: string[];
  /**
   * The secret was removed although it was needed, and only for data that an operator may give up (`regain keys
   * forget`).
   */
  givenUp: boolean;
}

/** What cannot be read, found or verified with this ring. */
export function lacking(keys: readonly KeyNeeds[]): LackingKey[] {
  return keys.flatMap(({ keyId, inRing, needs }) => {
    const { verified = {}, ...bySecret } = needs;
    const uses = [
      ...(inRing === 'secret' ? [] : Object.values(bySecret).flatMap((one) => Object.keys(one))),
      ...(inRing === 'absent' ? Object.keys(verified) : []),
    ];
    return uses.length > 0 ? [{ keyId, uses, givenUp: inRing === 'public' && !needs.resealed }] : [];
  });
}
