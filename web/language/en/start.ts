/** Words before the flow: the link, the self-service start and the security notice. */
export const start = {
  landing: {
    heading: (organisation: string) => `Get back into your account at ${organisation}`,
    openedByHelpDesk: (helpDesk: string, time: string) => `This was started on ${time} by ${helpDesk}.`,
    openedBySelf: (time: string) => `This was asked for on our sign-in page on ${time}.`,
    forAddress: 'We sent the link to',
    passedOn: (helpDesk: string) =>
      `You got this link on the phone from ${helpDesk}. Go on only if you called them yourself.`,
    needHeading: 'You will need',
    document: (documents: string, count: number) =>
      count === 1 ? `this document: ${documents}` : `one of these documents: ${documents}`,
    codesMayDo: 'No document? Two recovery codes may be enough.',
    needs: ['a phone or computer with a camera', 'about 5 minutes in a place with good light'],
    whatHappens: 'You take a photo of your document and one of your face. Then you set up a new passkey.',
    start: 'Start',
    sameBrowser: 'Use this device and this browser until the end.',
    notMeHeading: 'You did not ask for this?',
    notMeExplained: 'Tell us, and we stop it at once. You do not need to sign in.',
    notMe: 'I did not ask for this',
  },
  inAppBrowser: {
    heading: 'Open this page in your browser',
    explained: (app: string | undefined) =>
      app ? `You are inside the ${app} app.` : 'You are inside another app, such as a mail or chat app.',
    why: 'The camera and your new passkey work only in a real browser. Nothing has been used up yet.',
    stepsIos: [
      'Tap the menu of this page. It looks like three dots or a compass.',
      'Choose “Open in Safari” or “Open in browser”.',
      'If you cannot find it, copy the link and paste it into Safari.',
    ],
    stepsAndroid: [
      'Tap the three dots at the top of this page.',
      'Choose “Open in Chrome” or “Open in browser”.',
      'If you cannot find it, copy the link and paste it into your browser.',
    ],
    stepsOther: ['Copy the link.', 'Open Safari, Chrome, Firefox or Edge.', 'Paste the link into the address bar.'],
    openInBrowser: 'Open in the browser',
    linkLabel: 'Your link',
    linkWarning: 'Do not give this link to anyone.',
    copy: 'Copy link',
    copied: 'Copied. Now paste it into your browser.',
    copyFailed: 'We could not copy it. Select the link and copy it yourself.',
  },
  linkDead: {
    heading: 'This link does not work any more',
    why: 'Links work for a short time and in one browser only.',
    continueHeading: 'If you have started already',
    continueExplained: 'Go back to the browser where you started. Your photos are still there.',
    continueLink: 'Continue in this browser',
    newHeading: 'If you need a new link',
    newExplained: (helpDesk: string) => `Ask ${helpDesk}. The old link will stay off.`,
  },
  flowEnded: {
    heading: 'This page has ended',
    why: 'That happens after some time without a click, after two hours at the latest, or when your request goes on in another browser.',
    nextHeading: 'If you want to go on',
    next: (helpDesk: string) =>
      `Ask ${helpDesk} for a new link, and open it in this browser. If your request is still open, it takes you back there.`,
  },
  noticeDead: {
    heading: 'This link does not work any more',
    why: 'The link in a security message works for 7 days. Check that the whole address was copied.',
    stillHeading: 'If something was not you',
    still: (helpDesk: string) => `Contact ${helpDesk} now and give them the request number in the message.`,
  },
  notMeReported: {
    told: (organisation: string) => `We have told the security team of ${organisation}.`,
    nextHeading: 'What you can do now',
    callers: 'Never read a code or a link to anyone who calls you.',
    stopped: {
      heading: 'Thank you. We have stopped it',
      effect: 'Nobody can use this request to get into your account.',
      next: (helpDesk: string) => [
        'If you can still sign in, nothing has changed for you.',
        `If you get more messages like this, tell ${helpDesk}.`,
      ],
    },
    frozen: {
      heading: 'Thank you. We have stopped the new passkey',
      effect:
        'Nobody can sign in with it. Your earlier passkeys were removed before, so you cannot sign in now either.',
      next: (helpDesk: string) => [`Contact ${helpDesk} now and give them your request number. They help you back in.`],
    },
    nothing_to_stop: {
      heading: 'Thank you for telling us',
      effect: 'This request had already ended. Nobody can use it to get into your account.',
      next: (helpDesk: string) => [
        'If you can sign in as usual, there is nothing else to do.',
        `If you cannot, contact ${helpDesk} and give them your request number.`,
      ],
    },
  },
  recover: {
    heading: 'Get back into your account',
    explained: 'If you have lost every way to sign in, you can prove who you are and set up a new passkey.',
    loginLabel: 'Your user name or work email',
    loginHint: 'The name you use when you sign in.',
    loginMissing: 'Enter your user name or work email',
    submit: 'Send me a link',
    sentWhere: 'We send the link only to an address we already have for you.',
  },
  recoverAccepted: {
    heading: 'Check your messages',
    explained: 'If we can help with that account, we have sent a link to an address we already have for it.',
    notArrivedHeading: 'No message after 10 minutes?',
    notArrived: [
      'Look in the spam or junk folder.',
      'Check that you wrote your user name as you do when you sign in.',
      'Ask the help desk. They can start this for you.',
    ],
  },
  noticeReader: {
    heading: 'Was this you?',
    events: {
      recovery_started: (organisation: string) => `Someone asked to get back into your account at ${organisation}.`,
      recovery_completed: (organisation: string) => `A new passkey was set up for your ${organisation} account.`,
      passkey_changed: (organisation: string) => `The passkeys of your ${organisation} account were changed.`,
      confirmation_needed: (organisation: string) =>
        `We asked whether you were getting back into your account at ${organisation}. That question is over.`,
    },
    when: (time: string) => `This happened on ${time}.`,
    ifMe: 'If it was you, close this page. There is nothing to do.',
    ifNotMe:
      'If it was not you, tell us now. We will stop the request, freeze the new passkey and tell the security team.',
    notMe: 'This was not me',
  },
  confirmDevice: {
    heading: 'Are you getting back into your account right now?',
    lead: (organisation: string) =>
      `Someone is getting back into an account at ${organisation}. This address belongs to it.`,
    unproven: 'They passed an identity check. We cannot see that it was done on the device that gets the new passkey.',
    when: 'Asked on',
    browser: 'Browser',
    ifMeHeading: 'If it is you',
    label: 'Number on your own screen',
    hint: 'Two digits. They are on the page where you are getting back into your account.',
    warning:
      'Nobody may tell you this number. Did you get it by phone, chat or mail? Then do not type it: someone wants your account.',
    submit: 'Confirm that it is me',
    ifNotMeHeading: 'If it is not you',
    ifNotMe: 'Stop it now, even if you showed your face or document to someone today.',
    until: (time: string) => `You can answer until ${time}. Without an answer it stops by itself.`,
    missing: 'Enter the two digits on your own screen',
    wrong: (left: number) =>
      left === 1
        ? 'This is not the number. You have 1 try left'
        : `This is not the number. You have ${left} tries left`,
  },
  deviceConfirmed: {
    heading: 'Thank you. Go on in your browser',
    goOn: 'Go back to the browser where you are getting back into your account.',
    wait: 'To protect your account there may be a wait. That page shows until when.',
    regret: 'Did someone ask you to type the number? Then open the message again and stop it.',
  },
  deviceRefused: {
    heading: 'We have stopped this request',
    why: 'The number was wrong three times.',
    effect: 'Nothing has changed in the account.',
    contact: (helpDesk: string) => `If you still need to get in, contact ${helpDesk}.`,
  },
};
