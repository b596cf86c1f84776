import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { Transaction } from '../database/transaction.js';
import { newId } from './ids.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

/** Hours, minutes and milliseconds apart, and many of the same moment. */
const IDS = [0, 1, 31, 32, 60_000, 3_600_000, 86_400_000, 31_536_000_000].flatMap((later) =>
  Array.from({ length: 40 }, () => newId('rc', new Date(Date.UTC(2026, 10, 27) + later))),
);
interface Listed {
  id: string;
  listed: boolean;
}

/** As bytes, as `newId` means it; and as people sort words, everywhere and in Sweden. */
const ORDERS: Record<string, (tx: Transaction) => Promise<Listed[]>> = {
  C: (tx) =>
    tx.many<Listed>`SELECT id, id < 'z' COLLATE "C" AS listed FROM unnest(${IDS}::text[]) AS id ORDER BY id COLLATE "C"`,
  'und-x-icu': (tx) =>
    tx.many<Listed>`SELECT id, id < 'z' COLLATE "und-x-icu" AS listed FROM unnest(${IDS}::text[]) AS id ORDER BY id COLLATE "und-x-icu"`,
  'sv-x-icu': (tx) =>
    tx.many<Listed>`SELECT id, id < 'z' COLLATE "sv-x-icu" AS listed FROM unnest(${IDS}::text[]) AS id ORDER BY id COLLATE "sv-x-icu"`,
};

it.each(Object.entries(ORDERS))(
  'ids have one order, and stand before the “z” that a list starts at: %s',
  async (_collation, sorted) => {
    const rows = await test.database.read(sorted);
    expect(rows.map(({ id }) => id)).toEqual([...IDS].sort());
    expect(rows.every(({ listed }) => listed)).toBe(true);
  },
);
