/** Words of step 5 and of every way a request can end. */
export const outcome = {
  checking: {
    heading: 'We are checking your photos',
    explained: 'This usually takes less than a minute. The page moves on by itself.',
    still: 'Still checking.',
    long: 'This is taking longer than usual. You can keep this page open or come back to it later.',
    checkNow: 'Check now',
    waitingHeading: 'The check has to wait a little',
    waitingExplained: 'The service that checks documents is not answering right now. Your request is safe with us.',
    waitingNext: (time: string) => `We try again at ${time}, and go on by ourselves.`,
    waitingNoTime: 'We keep trying, and go on by ourselves.',
    waitingNothingToDo: 'You do not need to do anything or send anything again.',
  },
  retry: {
    heading: 'We need another try',
    attemptsLeft: (count: number) => (count === 1 ? 'You can try 1 more time.' : `You can try ${count} more times.`),
    submitDocument: 'Take new photos',
    submitSelfie: 'Take a new photo of your face',
    submitChoose: 'Choose another document',
    submitAgain: 'Start the check again',
  },
  cannotFinish: {
    heading: 'We cannot finish this online right now',
    why: 'To keep your details safe we cannot say which check did not pass.',
    nextHeading: 'What happens next',
    review: 'A trained person will look at it.',
    message: 'We will write to you at an address we already have for you.',
    contact: (helpDesk: string) => `You can also contact ${helpDesk} with your request number.`,
  },
  held: {
    heading: 'You are confirmed. There is a short wait',
    why: 'To protect your account, the new passkey can be set up a little later.',
    until: 'You can go on from',
    told: 'We have told you on every address we have for you. If it was not you, you can stop it there.',
    comeBack: 'Come back to this page in this browser. You do not need new photos.',
    checkNow: 'Check now',
  },
  heldForReturn: {
    heading: 'Go back to the page of the check',
    why: 'The result has arrived. Now we wait until this browser comes back from the page where you were checked.',
    how: 'Stay on that page until its end. It brings you back here.',
    otherwise:
      'If it does not, we ask you in about a minute at another address we have for you. Without one, trained people look at it.',
    checkNow: 'Check now',
  },
  heldForNotice: {
    heading: 'The check is done. We still have to send you a message',
    why: 'Nobody may set up a new passkey for your account without a word to you. So far no message has got through to an address we have for you.',
    how: 'We try again by ourselves. After that there may be a wait. You do not need new photos.',
    contact: (helpDesk: string) => `If it takes long, contact ${helpDesk} with your request number.`,
    until: 'If no message gets through, this request ends on',
    checkNow: 'Check now',
  },
  heldForConfirmation: {
    heading: 'Please confirm that it is you',
    why: 'We cannot see that the check was done on this device. So we ask you at another address we already have for you, not the one that got your link.',
    sent: (count: number) =>
      count === 0
        ? 'The message is on its way.'
        : count === 1
          ? 'We have sent the message to 1 address.'
          : `We have sent the message to ${count} addresses.`,
    numberHeading: 'Your number',
    numberExplained: 'Open the message yourself and type this number on its page:',
    secret: 'This number is for you alone. Never read it out, send it or show it to anyone.',
    elsewhere: 'The number is shown in the browser where you started.',
    until: 'Without an answer this request ends on',
    after: 'After your answer there may be a wait, to protect your account. This page then shows until when.',
    checkNow: 'Check now',
  },
  passkeyStopped: {
    heading: 'Your new passkey does not work any more',
    explained: 'It was stopped to protect your account, or another one took its place.',
    contact: (helpDesk: string) => `If you need to get in, contact ${helpDesk} with your request number.`,
  },
  ended: {
    cancelled: {
      heading: 'This request was cancelled',
      explained: 'Nothing has changed in your account. Your photos will be deleted.',
    },
    stopped: {
      heading: 'You have stopped this request',
      explained: 'Nothing has changed in your account. Your photos will be deleted.',
    },
    expired: {
      heading: 'Your time for this request ran out',
      explained: 'Nothing has changed in your account. You need a new link to start again.',
    },
    denied: {
      heading: 'We cannot finish this online',
      explained: 'To keep your details safe we cannot say which check did not pass.',
    },
    attempts_used: {
      heading: 'You have used all tries',
      explained: 'To protect your account there is a limit on tries.',
    },
    contact: (helpDesk: string) => `If you still need to get in, contact ${helpDesk} with your request number.`,
  },
  error: {
    badRequest: {
      heading: 'We could not use what was sent',
      advice: 'Go back, check what you entered and send it again.',
    },
    forbidden: {
      heading: 'This page was open for too long',
      advice: 'Go back to your request and try again. Use the browser where you started.',
    },
    otherBrowser: {
      heading: 'This is not the browser that took the photos',
      advice: 'Go on in the browser where you took them. If you cannot, ask for a new link and take the photos again.',
    },
    notAgreed: {
      heading: 'We need your agreement first',
      advice: 'Go back to your request and say whether you agree. Before that we collect nothing.',
    },
    notFound: {
      heading: 'This page does not exist',
      advice: 'Check that the whole address was copied, or go back to your request.',
    },
    conflict: {
      heading: 'Your request has moved on',
      advice: 'This can happen when two windows are open. Go back to see where you are.',
    },
    tooLarge: {
      heading: 'The photo is too large',
      advice: 'Use a photo of up to 10 MB. Most phone cameras make smaller ones.',
    },
    unsupported: {
      heading: 'We cannot read this kind of file',
      advice: 'Use a photo in JPEG, PNG or WebP format.',
    },
    tooMany: {
      heading: 'That was too many tries in a short time',
      advice: 'To protect your account, please wait a little before you try again.',
    },
    paused: {
      heading: 'Account recovery is paused',
      advice:
        'We have stopped all recoveries for now. Your request is kept and your account is as it was. Contact the help desk if you cannot wait.',
    },
    unavailable: {
      heading: 'We cannot go on at this moment',
      advice: 'Your request is safe. Wait a minute and try again.',
    },
    internal: {
      heading: 'Something went wrong on our side',
      advice: 'Your request is safe. Try again. If it happens again, contact the help desk.',
    },
    retryAfter: (minutes: number) =>
      minutes === 1 ? 'You can try again in about 1 minute.' : `You can try again in about ${minutes} minutes.`,
    requestId: 'For the help desk',
    back: 'Back to your request',
  },
};
