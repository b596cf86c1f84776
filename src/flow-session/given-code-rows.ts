import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';

export type GivenMethod = 'saved' | 'issued';

/** A code that a browser gave in a case; the last of its method counts. */
export interface GivenRow {
  method: GivenMethod;
  captureDigest: Buffer;
  givenAt: Date;
}

interface StoredRow extends GivenRow {
  /** `null` of the first of its browser. */
  nth: number | null;
  /** Of a row of {@link StoredRow.givenAt}, to the microsecond. */
  givenAtText: string;
  mac: Buffer | null;
}

/** Which browsers are asked about: those with one of these digests, or the one that is bound to an attempt. */
export type AskedBrowsers = { caseId: string } & ({ digests: readonly Buffer[] } | { attempt: number });

/** What they gave in the case, as far as the service has written it down (docs/adr/0023). */
export async function givenRows(tx: Transaction, asked: AskedBrowsers): Promise<GivenRow[]> {
  const rows = await storedRows(tx, asked);
  return rows.map(({ method, captureDigest, givenAt }) => ({ method, captureDigest, givenAt }));
}

async function storedRows(tx: Transaction, asked: AskedBrowsers): Promise<StoredRow[]> {
  const { caseId, digests, attempt } = { digests: [], attempt: null, ...asked };
  const rows = await tx.many<StoredRow>`
    WITH browsers AS (SELECT ${digests}::bytea[] || ARRAY(SELECT cookie_digest FROM capture_bindings
      WHERE case_id = ${caseId} AND attempt = ${attempt}::integer) AS digests)
    SELECT method, capture_digest, nth, given_at, given_at::text AS given_at_text, mac FROM (
      SELECT method, capture_digest, NULL::integer AS nth, given_at, mac FROM given_recovery_codes
      WHERE case_id = ${caseId} AND capture_digest = ANY((SELECT digests FROM browsers)::bytea[])
      UNION ALL SELECT method, capture_digest, nth, given_at, mac FROM codes_given_anew
      WHERE case_id = ${caseId} AND capture_digest = ANY((SELECT digests FROM browsers)::bytea[])) AS given
    WHERE mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed)`;
  return rows.filter(({ method, captureDigest, nth, mac }) =>
    nth === null
      ? isSignedRow(tx.ring, { table: 'given_recovery_codes', values: [caseId, method, captureDigest], mac })
      : isSignedRow(tx.ring, { table: 'codes_given_anew', values: [caseId, method, captureDigest, nth], mac }),
  );
}

/** The first code of a browser, or one in place of another that was replaced since, which counts from its own time. */
export async function addGivenRow(
  tx: Transaction,
  { caseId, method, captureDigest }: { caseId: string; method: GivenMethod; captureDigest: Buffer },
): Promise<void> {
  const mac = rowMac(tx.ring, 'given_recovery_codes', [caseId, method, captureDigest]);
  const first = await tx.run`INSERT INTO given_recovery_codes (case_id, method, capture_digest, mac)
    VALUES (${caseId}, ${method}, ${captureDigest}, ${mac}) ON CONFLICT DO NOTHING`;
  if (first > 0) return;
  const { nth } = await tx.one<{ nth: number }>`SELECT count(*)::int + 1 AS nth FROM codes_given_anew
    WHERE case_id = ${caseId} AND method = ${method} AND capture_digest = ${captureDigest}`;
  const anew = rowMac(tx.ring, 'codes_given_anew', [caseId, method, captureDigest, nth]);
  await tx.run`INSERT INTO codes_given_anew (case_id, method, capture_digest, nth, mac)
    VALUES (${caseId}, ${method}, ${captureDigest}, ${nth}, ${anew})`;
}

/** What a browser gave under one secret counts for another one of it from then on, too, as of the time it was given. */
export async function bringGivenRows(
  tx: Transaction,
  browser: { caseId: string; before: readonly Buffer[]; now: Buffer },
): Promise<void> {
  const { caseId, before, now } = browser;
  const digests = before.filter((digest) => !digest.equals(now));
  const given = await storedRows(tx, { caseId, digests });
  const last = new Map(
    given.sort((one, other) => one.givenAt.getTime() - other.givenAt.getTime()).map((row) => [row.method, row]),
  );
  if (last.size === 0) return;
  const rows = [...last.values()];
  const methods = rows.map(({ method }) => method);
  const macs = methods.map((method) => rowMac(tx.ring, 'given_recovery_codes', [caseId, method, now]));
  await tx.run`INSERT INTO given_recovery_codes (case_id, method, capture_digest, given_at, mac)
    SELECT ${caseId}, method, ${now}, given_at::timestamptz, mac
    FROM unnest(${methods}::text[], ${rows.map(({ givenAtText }) => givenAtText)}::text[], ${macs}::bytea[]) AS given (method, given_at, mac)
    ON CONFLICT DO NOTHING`;
}
