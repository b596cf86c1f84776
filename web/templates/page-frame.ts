import type { Language } from '../language/index.js';

/** How somebody reaches a person. Shown in the same place on every page (WCAG 2.2, 3.2.6 Consistent Help). */
export interface HelpDesk {
  name: string;
  phone?: string;
  email?: string;
  url?: string;
}

/** The life of the page's session, as it was when the page was made. */
export interface PageSession {
  /** Until then it lives when nothing is done. */
  openUntil: Date;
  idleSeconds: number;
  /** Until its absolute end, which nothing moves. */
  endsInSeconds: number;
}

/** What surrounds a page whatever it shows. */
export interface PageFrame {
  organisationName: string;
  helpDesk: HelpDesk;
  language: Language;
  /** Languages in the switch; the links are `?lang=de`, on the same path. One or none hides the switch. */
  languages?: readonly Language[];
  /** What of the page's own query a change of language keeps, without `?`. */
  query?: string;
  /** IANA zone for times on the page; `UTC` when absent. The zone's name is always shown beside the time. */
  timeZone?: string;
  /** Present once the browser has a flow session: forms carry it as `_csrf`. */
  csrfToken?: string;
  /** How long that session lives: said on the page, and warned of before its end (WCAG 2.2, 2.2.1 Timing Adjustable). */
  session?: PageSession;
  /** The case reference, e.g. `REC-7F3K`. */
  reference?: string;
  /** Four digits to read to the agent on the phone. */
  callCode?: string;
  /** The Content-Security-Policy nonce of this answer, when the policy asks for one. */
  nonce?: string;
}
