import type { Catalogue } from '../catalogue.js';

/** Words of the camera inside of the page, in German. */
export const camera: Catalogue['camera'] = {
  label: 'Kamera',
  heading: 'Wir brauchen Ihre Kamera',
  why: 'Ihr Browser wird fragen. Wählen Sie „Zulassen“. Das Video wird nicht aufgenommen. Wir senden nur die Fotos, die Sie sehen.',
  turnOn: 'Kamera einschalten',
  view: {
    document: 'Kamerabild mit einem Rahmen für Ihren Ausweis',
    face: 'Kamerabild mit einem Oval für Ihr Gesicht',
  },
  about: {
    document:
      'Legen Sie das Telefon flach auf den Ausweis. Heben Sie es dann langsam an, etwa eine Handlänge. Mit der Tonführung hören Sie Töne, die schneller werden. Wir machen das Foto für Sie.',
    face: 'Halten Sie das Telefon in Augenhöhe, etwa eine Armlänge entfernt. Drücken Sie dann den Knopf.',
  },
  shutter: {
    document_front: 'Vorderseite fotografieren',
    passport: 'Diese Seite fotografieren',
    document_back: 'Rückseite fotografieren',
    selfie: 'Gesicht fotografieren',
  },
  hints: {
    closer: 'Gehen Sie näher heran',
    back: 'Gehen Sie weiter weg',
    still: 'Halten Sie still',
    dark: 'Zu dunkel. Suchen Sie mehr Licht.',
    bright: 'Zu hell. Drehen Sie sich vom Licht weg.',
    glare: 'Drehen Sie sich vom Licht weg, da spiegelt etwas.',
    fit: 'Der ganze Ausweis muss in den Rahmen',
    noFace: 'Kein Gesicht gefunden',
    faces: 'Mehr als ein Gesicht',
    centre: 'Ihr Gesicht gehört in das Oval',
    ready: 'Sehen Sie gerade in die Kamera und drücken Sie den Knopf',
    good: 'Gut, halten Sie still',
  },
  trouble: {
    document: 'Klappt es nicht? Drücken Sie den Knopf, oder nehmen Sie eine dunklere Unterlage.',
    face: 'Klappt es nicht? Drücken Sie den Knopf, oder suchen Sie gleichmäßigeres Licht.',
  },
  notTaken: 'Das Foto konnte nicht gemacht werden. Drücken Sie den Knopf noch einmal.',
  only: {
    explained: (helpDesk) =>
      `Dieses Foto wird mit der Kamera auf dieser Seite gemacht. Wenn das bei Ihnen nicht geht, kennt ${helpDesk} andere Wege.`,
    withoutScripts: 'Die Kamera braucht JavaScript. Schalten Sie es ein, und laden Sie die Seite neu.',
  },
  sound: 'Mit Tönen führen',
  switchCamera: 'Kamera wechseln',
  torch: 'Licht',
  again: 'Neu aufnehmen',
  taken: {
    clear: 'Foto aufgenommen. Es sieht klar aus.',
    dark: 'Foto aufgenommen. Es sieht zu dunkel aus.',
    bright: 'Foto aufgenommen. Es sieht zu hell aus.',
    glare: 'Foto aufgenommen. Vielleicht spiegelt etwas darauf.',
    still: 'Foto aufgenommen. Vielleicht ist es unscharf.',
  },
  offline:
    'Sie sind nicht verbunden. Lassen Sie diese Seite offen: Ihr Foto wird gesendet, sobald die Verbindung wieder da ist.',
  tryAgain: 'Noch einmal versuchen',
  reload: 'Seite neu laden',
  file: { also: 'Sie können auch eine Fotodatei nehmen.', below: 'Nehmen Sie unten eine Fotodatei.' },
  problems: {
    blocked: {
      heading: 'Die Kamera ist gesperrt',
      help: ['Drücken Sie „Noch einmal versuchen“, und wählen Sie „Zulassen“, wenn der Browser fragt.'],
    },
    remembered: {
      heading: 'Die Kamera ist gesperrt',
      help: [
        'Weg 1: Drücken Sie auf das Zeichen neben der Adresse dieser Seite, und lassen Sie die Kamera zu.',
        'Weg 2: Öffnen Sie die Einstellungen Ihres Geräts, wählen Sie diesen Browser, und lassen Sie die Kamera zu.',
        'Laden Sie danach diese Seite neu.',
      ],
    },
    none: {
      heading: 'Wir finden keine Kamera',
      help: ['Sie können um einen neuen Link bitten und ihn auf einem Telefon mit Kamera öffnen.'],
    },
    busy: {
      heading: 'Eine andere App benutzt die Kamera',
      help: ['Schließen Sie andere Apps, die sie benutzen, und versuchen Sie es noch einmal.'],
    },
    unsupported: {
      heading: 'Die Kamera geht auf dieser Seite nicht',
      help: ['Sie können um einen neuen Link bitten und ihn in Safari, Chrome oder Firefox öffnen.'],
    },
  },
};
