/** Words of step 2: what will happen, and the person's agreement. */
export const agreement = {
  consent: {
    heading: 'Do you agree to us checking your document and face?',
    whatHappensHeading: 'What will happen',
    tasks: [
      'You take a photo of your document.',
      'You take a photo of your face.',
      'We compare them with each other and with our records.',
      'You set up a new passkey. A passkey lets you sign in with your face, fingerprint or screen lock.',
    ],
    weWillHeading: 'If you agree, we will',
    weWill: (retentionDays: number) => [
      'read the details on your document',
      'compare its photo with a photo of your face (biometric data)',
      retentionDays === 1
        ? 'keep the photos for 1 day after we finish, then delete them'
        : `keep the photos for ${retentionDays} days after we finish, then delete them`,
      'share the result with the help desk, but not the photos',
    ],
    goodToKnow: 'Good to know',
    goodToKnowPoints: [
      'When you have a new passkey, your old ways to sign in stop working.',
      'You are signed out everywhere else.',
      'A trained person may look at the photos when the computer is not sure.',
    ],
    acceptedDocuments: 'Documents we accept',
    noticeLink: 'Read the full privacy notice',
    legend: 'Your choice',
    agree: 'I agree',
    disagree: 'I do not agree',
    disagreeHint: 'We show you other ways. We have not collected anything yet.',
    missing: 'Choose whether you agree',
    submit: 'Continue',
  },
  callCode: {
    heading: 'Wait for the person helping you',
    explained: 'Read them the code on this page. When they have typed it, this page moves on by itself.',
    usedUpHeading: 'The code on this page has ended',
    usedUp: 'It was typed wrong too often. Ask the person helping you for a new link.',
    checkNow: 'Check now',
  },
  declined: {
    heading: 'No problem. There are other ways',
    nothingCollected: 'We have not collected any photo of you.',
    otherWaysHeading: 'Other ways to get back in',
    helpDeskWay: (helpDesk: string) => `Talk to ${helpDesk}. They can tell you how to prove who you are in person.`,
    alsoFor: 'This is also the way if you have no document, have no camera, or cover your face for faith or health.',
    changeMind: 'I have changed my mind',
  },
  notice: {
    version: (version: string) => `Version ${version}`,
    back: 'Back',
  },
};
