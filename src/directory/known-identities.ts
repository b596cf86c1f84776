import { Sensitive } from '../../providers/kit/index.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { openWithRing } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { ProofedAttributes, SubjectProfile } from './subject.js';

/** What the directory says of a person, and what was proofed of them where it was. */
export interface KnownIdentity {
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
    const open = (sealed: Buffer, of: string): unknown =>
      JSON.parse(openWithRing(ring, sealed, `subject:${id}:${of}`).toString('utf8'));
    const profile = open(profileSealed, 'profile') as SubjectProfile;
    const record = attributesSealed && (open(attributesSealed, 'proofing') as ProofedAttributes);
    return new Sensitive({ profile, ...(record ? { record } : {}) });
  });
}
