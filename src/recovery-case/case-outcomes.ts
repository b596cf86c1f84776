/** What a decision says, from best to worst: what is less good for whoever asks comes later. */
export const VERDICTS = ['approve', 'retry', 'refer', 'deny'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a case's outcome is called for agents and pages: coarse on purpose (T75). */
export const BUCKETS = [
  'confirmed',
  'unreadable_document',
  'unsupported_document',
  'expired_document',
  'face_unclear',
  'face_no_match',
  'not_finished',
  'needs_review',
  'not_confirmed',
] as const;
export type Bucket = (typeof BUCKETS)[number];
