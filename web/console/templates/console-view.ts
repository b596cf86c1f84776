import type {
  ReviewComparison,
  ReviewPicture,
  ReviewSummary,
  ReviewView,
} from '../../../src/adjudication/review/review.schemas.js';
import type { AuditPage } from './audit-view.js';
import type { ReviewReason } from '../../../src/adjudication/review-reasons.js';
import type { ReviewOutcome } from '../../../src/adjudication/review-votes.js';
import type { SubjectView } from '../../../src/directory/subject.schemas.js';
import type { CaseState } from '../../../src/recovery-case/case-states.js';
import type { CaseView } from '../../../src/recovery-request/case.schemas.js';
import type { DeskAccount } from '../../../src/recovery-request/desk-accounts.js';
import type { DeskCase } from '../../../src/recovery-request/desk-cases.js';

export const QUEUE_NOTICES = ['waits', 'approved', 'held', 'denied', 'retry'] as const;
export type QueueNotice = (typeof QUEUE_NOTICES)[number];

export const CASE_NOTICES = ['opened', 'link_sent', 'code_confirmed', 'stopped', 'yes_counted'] as const;
export type CaseNotice = (typeof CASE_NOTICES)[number];

/** A list's place in its pages. */
export interface ListPlace {
  olderCursor?: string;
  isFirst: boolean;
}

/** Why a search may not show everybody: it cannot be opened, there are too many, or it is not searchable by address yet. */
export type HiddenPeople = 'unreadable' | 'more' | 'notIndexed';

export interface FoundPeople {
  people: readonly SubjectView[];
  hidden?: HiddenPeople;
}

/** What an agent wrote into the form that opens a case, as it came. */
export interface RequestFields {
  channel: string;
  reason: string;
  ticketRef: string;
}
export type RequestFault = 'channelMissing' | 'reasonMissing' | 'ticketWrong';

/** What is wrong with a form of a case's page. */
export type CaseFault = 'codeMissing' | 'codeWrong' | 'cancelMissing';

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
      /** What makes a second click no second vote. */
      formKey: string;
      reference: string;
      displayName: string;
      outcome: ReviewOutcome;
      reasonCode: ReviewReason;
      note?: string;
      error?: 'note_too_long';
    }
  | AuditPage
  | {
      screen: 'find-person';
      fault?: 'missing' | 'nobody' | HiddenPeople;
      people?: readonly SubjectView[];
      hidden?: HiddenPeople;
    }
  | {
      screen: 'new-request';
      account: DeskAccount;
      /** What makes a second click no second case. */
      formKey: string;
      given?: RequestFields;
      faults?: readonly RequestFault[];
    }
  | { screen: 'relayed-link'; recoveryCase: CaseView; link: string }
  | ({
      screen: 'cases';
      rows: readonly CaseView[];
      filter: { state?: CaseState; openedBy?: string; ticketRef?: string };
      /** What the signed-in person is called where cases say who opened them. */
      self: string;
    } & ListPlace)
  | ({ screen: 'authorizations'; rows: readonly CaseView[] } & ListPlace)
  | {
      screen: 'case';
      shown: DeskCase;
      /** What the signed-in person's scopes open. */
      may: { help: boolean; authorize: boolean };
      formKey: string;
      notice?: CaseNotice;
      fault?: CaseFault;
      /** The reason of a cancellation that was not taken. */
      given?: string;
    }
  | { screen: 'problem'; status: number; code: string; requestId?: string; retryAfterSeconds?: number };

export type ConsoleScreen = ConsoleView['screen'];
export type ConsoleViewOf<Screen extends ConsoleScreen> = Extract<ConsoleView, { screen: Screen }>;
