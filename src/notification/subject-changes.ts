/** Changes of an account about which its holder must be notified, whichever actor made them (rule 10, T48). */
export const SUBJECT_CHANGES = [
  'contacts',
  'identity',
  'identifiers',
  'protection',
  'proofing_record_added',
  'proofing_record',
  'recovery_code_saved',
  'recovery_code_used',
] as const;
export type SubjectChange = (typeof SUBJECT_CHANGES)[number];
