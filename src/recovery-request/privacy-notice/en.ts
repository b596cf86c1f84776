import type { ProcessingFacts, NoticeSection } from './notice-text.js';

/** The full privacy notice. Its version changes whenever a word here changes: see `NOTICE_VERSION`. */
export const privacyNotice = {
  heading: 'Privacy notice for account recovery',
  sections: ({ organisation, helpDesk, retentionDays, refusesAlone }: ProcessingFacts): readonly NoticeSection[] => [
    {
      heading: 'Who is responsible',
      paragraphs: [
        `${organisation} is responsible for this check. Questions and requests about your data go to ${helpDesk}.`,
      ],
    },
    {
      heading: 'What we collect',
      paragraphs: [
        'Photos of your identity document and of your face.',
        'The details on the document, such as name, date of birth, document number and expiry date.',
        'Technical data of this visit: times, the kind of browser, and a coarse network address.',
      ],
    },
    {
      heading: 'What we do with it',
      paragraphs: [
        'We check that the document is real and valid, that your face belongs to it, and that it belongs to your account.',
        'To compare faces, a computer turns both photos into numbers. These are biometric data. They are used for this check only and never to find you elsewhere.',
        refusesAlone
          ? 'When the computer is not sure, a trained person decides. When a check fails, the computer alone can end this request.'
          : 'When the computer is not sure, or your face does not pass in any of your tries, a trained person decides.',
        'A request also ends without a person when all tries are used without a photo or document that can be used, when the account is not active, or when nobody answers in time.',
        `That is not for good: you can ask again, and at ${helpDesk} a person listens to you.`,
      ],
    },
    {
      heading: 'Why we may do this',
      paragraphs: [
        'The legal basis is your explicit agreement (Article 6(1)(a) and Article 9(2)(a) of the GDPR, where it applies).',
        'You are free to say no. You then use another way to get back into your account, without any disadvantage.',
        'You can withdraw your agreement at any time with “Stop this request” or through the help desk.',
      ],
    },
    {
      heading: 'Who sees it',
      paragraphs: [
        'The help desk sees the result, not your photos. A reviewer may see the photos; every look is recorded.',
        'If you choose a partner company for the check, that company receives your photos and works on our instructions.',
        'We do not sell data, and we do not use it for advertising or to train computers.',
      ],
    },
    {
      heading: 'How long we keep it',
      paragraphs: [
        retentionDays === 1
          ? 'Photos and face numbers: 1 day after your request has ended. Then their encryption key is destroyed.'
          : `Photos and face numbers: ${retentionDays} days after your request has ended. Then their encryption key is destroyed.`,
        'The record of what was decided and when, without photos: as long as our audit rules require.',
      ],
    },
    {
      heading: 'Your rights',
      paragraphs: [
        'You can ask for a copy of your data, have mistakes corrected, have data deleted, and object to its use.',
        'You can complain to your data protection authority.',
      ],
    },
  ],
};
