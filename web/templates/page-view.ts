import type { DocumentType, EvidenceKind } from '../../providers/kit/index.js';
import type { RepudiationOutcome } from '../../src/notification/repudiation.js';

/** One verification the person can choose: the organisation's own machine or a partner. */
export interface ProviderChoice {
  id: string;
  name: string;
  kind: 'own' | 'partner';
}

/** The privacy notice as it is shown: the text itself belongs to the stage that stores who agreed to it. */
export interface NoticeText {
  version: string;
  heading: string;
  sections: readonly { heading: string; paragraphs: readonly string[] }[];
}

export type EndReason = 'cancelled' | 'expired' | 'denied' | 'stopped' | 'attempts_used';

/** What happened that a security notice told its reader about. */
export type NoticeEvent = 'recovery_started' | 'recovery_completed' | 'passkey_changed' | 'confirmation_needed';

/** Before the flow: reached by link or by the organisation's sign-in page, no session yet. */
export type EntryView =
  | {
      screen: 'landing';
      linkToken: string;
      openedBy: 'help_desk' | 'self';
      openedAt: Date;
      maskedAddress?: string;
      /** A colleague gave it to the person; nobody sent it anywhere. */
      passedOn?: boolean;
      documentTypes: readonly DocumentType[];
      /** The organisation takes two codes instead of a document from some people. */
      codesMayDo?: boolean;
    }
  | {
      screen: 'in-app-browser';
      linkToken: string;
      platform: 'ios' | 'android' | 'other';
      pageUrl: string;
      appName?: string;
    }
  | { screen: 'link-dead' }
  /** The browser has no page session that lives: too long without a click, taken on elsewhere, or never one. */
  | { screen: 'flow-ended' }
  /** A notice's link that has ended, or never was one. */
  | { screen: 'notice-dead' }
  | { screen: 'not-me-reported'; outcome: RepudiationOutcome }
  | { screen: 'recover'; login?: string; error?: 'login_missing' }
  | { screen: 'recover-accepted' }
  | { screen: 'notice-reader'; noticeToken: string; event: NoticeEvent; at: Date }
  | {
      screen: 'confirm-device';
      noticeToken: string;
      at: Date;
      until: Date;
      /** Kind of the browser in the flow, e.g. `Safari, iPhone`. */
      browser?: string;
      error?: { code: 'number_missing' } | { code: 'number_wrong'; triesLeft: number };
    }
  | { screen: 'device-confirmed' }
  | { screen: 'device-refused' };

/** Somebody else checks than the person chose: who could not be reached, and who does it; nameless, the organisation itself. */
export interface StandIn {
  failed?: string;
  name?: string;
}

