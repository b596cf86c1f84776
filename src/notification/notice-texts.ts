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
type ToldKind = (typeof TOLD_KINDS)[number];
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface NoticeFacts {
  organisationName: string;
  helpDesk: string;
  reference: string;
  at: Date;
  /** The notice's page. Its GET changes nothing. */
  pageUrl: string;
  /** Kind of the browser in the flow, e.g. `Safari, iPhone`; in the question only. */
  browser?: string;
}

interface Text {
  subject: string;
  text: string;
}

const when = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

interface Sentences {
  subject: string;
  happened: string;
  /** What to do for whoever asked for it; nothing, unless said. */
  ifMe?: string;
}

const SENTENCES: Record<ToldKind, (facts: NoticeFacts) => Sentences> = {
  recovery_started: (facts) => ({
    subject: `${facts.organisationName}: somebody asked to reset how you sign in`,
    happened:
      'Somebody asked to reset how you sign in. They have to show an identity document and their face before anything changes.',
  }),
  recovery_held: (facts) => ({
    subject: `${facts.organisationName}: your account is about to be recovered`,
    happened:
      'The identity check for resetting how you sign in was passed. Now there is a wait in which you can still stop it: until it is over, no passkey can be set up.',
  }),
  recovery_approved: (facts) => ({
    subject: `${facts.organisationName}: the identity check is done`,
    happened: 'The identity check for resetting how you sign in was passed. A new passkey can now be set up.',
  }),
  recovery_denied: (facts) => ({
    subject: `${facts.organisationName}: your account was not recovered`,
    happened: 'Somebody asked to reset how you sign in. We could not be sure who it was, and nothing was changed.',
    ifMe: `If this was you, ${facts.helpDesk} can tell you what else there is.`,
  }),
  result_withdrawn: (facts) => ({
    subject: `${facts.organisationName}: the identity check is in question`,
    happened:
      'A service that was asked about your identity for resetting how you sign in now says something else. If no passkey had been set up by then, none can be set up before that has been looked at.',
  }),
  recovery_completed: (facts) => ({
    subject: `${facts.organisationName}: a new passkey was added to your account`,
    happened:
      'Your account was recovered. A new passkey was added, earlier passkeys were removed, and every device was signed out.',
  }),
  passkey_frozen: (facts) => ({
    subject: `${facts.organisationName}: your new passkey was stopped`,
    happened:
      'The passkey that was added by the last recovery was stopped, because something about it was reported or looked wrong. Nobody can sign in with it.',
  }),
};

/** The mail that tells an account holder what happened and how to stop it (NIST SP 800-63B-4, 4.6). */
export function noticeText(kind: NoticeKind, facts: NoticeFacts): Text {
  if (kind === 'confirmation_needed') return questionText(facts);
  const { subject, happened, ifMe = 'If this was you, there is nothing to do.' } = SENTENCES[kind](facts);
  const lines = [
    happened,
    '',
    `When: ${when(facts.at)}`,
    `Request number: ${facts.reference}`,
    '',
    ifMe,
    'If this was not you, stop it here:',
    facts.pageUrl,
    '',
    `Or tell ${facts.helpDesk} your request number.`,
  ];
  return { subject, text: lines.join('\n') };
}

/**
 * The mail that asks whether the verified person sits at the browser of the flow. The number is in that browser and not
 * in the mail: somebody who was made to show their face for a stranger has nothing to type (T33, T58).
 */
function questionText(facts: NoticeFacts): Text {
  const lines = [
    'Somebody is recovering your account and has passed an identity check. We cannot see that the check was done on the device that will get the new passkey.',
    '',
    `When: ${when(facts.at)}`,
    ...(facts.browser ? [`Browser: ${facts.browser}`] : []),
    `Request number: ${facts.reference}`,
    '',
    'Are you recovering your account at this moment? Open this page and type the number that your own screen shows:',
    facts.pageUrl,
    '',
    'Nobody may tell you that number. If you got it by phone, chat or mail, somebody is trying to take your account: do not type it.',
    'If it is not you, open the same page and stop it. Without an answer it stops by itself.',
    '',
    `Or tell ${facts.helpDesk} your request number.`,
  ];
  return { subject: `${facts.organisationName}: are you recovering your account right now?`, text: lines.join('\n') };
}

interface LinkFacts {
  organisationName: string;
  helpDesk: string;
  reference: string;
  link: string;
  minutes: number;
}

/** The mail that leads back into a recovery that goes on, e.g. after a wait or a colleague's look at it. */
export function returnText(facts: LinkFacts): Text {
  const lines = [
    `Your request to reset how you sign in to ${facts.organisationName} can go on.`,
    '',
    'Open this link in the browser you used before. In any other one the photos have to be taken again:',
    facts.link,
    '',
    `The link works once, for ${facts.minutes} minutes. Request number: ${facts.reference}`,
    '',
    `${facts.organisationName} will never ask you to send this link or any code to somebody. If you did not ask for this, open the link and choose "I did not ask for this", or tell ${facts.helpDesk}.`,
  ];
  return { subject: `${facts.organisationName}: go on where you left off`, text: lines.join('\n') };
}

/** The mail that carries the recovery link. */
export function linkText(facts: LinkFacts): Text {
  const lines = [
    `You can now reset how you sign in to ${facts.organisationName}. It takes about five minutes. You need your passport, driving licence or identity card, and a camera.`,
    '',
    'Open this link on the device you want to sign in with:',
    facts.link,
    '',
    `The link works once, for ${facts.minutes} minutes. Request number: ${facts.reference}`,
    '',
    `${facts.organisationName} will never ask you to send this link or any code to somebody. If you did not ask for this, open the link and choose "I did not ask for this", or tell ${facts.helpDesk}.`,
  ];
  return { subject: `${facts.organisationName}: reset how you sign in`, text: lines.join('\n') };
}

/** The mail with a recovery code. It goes to an address that did not get the link, and holds nothing to click. */
export function codeText(facts: {
  organisationName: string;
  helpDesk: string;
  reference: string;
  code: string;
  minutes: number;
}): Text {
  return {
    subject: `${facts.organisationName}: your recovery code`,
    text: [
      `Your recovery code is ${facts.code}`,
      '',
      `It works for ${facts.minutes} minutes, and only in the browser in which it was asked for. Request number: ${facts.reference}`,
      '',
      `Give it to nobody. ${facts.organisationName} will never ask you for it, on the telephone or in a message.`,
      `If you did not ask for it, tell ${facts.helpDesk} your request number.`,
    ].join('\n'),
  };
}
