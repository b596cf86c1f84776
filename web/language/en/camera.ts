/** Words of the camera inside of the page, which needs scripts. */
export const camera = {
  label: 'Camera',
  heading: 'We need your camera',
  why: 'Your browser will ask. Choose “Allow”. The video is not recorded. We only send the photos you see.',
  turnOn: 'Turn on camera',
  view: {
    document: 'Camera picture with an outline for your document',
    face: 'Camera picture with an oval for your face',
  },
  about: {
    document:
      'Put your phone flat against the document. Then lift it slowly, about a hand’s length. With the sound guide you hear beeps that get faster. We take the photo for you.',
    face: 'Hold your phone at the height of your eyes, about an arm’s length away. Then press the button.',
  },
  shutter: {
    document_front: 'Take photo of front',
    passport: 'Take photo of this page',
    document_back: 'Take photo of back',
    selfie: 'Take photo of face',
  },
  hints: {
    closer: 'Move closer',
    back: 'Move back',
    still: 'Hold still',
    dark: 'Too dark. Find more light.',
    bright: 'Too bright. Turn away from the light.',
    glare: 'Turn away from the light, there is shine.',
    fit: 'Fit the whole document in the frame',
    noFace: 'No face found',
    faces: 'More than one face',
    centre: 'Put your face in the oval',
    ready: 'Look straight at the camera and press the button',
    good: 'Good, hold still',
  },
  trouble: {
    document: 'Having trouble? Press the button, or try a darker surface.',
    face: 'Having trouble? Press the button, or find more even light.',
  },
  notTaken: 'The photo could not be taken. Press the button again.',
  only: {
    explained: (helpDesk: string) =>
      `This photo is taken with the camera on this page. If that does not work for you, ${helpDesk} knows other ways.`,
    withoutScripts: 'The camera needs JavaScript. Turn it on, and load this page again.',
  },
  sound: 'Guide me with sound',
  switchCamera: 'Switch camera',
  torch: 'Light',
  again: 'Take again',
  taken: {
    clear: 'Photo taken. It looks clear.',
    dark: 'Photo taken. It looks too dark.',
    bright: 'Photo taken. It looks too bright.',
    glare: 'Photo taken. There may be shine on it.',
    still: 'Photo taken. It may be blurry.',
  },
  offline: 'You are offline. Keep this page open: your photo is sent when you are connected again.',
  tryAgain: 'Try again',
  reload: 'Reload page',
  file: { also: 'You can also use a photo file.', below: 'Use a photo file below.' },
  problems: {
    blocked: {
      heading: 'Camera is blocked',
      help: ['Press “Try again”, and choose “Allow” when your browser asks.'],
    },
    remembered: {
      heading: 'Camera is blocked',
      help: [
        'Way 1: press the sign beside the address of this page, and allow the camera.',
        'Way 2: open the settings of your device, choose this browser, and allow the camera.',
        'Then reload this page.',
      ],
    },
    none: {
      heading: 'We cannot find a camera',
      help: ['You can ask for a new link, and open it on a phone with a camera.'],
    },
    busy: {
      heading: 'Another app is using the camera',
      help: ['Close other apps that use it, then try again.'],
    },
    unsupported: {
      heading: 'The camera does not work on this page',
      help: ['You can ask for a new link, and open it in Safari, Chrome or Firefox.'],
    },
  },
};
