import type { MailFrame } from './mail-frame.js';
import type { SubjectChange } from './subject-changes.js';

/** What an account holder is told of. There is nothing in such a notice that approves: it can stop and freeze (T58). */
export const TOLD_KINDS = [
  'recovery_started',
  'recovery_held',
  'recovery_approved',
  'recovery_denied',
  'result_withdrawn',
  'recovery_completed',
  'passkey_frozen',
] as const;

/**
 * Kinds of notices about a case. Every address of the account gets each kind once per case. A hold, an approval and the
 * question are sent once per attempt (pipeline.ts); only the question can be answered with a number.
 */
export const NOTICE_KINDS = [...TOLD_KINDS, 'confirmation_needed'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface CaseNoticeFacts {
  reference: string;
  at: Date;
  /** The notice's page. Its GET changes nothing. */
  pageUrl: string;
  /** Kind of the browser in the flow, e.g. `Safari, iPhone`; in the question only. */
  browser?: string;
  /**
   * End of a hold that runs: it may be made longer later, never shorter. Not of one that waits for the browser or for
   * an answer at an address on file: these end when that comes.
   */
  until?: Date;
}

interface Text {
  subject: string;
  text: string;
}

/** What is told of when nothing is left to stop, and what is said then to whoever it was. */
const ENDED: Partial<Record<NoticeKind, 'ifMeDenied' | 'ifMeFrozen'>> = {
  recovery_denied: 'ifMeDenied',
  passkey_frozen: 'ifMeFrozen',
};

/** The mail that tells an account holder what happened and how to stop it (NIST SP 800-63B-4, 4.6). */
export function noticeText(frame: MailFrame, kind: NoticeKind, facts: CaseNoticeFacts): Text {
  if (kind === 'confirmation_needed') return questionText(frame, facts);
  const { words, helpDesk } = frame;
  const { subject, happened } = words.told[kind];
  const ended = ENDED[kind];
  const until = kind === 'recovery_held' && facts.until && words.stopUntil(frame.timeText(facts.until));
  return mail(frame, subject, [
    until ? `${happened} ${until}` : happened,
    '',
    ...factLines(frame, facts),
    '',
    ended ? words[ended](helpDesk) : words.ifMe,
    ended ? words.tellHere : words.stopHere,
    facts.pageUrl,
    '',
    words.orTell(helpDesk),
  ]);
}

/**
 * The mail that asks whether the verified person sits at the browser of the flow. The number is in that browser and not
 * in the mail: somebody who was made to show their face for a stranger has nothing to type (T33, T58).
 */
function questionText(frame: MailFrame, facts: CaseNoticeFacts): Text {
  const { question, orTell } = frame.words;
  return mail(frame, question.subject, [
    question.asked,
    '',
    ...factLines(frame, facts),
    '',
    question.ifMe,
    facts.pageUrl,
    '',
    question.secret,
    question.ifNotMe,
    '',
    orTell(frame.helpDesk),
  ]);
}

interface LinkFacts {
  reference: string;
  link: string;
  minutes: number;
}

/** The mail that leads back into a recovery that goes on, e.g. after a wait or a colleague's look at it. */
export function returnText(frame: MailFrame, facts: LinkFacts): Text {
  const { returnSubject, goOn, openAgain } = frame.words.link;
  return mail(frame, returnSubject, [goOn(frame.organisation), '', openAgain, ...linkLines(frame, facts)]);
}

/** The mail that carries the recovery link. */
export function linkText(frame: MailFrame, facts: LinkFacts): Text {
  const { subject, begin, open } = frame.words.link;
  return mail(frame, subject, [begin(frame.organisation), '', open, ...linkLines(frame, facts)]);
}

/** The mail with a recovery code. It goes to an address that did not get the link, and holds nothing to click. */
export function codeText(frame: MailFrame, facts: { reference: string; code: string; minutes: number }): Text {
  const { subject, is, works, neverAsks, notMe } = frame.words.code;
  return mail(frame, subject, [
    is(frame.isolate(facts.code)),
    '',
    `${works(facts.minutes)} ${referenceText(frame, facts)}`,
    '',
    neverAsks(frame.organisation),
    notMe(frame.helpDesk),
  ]);
}

/** The mail about a change of an account. There is nothing in it to click. */
export function accountText(frame: MailFrame, change: SubjectChange, since: Date): Text {
  const { subject, notExpected, ...changes } = frame.words.account;
  const { happened, follows } = changes[change];
  const when = `${frame.words.when}: ${frame.timeText(since)}`;
  return mail(frame, subject, [happened, '', when, follows, '', notExpected(frame.helpDesk)]);
}

function mail({ organisation }: MailFrame, subject: string, lines: readonly string[]): Text {
  return { subject: `${organisation}: ${subject}`, text: lines.join('\n') };
}

function factLines(frame: MailFrame, facts: CaseNoticeFacts): string[] {
  const { when, browser } = frame.words;
  return [
    `${when}: ${frame.timeText(facts.at)}`,
    ...(facts.browser ? [`${browser}: ${frame.isolate(facts.browser)}`] : []),
    referenceText(frame, facts),
  ];
}

const referenceText = (frame: MailFrame, { reference }: { reference: string }): string =>
  `${frame.words.requestNumber}: ${frame.isolate(reference)}`;

function linkLines(frame: MailFrame, facts: LinkFacts): string[] {
  const { link } = frame.words;
  return [
    facts.link,
    '',
    `${link.works(facts.minutes)} ${referenceText(frame, facts)}`,
    '',
    `${link.neverAsks(frame.organisation)} ${link.notMe(link.notMeButton, frame.helpDesk)}`,
  ];
}
