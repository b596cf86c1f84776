import { Sensitive } from '../../providers/kit/index.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { openWithRing, SealBrokenError } from '../platform/crypto/sealing.js';
import type { ProofedAttributes, SubjectProfile } from './subject.js';

/** What a profile and a record are sealed to: nobody's can be put in the place of another's. */
export const profileContext = (subjectId: string): string => `subject:${subjectId}:profile`;
export const recordContext = (subjectId: string): string => `subject:${subjectId}:proofing`;
export const portraitKeyContext = (subjectId: string): string => `subject:${subjectId}:portrait-key`;

/** @throws SealBrokenError */
export function openProfile(ring: KeyRing, subjectId: string, sealed: Buffer): Sensitive<SubjectProfile> {
  const text = openWithRing(ring, sealed, profileContext(subjectId)).toString('utf8');
  return new Sensitive(JSON.parse(text) as SubjectProfile);
}

/**
 * The sealed content, or undefined if the seal is broken. For code that writes the account anew, which is the only
 * repair.
 */
export function ifReadable<Opened>(open: () => Opened): Opened | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}

/** @throws SealBrokenError */
export function openAttributes(ring: KeyRing, subjectId: string, sealed: Buffer): Sensitive<ProofedAttributes> {
  const text = openWithRing(ring, sealed, recordContext(subjectId)).toString('utf8');
  return new Sensitive(JSON.parse(text) as ProofedAttributes);
}
