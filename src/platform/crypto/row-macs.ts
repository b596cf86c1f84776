import { digestKeyId, type KeyPurpose, type KeyRing } from './key-ring.js';
import { macFault, type MacFault } from './mac-fault.js';

/**
 * What decides in a row that lets somebody in, or on which an approval rests, or that says what is asked for, by table. Where a
 * secret opens the row, its digest is among it: copied into another row or table, the digest opens nothing (T24).
 */
export interface SignedRows {
  flow_sessions: readonly [id: string, caseId: string, cookieDigest: Buffer];
  capture_bindings: readonly [caseId: string, attempt: number, cookieDigest: Buffer];
  recovery_links: readonly [id: string, caseId: string, tokenDigest: Buffer];
  recovery_tokens: readonly [id: string, caseId: string, subjectId: string, tokenDigest: Buffer, captureDigest: Buffer];
  relying_party_sessions: readonly [id: string, subjectId: string, credentialId: string, cookieDigest: Buffer];
  staff_sessions: readonly [id: string, cookieDigest: Buffer];
  api_keys: readonly [id: string, keyDigest: Buffer, scopes: string];
  credentials: readonly [id: string, subjectId: string, credentialId: Buffer, publicKey: Buffer];
  review_votes: readonly [caseId: string, attempt: number, reviewer: string, outcome: string, deviceTold: boolean];
  case_authorizations: readonly [caseId: string, authorizedBy: string];
  /**
   * `nth`: which of theirs it is. No other row has the same, so that a yes that lapsed is not put there again with another
   * time.
   */
  authorizations_renewed: readonly [caseId: string, authorizedBy: string, nth: number];
  given_recovery_codes: readonly [caseId: string, method: string, captureDigest: Buffer];
  codes_given_anew: readonly [caseId: string, method: string, captureDigest: Buffer, nth: number];
  /** Documents as the database spells them. */
  policy_versions: readonly [policyId: string, version: number, createdBy: string, document: string];
  /** That it was removed. */
  policies: readonly [policyId: string];
  /** `document`: empty where the policy is to be removed. */
  policy_changes: readonly [
    id: string,
    policyId: string,
    kind: string,
    baseVersion: number,
    document: string,
    weakened: string,
    proposedBy: string,
  ];
}
export type SignedTable = keyof SignedRows;

/** Changes when what is signed, or how it is spelled, does. */
const VERSION = 'regain-row-1';

const KEPT: ReadonlySet<SignedTable> = new Set([
  'credentials',
  'review_votes',
  'case_authorizations',
  'authorizations_renewed',
  'given_recovery_codes',
  'codes_given_anew',
  'policy_versions',
  'policies',
  'policy_changes',
]);

/**
 * A secret ends with its key's end, so its row does. A passkey, what somebody said in a case, and a policy is read until the
 * key is taken away, as what is sealed is (T117).
 */
const purposeOf = (table: SignedTable): KeyPurpose => (KEPT.has(table) ? 'kept-row' : 'secret-row');

/** The keyed hash of a row, which names its key (docs/adr/0023). */
export const rowMac = <Table extends SignedTable>(ring: KeyRing, table: Table, values: ValuesOf<Table>): Buffer =>
  ring.digest(purposeOf(table), signedText(table, values));

/** Bytes as they are; or, where a statement selects them for any table, everything as texts, bytes in hexadecimal digits. */
type ValuesOf<Table extends SignedTable> = SignedRows[Table] | readonly string[];

/** A row as it is read. */
export interface ReadRow<Table extends SignedTable = SignedTable> {
  table: Table;
  values: ValuesOf<Table>;
  mac: Buffer | null;
}

/**
 * Whether the application wrote the row so, and may be believed now. One without a MAC is of an earlier build: the statement that
 * reads it leaves it out as soon as an operator has said that there is none any more (`rows_signed`, migration 0046).
 */
export function isSignedRow<Table extends SignedTable>(ring: KeyRing, row: ReadRow<Table>): boolean {
  if (row.mac === null) return true;
  const accepted = ring.acceptedIds(purposeOf(row.table)).includes(digestKeyId(row.mac));
  return accepted && rowFault(ring, row) === undefined;
}

export function rowFault(ring: KeyRing, { table, values, mac }: ReadRow): MacFault | undefined {
  return macFault(ring, { purpose: purposeOf(table), text: signedText(table, values), mac });
}

/** Nobody can say whether what decides is the application's: nothing is decided until the ring is whole again. */
export class UnknownRowKeyError extends Error {
  override readonly name = 'UnknownRowKeyError';
  constructor(of: string) {
    super(`the key ring has no key of what signs ${of}`);
  }
}

type Value = string | number | boolean | Buffer;

const signedText = (table: SignedTable, values: readonly Value[]): string =>
  JSON.stringify([VERSION, table, ...values.map(spelled)]);

const spelled = (value: Value): string => (Buffer.isBuffer(value) ? value.toString('hex') : String(value));
