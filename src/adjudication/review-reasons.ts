import { BUCKETS, CAPTURE_WORDS, type Bucket } from './reasons.js';

/**
 * Words a page has for what to do better: a reviewer who sends a person back says one of them to that person. All that a
 * check can say is among them.
 */
const PAGE_WORDS = [...CAPTURE_WORDS, 'face_no_match'] as const;
type PageWord = (typeof PAGE_WORDS)[number];

/**
 * Why a reviewer voted as they did: a closed list, because a vote can never be changed, outlives the erasure of its case
 * and is shown to colleagues who may have a decision explained. What needs a sentence goes into the note, which is sealed.
 */
export const REVIEW_REASONS = {
  approve: ['same_person', 'document_genuine', 'data_agrees', 'capture_genuine'],
  deny: [
    'not_same_person',
    'document_not_genuine',
    'data_differs',
    'capture_not_genuine',
    'suspected_fraud',
    'not_enough_evidence',
    'account_holder_objects',
  ],
  /** `not_finished` says nothing to the person but to come again. */
  retry: [...PAGE_WORDS, 'not_finished'],
} as const;
export type ReviewReason = (typeof REVIEW_REASONS)[keyof typeof REVIEW_REASONS][number];

export const ALL_REVIEW_REASONS: readonly [ReviewReason, ...ReviewReason[]] = [
  ...REVIEW_REASONS.approve,
  ...REVIEW_REASONS.deny,
  ...REVIEW_REASONS.retry,
];

/** What the person is told when a reviewer sends them back. */
export const wordsForRetry = (reason: ReviewReason): PageWord[] => PAGE_WORDS.filter((word) => word === reason);

/** What a case that was sent back is called for agents and pages. */
export const bucketForRetry = (reason: ReviewReason): Bucket =>
  BUCKETS.find((bucket) => bucket === reason) ?? 'not_finished';

/** A vote from before the list was closed may hold anything: it is not said again. */
export const shownReason = (stored: string): ReviewReason | 'other' =>
  ALL_REVIEW_REASONS.find((reason) => reason === stored) ?? 'other';
