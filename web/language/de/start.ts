import type { Catalogue } from '../catalogue.js';

/** Words before the flow, in German. */
export const start: Catalogue['start'] = {
  landing: {
    heading: (organisation) => `Zurück in Ihr Konto bei ${organisation}`,
    openedByHelpDesk: (helpDesk, time) => `Am ${time} hat ${helpDesk} dies gestartet.`,
    openedBySelf: (time) => `Dies wurde am ${time} auf unserer Anmeldeseite angefordert.`,
    forAddress: 'Wir haben den Link gesendet an',
    passedOn: (helpDesk) =>
      `Diesen Link haben Sie am Telefon von ${helpDesk} bekommen. Machen Sie nur weiter, wenn Sie selbst dort angerufen haben.`,
    needHeading: 'Das brauchen Sie',
    document: (documents, count) =>
      count === 1 ? `diesen Ausweis: ${documents}` : `einen dieser Ausweise: ${documents}`,
    codesMayDo: 'Kein Ausweis? Vielleicht genügen zwei Wiederherstellungscodes.',
    needs: ['ein Telefon oder einen Computer mit Kamera', 'etwa 5 Minuten an einem hellen Ort'],
    whatHappens:
      'Sie machen ein Foto von Ihrem Ausweis und eines von Ihrem Gesicht. Danach richten Sie einen neuen Passkey ein.',
    start: 'Starten',
    sameBrowser: 'Bleiben Sie bis zum Ende auf diesem Gerät und in diesem Browser.',
    notMeHeading: 'Sie haben das nicht angefordert?',
    notMeExplained: 'Sagen Sie es uns, und wir beenden es sofort. Sie müssen sich nicht anmelden.',
    notMe: 'Das habe ich nicht angefordert',
  },
  inAppBrowser: {
    heading: 'Öffnen Sie diese Seite in Ihrem Browser',
    explained: (app) =>
      app ? `Sie sind in der App ${app}.` : 'Sie sind in einer anderen App, zum Beispiel für E-Mail oder Chat.',
    why: 'Kamera und neuer Passkey funktionieren nur in einem richtigen Browser. Der Link ist noch nicht verbraucht.',
    stepsIos: [
      'Tippen Sie auf das Menü dieser Seite. Es sieht aus wie drei Punkte oder ein Kompass.',
      'Wählen Sie „In Safari öffnen“ oder „Im Browser öffnen“.',
      'Wenn Sie es nicht finden: Kopieren Sie den Link und fügen Sie ihn in Safari ein.',
    ],
    stepsAndroid: [
      'Tippen Sie auf die drei Punkte oben auf dieser Seite.',
      'Wählen Sie „In Chrome öffnen“ oder „Im Browser öffnen“.',
      'Wenn Sie es nicht finden: Kopieren Sie den Link und fügen Sie ihn in Ihren Browser ein.',
    ],
    stepsOther: [
      'Kopieren Sie den Link.',
      'Öffnen Sie Safari, Chrome, Firefox oder Edge.',
      'Fügen Sie den Link in die Adresszeile ein.',
    ],
    openInBrowser: 'Im Browser öffnen',
    linkLabel: 'Ihr Link',
    linkWarning: 'Geben Sie diesen Link niemandem.',
    copy: 'Link kopieren',
    copied: 'Kopiert. Fügen Sie ihn jetzt in Ihren Browser ein.',
    copyFailed: 'Das Kopieren ging nicht. Markieren Sie den Link und kopieren Sie ihn selbst.',
  },
  linkDead: {
    heading: 'Dieser Link funktioniert nicht mehr',
    why: 'Links gelten nur kurze Zeit und nur in einem Browser.',
    continueHeading: 'Wenn Sie schon begonnen haben',
    continueExplained: 'Gehen Sie zurück in den Browser, in dem Sie begonnen haben. Ihre Fotos sind noch da.',
    continueLink: 'In diesem Browser weitermachen',
    newHeading: 'Wenn Sie einen neuen Link brauchen',
    newExplained: (helpDesk) => `Fragen Sie ${helpDesk}. Der alte Link bleibt gesperrt.`,
  },
  flowEnded: {
    heading: 'Diese Seite ist beendet',
    why: 'Das geschieht, wenn Sie einige Zeit nichts angeklickt haben, spätestens nach zwei Stunden, oder wenn Ihr Vorgang in einem anderen Browser weitergeht.',
    nextHeading: 'Wenn Sie weitermachen möchten',
    next: (helpDesk) =>
      `Bitten Sie ${helpDesk} um einen neuen Link, und öffnen Sie ihn in diesem Browser. Wenn Ihr Vorgang noch offen ist, bringt er Sie dorthin zurück.`,
  },
  noticeDead: {
    heading: 'Dieser Link funktioniert nicht mehr',
    why: 'Der Link in einer Sicherheitsnachricht gilt 7 Tage. Prüfen Sie, ob die ganze Adresse kopiert wurde.',
    stillHeading: 'Wenn Sie etwas nicht waren',
    still: (helpDesk) => `Wenden Sie sich jetzt an ${helpDesk} und nennen Sie die Vorgangsnummer aus der Nachricht.`,
  },
  notMeReported: {
    told: (organisation) => `Wir haben das Sicherheitsteam von ${organisation} informiert.`,
    nextHeading: 'Was Sie jetzt tun können',
    callers: 'Lesen Sie nie jemandem, der Sie anruft, einen Code oder Link vor.',
    stopped: {
      heading: 'Danke. Wir haben es beendet',
      effect: 'Niemand kommt mit diesem Vorgang in Ihr Konto.',
      next: (helpDesk) => [
        'Wenn Sie sich noch anmelden können, hat sich für Sie nichts geändert.',
        `Wenn Sie weitere solche Nachrichten bekommen, wenden Sie sich an ${helpDesk}.`,
      ],
    },
    frozen: {
      heading: 'Danke. Wir haben den neuen Passkey gesperrt',
      effect:
        'Niemand kann sich damit anmelden. Ihre früheren Passkeys wurden schon vorher entfernt. Deshalb können auch Sie sich jetzt nicht anmelden.',
      next: (helpDesk) => [
        `Wenden Sie sich jetzt an ${helpDesk} und nennen Sie Ihre Vorgangsnummer. Dort hilft man Ihnen zurück in Ihr Konto.`,
      ],
    },
    nothing_to_stop: {
      heading: 'Danke für Ihre Meldung',
      effect: 'Dieser Vorgang war schon zu Ende. Niemand kommt damit in Ihr Konto.',
      next: (helpDesk) => [
        'Wenn Sie sich wie gewohnt anmelden können, müssen Sie nichts weiter tun.',
        `Wenn nicht, wenden Sie sich an ${helpDesk} und nennen Sie Ihre Vorgangsnummer.`,
      ],
    },
  },
  recover: {
    heading: 'Zurück in Ihr Konto',
    explained:
      'Wenn Sie sich gar nicht mehr anmelden können: Weisen Sie sich aus und richten Sie einen neuen Passkey ein.',
    loginLabel: 'Ihr Benutzername oder Ihre Arbeits-E-Mail',
    loginHint: 'Der Name, mit dem Sie sich sonst anmelden.',
    loginMissing: 'Geben Sie Ihren Benutzernamen oder Ihre Arbeits-E-Mail ein',
    submit: 'Link anfordern',
    sentWhere: 'Wir senden den Link nur an eine Adresse, die wir schon von Ihnen haben.',
  },
  recoverAccepted: {
    heading: 'Sehen Sie in Ihren Nachrichten nach',
    explained:
      'Wenn wir bei diesem Konto helfen können, haben wir einen Link an eine Adresse gesendet, die wir schon dafür haben.',
    notArrivedHeading: 'Nach 10 Minuten noch keine Nachricht?',
    notArrived: [
      'Sehen Sie im Spam-Ordner nach.',
      'Prüfen Sie, ob Sie den Benutzernamen so geschrieben haben wie bei der Anmeldung.',
      'Fragen Sie den Helpdesk. Er kann dies für Sie starten.',
    ],
  },
  noticeReader: {
    heading: 'Waren Sie das?',
    events: {
      recovery_started: (organisation) => `Jemand möchte Ihr Konto bei ${organisation} wiederherstellen.`,
      recovery_completed: (organisation) => `Für Ihr Konto bei ${organisation} wurde ein neuer Passkey eingerichtet.`,
      passkey_changed: (organisation) => `Die Passkeys Ihres Kontos bei ${organisation} wurden geändert.`,
      confirmation_needed: (organisation) =>
        `Wir haben gefragt, ob Sie Ihr Konto bei ${organisation} wiederherstellen. Diese Frage ist erledigt.`,
    },
    when: (time) => `Das war am ${time}.`,
    ifMe: 'Wenn Sie es waren, schließen Sie diese Seite. Sie müssen nichts tun.',
    ifNotMe:
      'Wenn Sie es nicht waren, sagen Sie es uns jetzt. Wir beenden den Vorgang, sperren den neuen Passkey und informieren das Sicherheitsteam.',
    notMe: 'Das war ich nicht',
  },
  confirmDevice: {
    heading: 'Stellen Sie gerade Ihr Konto wieder her?',
    lead: (organisation) =>
      `Jemand stellt ein Konto bei ${organisation} wieder her. Diese Adresse gehört zu dem Konto.`,
    unproven:
      'Die Identität wurde geprüft. Wir sehen aber nicht, ob das auf dem Gerät war, das den neuen Passkey bekommt.',
    when: 'Gefragt am',
    browser: 'Browser',
    ifMeHeading: 'Wenn Sie es sind',
    label: 'Zahl auf Ihrem eigenen Bildschirm',
    hint: 'Zwei Ziffern. Sie stehen auf der Seite, auf der Sie Ihr Konto wiederherstellen.',
    warning:
      'Niemand darf Ihnen diese Zahl sagen. Haben Sie sie per Telefon, Chat oder E-Mail bekommen? Dann geben Sie sie nicht ein: Jemand will Ihr Konto.',
    submit: 'Bestätigen, dass ich es bin',
    ifNotMeHeading: 'Wenn Sie es nicht sind',
    ifNotMe: 'Stoppen Sie es jetzt, auch wenn Sie heute jemandem Ihr Gesicht oder Ihren Ausweis gezeigt haben.',
    until: (time) => `Sie können bis ${time} antworten. Ohne Antwort endet es von selbst.`,
    missing: 'Geben Sie die zwei Ziffern von Ihrem eigenen Bildschirm ein',
    wrong: (left) =>
      left === 1
        ? 'Das ist nicht die Zahl. Sie haben noch 1 Versuch'
        : `Das ist nicht die Zahl. Sie haben noch ${left} Versuche`,
  },
  deviceConfirmed: {
    heading: 'Danke. Weiter geht es in Ihrem Browser',
    goOn: 'Gehen Sie zurück zu dem Browser, in dem Sie Ihr Konto wiederherstellen.',
    wait: 'Um Ihr Konto zu schützen, gibt es vielleicht eine Wartezeit. Die Seite dort zeigt, bis wann.',
    regret:
      'Hat jemand Sie gebeten, die Zahl einzugeben? Dann öffnen Sie die Nachricht noch einmal und stoppen Sie es.',
  },
  deviceRefused: {
    heading: 'Wir haben diesen Vorgang gestoppt',
    why: 'Die Zahl war dreimal falsch.',
    effect: 'An dem Konto hat sich nichts geändert.',
    contact: (helpDesk) => `Wenn Sie weiter in Ihr Konto müssen, wenden Sie sich an ${helpDesk}.`,
  },
};
