import { Sensitive } from '../../providers/kit/index.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { openAttributes, openProfile } from './sealed-account.js';
import type { ProofedAttributes, SubjectProfile } from './subject.js';

/** What the directory says of a person, and what was proofed of them where it was. */
export interface KnownIdentity {
  subjectId: string;
  profile: SubjectProfile;
  record?: ProofedAttributes;
}

/** The identities of these accounts, in one query. @throws SealBrokenError */
export async function readIdentities(
  tx: Transaction,
  ring: KeyRing,
  subjectIds: readonly string[],
): Promise<Sensitive<KnownIdentity>[]> {
  const rows = await tx.many<{ id: string; profileSealed: Buffer; attributesSealed: Buffer | null }>`
    SELECT s.id, s.profile_sealed, p.attributes_sealed FROM subjects s LEFT JOIN proofing_records p ON p.subject_id = s.id
    WHERE s.id = ANY(${subjectIds}::text[])`;
  return rows.map(({ id, profileSealed, attributesSealed }) => {
    const profile = openProfile(ring, id, profileSealed).reveal();
    const record = attributesSealed && openAttributes(ring, id, attributesSealed).reveal();
    return new Sensitive({ subjectId: id, profile, ...(record ? { record } : {}) });
  });
}
