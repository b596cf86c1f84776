/** What somebody may be told about a case. Every account address gets each kind once per case. */
export const NOTICE_KINDS = ['recovery_started', 'recovery_approved', 'recovery_completed', 'passkey_frozen'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface NoticeFacts {
  organisationName: string;
  helpDesk: string;
  reference: string;
  at: Date;
  /** Can only stop and freeze; there is nothing in a notice that approves (T58). */
  stopUrl: string;
}

interface Text {
  subject: string;
  text: string;
}

const when = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const SENTENCES: Record<NoticeKind, (facts: NoticeFacts) => { subject: string; happened: string }> = {
  recovery_started: (facts) => ({
    subject: `${facts.organisationName}: somebody asked to reset how you sign in`,
    happened:
      'Somebody asked to reset how you sign in. They have to show an identity document and their face before anything changes.',
  }),
  recovery_approved: (facts) => ({
    subject: `${facts.organisationName}: the identity check is done`,
    happened: 'The identity check for resetting how you sign in was passed. A new passkey can now be set up.',
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
  const { subject, happened } = SENTENCES[kind](facts);
  const lines = [
    happened,
    '',
    `When: ${when(facts.at)}`,
    `Request number: ${facts.reference}`,
    '',
    'If this was you, there is nothing to do.',
    'If this was not you, stop it here:',
    facts.stopUrl,
    '',
    `Or tell ${facts.helpDesk} your request number.`,
  ];
  return { subject, text: lines.join('\n') };
}

/** The mail that carries the recovery link. */
export function linkText(facts: {
  organisationName: string;
  helpDesk: string;
  reference: string;
  link: string;
  minutes: number;
}): Text {
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
