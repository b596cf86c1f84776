import type { Catalogue } from '../catalogue.js';

/** Words of steps 3 and 4, in German. */
export const evidence: Catalogue['evidence'] = {
  documentTypes: {
    passport: 'Reisepass',
    identity_card: 'Personalausweis',
    driving_licence: 'Führerschein',
    residence_permit: 'Aufenthaltstitel',
    other: 'Ein anderer Ausweis',
  },
  documentTypesInSentence: {
    passport: 'Reisepass',
    identity_card: 'Personalausweis',
    driving_licence: 'Führerschein',
    residence_permit: 'Aufenthaltstitel',
    other: 'ein anderer Ausweis',
  },
  document: {
    heading: 'Welchen Ausweis benutzen Sie?',
    explained: 'Wählen Sie einen, der noch gültig ist und den Sie bei sich haben.',
    countryLabel: 'Welches Land hat den Ausweis ausgestellt?',
    countryHint: 'Das kann ein anderes Land sein als das, in dem Sie wohnen.',
    countryEmpty: 'Land wählen',
    typeLegend: 'Art des Ausweises',
    countryMissing: 'Wählen Sie das Land, das den Ausweis ausgestellt hat',
    typeMissing: 'Wählen Sie eine Art von Ausweis',
    submit: 'Diesen Ausweis benutzen',
    none: 'Ich habe keinen davon',
    noneExplained: (helpDesk) => `Das macht nichts. Sprechen Sie mit ${helpDesk} über andere Wege.`,
    withoutExplained:
      'Sie können stattdessen mit zwei Codes zurückkommen: mit einem, den Sie aufbewahrt haben, und einem, den wir Ihnen schicken.',
    without: 'Ohne Ausweis weitermachen',
  },
  codes: {
    heading: 'Haben Sie einen Wiederherstellungscode?',
    explained: (organisation) => `${organisation} braucht außer Ausweis und Gesicht einen Code.`,
    label: 'Ihr Code',
    hint: 'Der Code, den Sie früher aufbewahrt haben, oder die acht Ziffern aus unserer Nachricht. Leerzeichen und Großbuchstaben spielen keine Rolle.',
    submit: 'Diesen Code benutzen',
    requested: 'Wenn wir eine andere Adresse von Ihnen haben, ist ein Code dorthin unterwegs. Er gilt zehn Minuten.',
    sendHeading: 'Kein Code aufbewahrt?',
    sendExplained:
      'Wir können einen an eine andere Adresse schicken, die wir von Ihnen haben. Lassen Sie diesen Browser offen.',
    send: 'Code schicken',
    noneHeading: 'Gar kein Code?',
    noneExplained: 'Sie können weitermachen. Dann muss sich jemand Ihren Vorgang ansehen, und es dauert länger.',
    none: 'Ohne Code weitermachen',
    noDocument: 'Ich habe keinen Ausweis',
    errors: {
      missing: 'Geben Sie Ihren Code ein',
      wrong: 'Dieser Code gilt nicht. Prüfen Sie ihn, oder lassen Sie sich einen neuen schicken.',
      too_many: 'Das waren zu viele Versuche. Warten Sie einige Stunden, oder machen Sie ohne Code weiter.',
    },
  },
  withoutDocument: {
    steps: {
      issued: {
        heading: 'Geben Sie den Code ein, den wir Ihnen schicken',
        explained:
          'Sie können statt mit einem Ausweis mit zwei Codes zurückkommen. Dies ist der erste. Er geht an eine Adresse von Ihnen, die den Link nicht bekommen hat.',
      },
      saved: {
        heading: 'Geben Sie den aufbewahrten Code ein',
        explained:
          'Dies ist der zweite Code. Sie haben ihn aufbewahrt, als Ihr Konto eingerichtet wurde. Wenn Sie ihn eingeben, ist er verbraucht.',
      },
      send: { heading: 'Beide Codes sind da', explained: 'Schicken Sie jetzt alles ab.' },
    },
    issuedHint: 'Acht Ziffern. Lassen Sie diesen Browser offen, während Sie die Nachricht suchen.',
    savedHint: 'Sechs Gruppen aus vier Buchstaben und Ziffern. Leerzeichen und Großbuchstaben spielen keine Rolle.',
    next: 'Danach gibt es eine Wartezeit, und alle Adressen dieses Kontos bekommen Bescheid. Das schützt Sie.',
    submit: 'Abschicken',
    backHeading: 'Ich habe diesen Code nicht',
    backExplained: (helpDesk) => `Benutzen Sie einen Ausweis, oder sprechen Sie mit ${helpDesk} über andere Wege.`,
    back: 'Einen Ausweis benutzen',
    errors: {
      missing: 'Geben Sie Ihren Code ein',
      wrong: 'Dieser Code gilt nicht. Prüfen Sie ihn, oder lassen Sie sich einen neuen schicken.',
      too_many: 'Das waren zu viele Versuche. Warten Sie einige Stunden, oder benutzen Sie einen Ausweis.',
    },
  },
  provider: {
    heading: 'Wer soll Ihren Ausweis prüfen?',
    explained: 'Sie können wählen.',
    legend: 'Wer prüft',
    own: (organisation) => `Auf Computern von ${organisation}. Ihre Fotos bleiben dort.`,
    partner: (organisation) => `Eine Firma, die für ${organisation} Ausweise prüft.`,
    missing: 'Wählen Sie, wer Ihren Ausweis prüfen soll',
    submit: 'Weiter',
  },
  standIn: (failed, now) => `${failed} ist gerade nicht erreichbar. Stattdessen prüft ${now} Ihren Ausweis.`,
  handoff: {
    heading: (provider) => `${provider} prüft Ihren Ausweis`,
    explained: (provider, organisation) =>
      `${provider} arbeitet für ${organisation}. Sie machen Ihre Fotos auf deren Seite und kommen von selbst hierher zurück.`,
    points: [
      'Bleiben Sie auf diesem Gerät und in diesem Browser.',
      'Erlauben Sie die Kamera, wenn der Browser fragt.',
      'Geben Sie die Seite und ihre Adresse niemandem.',
    ],
    besideExplained: (provider, organisation) =>
      `${provider} arbeitet für ${organisation}. Deren Seite öffnet sich neben dieser. Lassen Sie diese Seite offen: Sie geht von selbst weiter, wenn Sie dort fertig sind.`,
    besidePoints: [
      'Bleiben Sie auf diesem Gerät und in diesem Browser.',
      'Erlauben Sie die Kamera, wenn der Browser fragt.',
      'Geben Sie die Seite und ihre Adresse niemandem.',
      'Kommen Sie auf diese Seite zurück, wenn es dort heißt, dass Sie fertig sind.',
    ],
    walletExplained: (provider, organisation) =>
      `${organisation} bittet um einen Identitätsnachweis von ${provider}, der in der Wallet-App auf Ihrem Telefon liegt.`,
    walletPoints: [
      'Öffnen Sie die Wallet-App selbst. Niemand darf Ihnen diesen Code oder diese Seite schicken.',
      'Hat Sie jemand gebeten, für ihn einen Code zu scannen? Dann hören Sie auf: Es wäre seine Wiederherstellung, nicht Ihre.',
      'Wir schreiben außerdem an eine andere hinterlegte Adresse als die mit Ihrem Link und bitten Sie um Bestätigung. Gibt es keine, sehen es sich geschulte Personen an.',
    ],
    openWallet: 'Wallet auf diesem Gerät öffnen',
    otherDevice: 'Die Wallet ist auf einem anderen Gerät?',
    otherDeviceExplained: 'Scannen Sie diesen Code dort mit der Wallet-App und lassen Sie diese Seite offen.',
    submit: (provider) => `Weiter zu ${provider}`,
    returned: 'Ich bin dort fertig',
  },
  capture: {
    headings: {
      document_front: 'Fotografieren Sie die Vorderseite',
      passport: 'Fotografieren Sie die Seite mit dem Foto',
      document_back: 'Fotografieren Sie die Rückseite',
      selfie: 'Fotografieren Sie Ihr Gesicht',
    },
    why: {
      document_front: 'Wir lesen die Angaben und vergleichen das Foto mit Ihrem Gesicht.',
      passport: 'Das ist die Seite mit Ihrem Foto und zwei Zeilen Buchstaben am unteren Rand.',
      document_back: 'Manche Angaben stehen nur auf der Rückseite.',
      selfie: 'Wir vergleichen es mit dem Foto auf Ihrem Ausweis. Das sind biometrische Daten.',
    },
    tips: {
      document: [
        'Legen Sie ihn auf eine dunkle, einfarbige Fläche.',
        'Alle vier Ecken müssen auf dem Foto sein.',
        'Vermeiden Sie Spiegelungen von Lampen und Fenstern.',
      ],
      selfie: [
        'Nehmen Sie Sonnenbrille, Mütze und Maske ab.',
        'Suchen Sie gleichmäßiges Licht und sehen Sie gerade in die Kamera.',
        'Kopfbedeckungen aus Glaubens- oder Gesundheitsgründen sind in Ordnung.',
      ],
    },
    tipsHeading: 'Für ein gutes Foto',
    take: 'Foto aufnehmen',
    choose: 'Fotodatei wählen',
    chosen: 'Foto gewählt',
    fileHintCamera: 'Auf einem Telefon öffnet sich die Kamera.',
    fileHintFile: 'JPEG, PNG oder WebP, bis 10 MB.',
    checkPreview: 'Ist jedes Wort lesbar? Keine Spiegelung, keine fehlenden Ecken?',
    checkPreviewFace: 'Ist Ihr Gesicht klar und in der Mitte?',
    previewAlt: 'Das gewählte Foto',
    submit: 'Dieses Foto benutzen',
    sending: {
      progress: 'So viel Ihres Fotos ist gesendet',
      sending: 'Ihr Foto wird gesendet. Lassen Sie diese Seite offen.',
      arrived: 'Ihr Foto ist angekommen. Wir sehen es uns an.',
      retrying: 'Die Verbindung ist abgebrochen. Wir versuchen es noch einmal. Lassen Sie diese Seite offen.',
      givenUp:
        'Wir konnten Ihr Foto nicht senden. Es ist noch hier. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
    },
    tooLarge: 'Diese Datei ist größer als 10 MB. Wählen Sie ein kleineres Foto.',
    chooseFile: 'Stattdessen eine Fotodatei wählen',
    useCamera: 'Stattdessen die Kamera benutzen',
    nothingThere: 'Auf der Rückseite steht nichts',
    notUsed: 'Das letzte Foto hat nicht geklappt',
    sentAgain: 'Das ist das Foto, mit dem es nicht ging. Machen Sie ein neues.',
  },
  checkAndSend: {
    heading: 'Ihre Fotos sind bereit',
    explained: 'Diese Fotos haben wir. Senden Sie sie jetzt ab, oder machen Sie eines neu.',
    kinds: {
      document_front: 'Vorderseite des Ausweises',
      document_back: 'Rückseite des Ausweises',
      selfie: 'Ihr Gesicht',
    },
    received: 'Erhalten',
    again: 'Neu aufnehmen',
    leftOut: 'Nicht aufgenommen',
    add: 'Hinzufügen',
    next: 'Danach prüfen wir sie. Das dauert meist weniger als eine Minute.',
    submit: 'Zur Prüfung senden',
  },
};