/** Steps 2 to 4: agreement, document, face. */
export type EvidenceView =
  | {
      screen: 'consent';
      noticeVersion: string;
      retentionDays: number;
      documentTypes: readonly DocumentType[];
      error?: 'choice_missing';
    }
  /** An agent passed the link on: nothing goes on before they have typed the code, which the frame shows. */
  | { screen: 'call-code'; usedUp: boolean }
  | { screen: 'consent-declined'; canChangeMind: boolean }
  | { screen: 'notice'; notice: NoticeText; backUrl?: string }
  | {
      screen: 'choose-document';
      /** ISO 3166-1 alpha-2; shown under their names in the page's language. */
      countries: readonly string[];
      documentTypes: readonly DocumentType[];
      chosen?: { issuingCountry?: string; documentType?: DocumentType };
      errors?: readonly ('country_missing' | 'document_type_missing')[];
      /** The organisation takes two codes instead. */
      canGoWithout?: boolean;
    }
  | {
      screen: 'recovery-codes';
      /** A code was asked for just now. */
      requested?: boolean;
      error?: 'missing' | 'wrong' | 'too_many';
      /** The organisation takes a second code instead of a document. */
      canGoWithout?: boolean;
    }
  | {
      screen: 'without-document';
      /** The code that was sent, the one that was saved, or nothing more: both are here. */
      next: 'issued' | 'saved' | 'send';
      attempt: number;
      /** A code was asked for just now. */
      requested?: boolean;
      error?: 'missing' | 'wrong' | 'too_many';
    }
  | { screen: 'choose-provider'; providers: readonly ProviderChoice[]; error?: 'choice_missing' }
  /** The partner sends the browser back, or is opened beside this page. Its address stays with the server. */
  | { screen: 'partner-handoff'; providerName: string; way: 'returns' | 'beside'; standIn?: StandIn }
  /** The partner is an app on this device, or on another one that scans the address as a code. */
  | { screen: 'partner-handoff'; providerName: string; way: 'wallet'; url: string; standIn?: StandIn }
  | {
      screen: 'capture';
      kind: EvidenceKind;
      documentType?: DocumentType;
      /** Why the last photo was not used; codes of the closed table, unknown ones get a general sentence. */
      reasons?: readonly string[];
      /** The photo of these reasons was sent a second time. */
      sentAgain?: boolean;
      /** A photo that the camera took by itself is sent without being looked at by the person. */
      sendsByItself?: boolean;
      /** `camera` asks a phone for its camera, `file` lets the person pick a picture. */
      source?: 'camera' | 'file';
      /** Offers the other source as a link (`?source=file`). */
      canChooseFile?: boolean;
      /** The organisation takes this photo by the page's own camera only. */
      cameraOnly?: boolean;
      standIn?: StandIn;
      /** The picture may be left out; the link leads to the next one. */
      canSkipTo?: EvidenceKind;
    }
  /** `leftOut`: pictures that were asked for and need not be there. */
  | {
      screen: 'check-and-send';
      attempt: number;
      kinds: readonly EvidenceKind[];
      leftOut?: readonly EvidenceKind[];
    };

/** Steps 5 and 6, and every way a case can end. */
export type OutcomeView =
  | {
      screen: 'checking';
      /** Set while the partner is down and the case waits for it. */
      waitingForProvider?: { nextAttemptAt?: Date };
    }
  /** Without reasons the page says that the check was not finished, as when somebody turns back at a partner. */
  | { screen: 'retry'; reasons: readonly string[]; attemptsLeft: number; next: EvidenceKind | 'document' | 'provider' }
  | { screen: 'cannot-finish' }
  | {
      screen: 'held';
      until: Date;
      /**
       * What has to happen besides time passing: the browser comes back, an address on file confirms, or one takes the
       * notice.
       */
      waitsFor?: 'return' | 'confirmation' | 'notice';
      /** In the bound browser: the number to type in the message's page, and how many addresses got it. */
      confirmation?: { number: string; sentTo: number };
    }
  | { screen: 'create-passkey' }
  | {
      screen: 'done';
      passkey?: { createdAt: Date };
      oldPasskeysRemoved?: number;
      sessionsEnded?: boolean;
      maskedAddresses?: readonly string[];
      /** A new recovery code is shown once, after the sign-in. */
      savedCodeDue?: boolean;
      /** Where people sign in with the passkey; this service's own sign-in is the try on the page. */
      signInUrl?: string;
    }
  /** The recovery was completed, and its passkey does not work any more. */
  | { screen: 'passkey-stopped' }
  | { screen: 'ended'; reason: EndReason }
  | {
      screen: 'error';
      status: number;
      /** The problem document's `code`; only used to choose words. */
      code?: string;
      /** The problem document's `instance`, for the help desk. */
      requestId?: string;
      retryAfterSeconds?: number;
    };

/** Everything a page needs to know, by screen. */
export type PageView = EntryView | EvidenceView | OutcomeView;

export type ScreenName = PageView['screen'];

/** The view of one screen. */
export type ViewOf<Screen extends ScreenName> = Extract<PageView, { screen: Screen }>;
