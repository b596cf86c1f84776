import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';

/** Where the day begins first (UTC+14): whoever was born there today was. */
const EARLIEST_ZONE_HOURS = 14;

/**
 * Refuses a birth date that has not come yet anywhere: a typing error, by which nobody would be recovered. Days and months
 * that a document leaves open are `00` and come before any other.
 *
 * @throws Problem invalid_request
 */
export async function assertBorn(
  tx: Transaction,
  { birthDate, pointer }: { birthDate: string | undefined; pointer: string },
): Promise<void> {
  if (birthDate === undefined) return;
  const { today } = await tx.one<{ today: string }>`SELECT to_char(
    clock_timestamp() AT TIME ZONE 'UTC' + make_interval(hours => ${EARLIEST_ZONE_HOURS}), 'YYYY-MM-DD') AS today`;
  if (birthDate > today)
    throw new Problem('invalid_request', {
      errors: [{ pointer, code: 'custom', detail: 'a day that has come already' }],
    });
}
