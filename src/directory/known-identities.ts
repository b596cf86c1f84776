import { Sensitive } from '../../providers/kit/index.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { openFormerNames, type FormerName } from './former-names.js';
import { openAttributes, openProfile } from './sealed-account.js';
import type { ProofedAttributes, SubjectProfile } from './subject.js';

/** What the directory says of a person, and what was proofed of them where it was. */
export interface KnownIdentity {
  subjectId: string;
  profile: SubjectProfile;
  record?: ProofedAttributes;
  /** What they said until a change of the last week: it counts as well (rule 10). */
  formerly?: FormerName[];
}

/** What could be read of some accounts, and which could not: their seal is broken, or its key is gone from the ring. */
export interface ReadIdentities {
  known: Sensitive<KnownIdentity>[];
  /** Ids. */
  unreadable: string[];
}

/** The identities of these accounts, in one query. One that cannot be opened keeps no other from being read. */
export async function readIdentities(
  tx: Transaction,
  ring: KeyRing,
  subjectIds: readonly string[],
): Promise<ReadIdentities> {
  const rows = await tx.many<SealedIdentity>`
    SELECT s.id, s.profile_sealed, s.former_names_sealed, p.attributes_sealed FROM subjects s LEFT JOIN proofing_records p ON p.subject_id = s.id
    WHERE s.id = ANY(${subjectIds}::text[])`;
  const read: ReadIdentities = { known: [], unreadable: [] };
  for (const row of rows) {
    const identity = opened(ring, row);
    if (identity) read.known.push(identity);
    else read.unreadable.push(row.id);
  }
  return read;
}

interface SealedIdentity {
  id: string;
  profileSealed: Buffer;
  formerNamesSealed: Buffer | null;
  attributesSealed: Buffer | null;
}

function opened(
  ring: KeyRing,
  { id, profileSealed, formerNamesSealed, attributesSealed }: SealedIdentity,
): Sensitive<KnownIdentity> | undefined {
  try {
    const profile = openProfile(ring, id, profileSealed).reveal();
    const record = attributesSealed && openAttributes(ring, id, attributesSealed).reveal();
    const formerly = formerNamesSealed ? openFormerNames(ring, id, formerNamesSealed) : [];
    return new Sensitive({ subjectId: id, profile, formerly, ...(record ? { record } : {}) });
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}
