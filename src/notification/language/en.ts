/** Words of the mails, in English. */
export const en = {
  when: 'When',
  requestNumber: 'Request number',
  browser: 'Browser',
  /** What an account holder is told of: the subject, what happened, what follows for whoever asked for it. */
  told: {
    recovery_started: {
      subject: 'someone asked to get back into your account',
      happened: 'Someone asked to get back into your account. They have to prove who they are before anything changes.',
    },
    recovery_held: {
      subject: 'someone is about to get back into your account',
      happened:
        'Someone asked to get back into your account and passed the identity check. There is a wait now, and until it is over no passkey can be set up.',
    },
    recovery_approved: {
      subject: 'the identity check is done',
      happened:
        'Someone asked to get back into your account and passed the identity check. They can now set up a new passkey.',
    },
    recovery_denied: {
      subject: 'nobody got back into your account',
      happened:
        'Someone asked to get back into your account. We could not be sure who it was, and nothing was changed.',
    },
    result_withdrawn: {
      subject: 'the identity check is in question',
      happened:
        'A company that checked your identity has changed its answer. If there is no new passkey yet, nobody can make one until a person has looked at this.',
    },
    recovery_completed: {
      subject: 'a new passkey was added to your account',
      happened:
        'Someone got back into your account. A new passkey was added, earlier passkeys were removed, and every device was signed out.',
    },
    passkey_frozen: {
      subject: 'your new passkey was stopped',
      happened:
        'The newest passkey of your account was stopped, because something about it was reported or looked wrong. Nobody can sign in with it.',
    },
  },
  /** After `recovery_held`; the wait may be longer. */
  stopUntil: (time: string) => `You can stop it until ${time} at least.`,
  ifMe: 'If this was you, there is nothing to do.',
  ifMeDenied: (helpDesk: string) => `If this was you, ${helpDesk} can tell you other ways to get in.`,
  ifMeFrozen: (helpDesk: string) => `To get back in, contact ${helpDesk}.`,
  stopHere: 'If this was not you, stop it here:',
  /** Where nothing is left to stop. */
  tellHere: 'If this was not you, tell us here:',
  orTell: (helpDesk: string) => `Or tell ${helpDesk} your request number.`,
  question: {
    subject: 'are you getting back into your account right now?',
    asked:
      'Someone is getting back into your account and has passed an identity check. We cannot see that the check was done on the device that will get the new passkey.',
    ifMe: 'Are you getting back into your account at this moment? Open this page and type the number that your own screen shows:',
    secret:
      'Nobody may tell you that number. If you got it by phone, chat or mail, someone is trying to take your account: do not type it.',
    ifNotMe: 'If it is not you, open the same page and stop it. Without an answer it stops by itself.',
  },
  link: {
    subject: 'get back into your account',
    begin: (organisation: string) =>
      `You can now get back into your account at ${organisation}. It takes about five minutes. Most people need an identity document (the page says which) and a camera.`,
    open: 'Open this link on the device you want to sign in with:',
    returnSubject: 'go on where you left off',
    goOn: (organisation: string) => `Your request to get back into your account at ${organisation} can go on.`,
    openAgain: 'Open this link in the browser you used before. In any other one the photos have to be taken again:',
    works: (minutes: number) =>
      minutes === 1 ? 'The link works once, for 1 minute.' : `The link works once, for ${minutes} minutes.`,
    neverAsks: (organisation: string) =>
      `${organisation} will never ask you to send this link, or any code, to anyone.`,
    /** `button` has to be the name that the page behind the link shows. */
    notMe: (button: string, helpDesk: string) =>
      `If you did not ask for this, open the link and choose “${button}”, or tell ${helpDesk}.`,
    notMeButton: 'I did not ask for this',
  },
  code: {
    subject: 'your recovery code',
    is: (code: string) => `Your recovery code is ${code}`,
    works: (minutes: number) => `It works for ${minutes} minutes, and only in the browser in which it was asked for.`,
    neverAsks: (organisation: string) =>
      `Give it to nobody. ${organisation} will never ask you for it, on the telephone or in a message.`,
    notMe: (helpDesk: string) => `If you did not ask for it, tell ${helpDesk} your request number.`,
  },
  /** What was changed about an account: what happened, and what follows from it. */
  account: {
    subject: 'something about your account was changed',
    notExpected: (helpDesk: string) => `If you did not expect this, tell ${helpDesk} now.`,
    contacts: {
      happened: 'The addresses on file for your account were changed.',
      follows: 'A new address is not used for getting an account back during the next seven days.',
    },
    identity: {
      happened: 'The name or birth date on file for your account was changed.',
      follows: 'It is not used for getting an account back during the next seven days.',
    },
    identifiers: {
      happened: 'The login or employee number of your account was changed.',
      follows: 'Organisations do that when they rename accounts, for example. It changes nothing about your passkeys.',
    },
    protection: {
      happened: 'Your account is no longer specially protected, or a lower level of sign-in was set for it.',
      follows: 'For seven days, getting it back needs as much as before.',
    },
    proofing_record_added: {
      happened: 'A record of how you proved who you are was added to your account.',
      follows: 'Unless your account is new, it is not used for getting it back during the next seven days.',
    },
    proofing_record: {
      happened: 'The record of how you proved who you are was changed.',
      follows: 'It is not used for getting an account back during the next seven days.',
    },
    recovery_code_saved: {
      happened: 'Someone who was signed in made a new recovery code for your account.',
      follows: 'Earlier recovery codes have stopped working.',
    },
    recovery_code_used: {
      happened: 'Your recovery code was used in a request to get back into your account.',
      // Said alike of a code that was used up and of one that could not help and still works (T9, T75).
      follows: 'Do not count on it any more. When you are signed in, make a new one.',
    },
  },
};
