import type {
  ReviewComparison,
  ReviewPicture,
  ReviewSummary,
  ReviewView,
} from '../../../src/adjudication/review/review.schemas.js';
import type { AuditPage } from './audit-view.js';
import type { ReviewReason } from '../../../src/adjudication/review-reasons.js';
import type { ReviewOutcome } from '../../../src/adjudication/review-votes.js';

export const QUEUE_NOTICES = ['waits', 'approved', 'held', 'denied', 'retry'] as const;
export type QueueNotice = (typeof QUEUE_NOTICES)[number];

/** What a reviewer has opened: pictures by their links of a minute, and what the evidence says. */
export interface OpenedEvidence {
  kinds: readonly ReviewPicture[];
  values?: ReviewComparison;
}

export type ConsoleView =
  | { screen: 'sign-in'; reason?: 'signedOut' | 'ended' | 'failed' }
  | {
      screen: 'queue';
      rows: readonly ReviewSummary[];
      filter: { openedBy?: string; ticketRef?: string };
      olderCursor?: string;
      isFirst: boolean;
      notice?: QueueNotice;
    }
  | { screen: 'review'; review: ReviewView; opened?: OpenedEvidence; missingReason?: ReviewOutcome }
  | {
      screen: 'confirm';
      caseId: string;
      reference: string;
      displayName: string;
      outcome: ReviewOutcome;
      reasonCode: ReviewReason;
      note?: string;
      error?: 'note_too_long';
    }
  | AuditPage
  | { screen: 'problem'; status: number; code: string; requestId?: string; retryAfterSeconds?: number };

export type ConsoleScreen = ConsoleView['screen'];
export type ConsoleViewOf<Screen extends ConsoleScreen> = Extract<ConsoleView, { screen: Screen }>;
