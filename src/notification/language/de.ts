import type { MailCatalogue } from './catalogue.js';

/** Words of the mails, in German. */
export const de: MailCatalogue = {
  when: 'Wann',
  requestNumber: 'Vorgangsnummer',
  browser: 'Browser',
  told: {
    recovery_started: {
      subject: 'jemand möchte Ihr Konto wiederherstellen',
      happened:
        'Jemand möchte Ihr Konto wiederherstellen. Bevor sich etwas ändert, muss diese Person nachweisen, wer sie ist.',
    },
    recovery_held: {
      subject: 'Ihr Konto soll bald wiederhergestellt werden',
      happened:
        'Jemand möchte Ihr Konto wiederherstellen und hat die Prüfung der Identität bestanden. Jetzt gibt es eine Wartezeit. Bis sie vorbei ist, kann kein neuer Passkey eingerichtet werden.',
    },
    recovery_approved: {
      subject: 'die Prüfung der Identität ist bestanden',
      happened:
        'Jemand möchte Ihr Konto wiederherstellen und hat die Prüfung der Identität bestanden. Jetzt kann ein neuer Passkey eingerichtet werden.',
    },
    recovery_denied: {
      subject: 'Ihr Konto wurde nicht wiederhergestellt',
      happened:
        'Jemand wollte Ihr Konto wiederherstellen. Wir konnten nicht sicher sein, wer es war. An Ihrem Konto wurde nichts geändert.',
    },
    result_withdrawn: {
      subject: 'die Prüfung der Identität ist fraglich',
      happened:
        'Ein Unternehmen, das Ihre Identität geprüft hat, hat seine Antwort geändert. Gibt es noch keinen neuen Passkey, kann niemand einen einrichten, bis eine Person es sich angesehen hat.',
    },
    recovery_completed: {
      subject: 'für Ihr Konto gibt es einen neuen Passkey',
      happened:
        'Jemand hat Ihr Konto wiederhergestellt. Ein neuer Passkey wurde eingerichtet, frühere Passkeys wurden entfernt, und alle Geräte wurden abgemeldet.',
    },
    passkey_frozen: {
      subject: 'Ihr neuer Passkey wurde gesperrt',
      happened:
        'Der neueste Passkey Ihres Kontos wurde gesperrt, weil etwas daran gemeldet wurde oder nicht stimmte. Niemand kann sich damit anmelden.',
    },
  },
  stopUntil: (time) => `Sie können es mindestens bis ${time} stoppen.`,
  ifMe: 'Wenn Sie es waren, müssen Sie nichts tun.',
  ifMeDenied: (helpDesk) => `Wenn Sie es waren, nennt Ihnen ${helpDesk} andere Wege in Ihr Konto.`,
  ifMeFrozen: (helpDesk) => `Um wieder Zugang zu bekommen, wenden Sie sich an ${helpDesk}.`,
  stopHere: 'Wenn Sie es nicht waren, stoppen Sie es hier:',
  tellHere: 'Wenn Sie es nicht waren, sagen Sie es uns hier:',
  orTell: (helpDesk) => `Oder wenden Sie sich an ${helpDesk} und nennen Sie Ihre Vorgangsnummer.`,
  question: {
    subject: 'stellen Sie gerade Ihr Konto wieder her?',
    asked:
      'Jemand stellt gerade Ihr Konto wieder her und hat eine Prüfung der Identität bestanden. Wir sehen aber nicht, ob das auf dem Gerät war, das den neuen Passkey bekommt.',
    ifMe: 'Stellen Sie in diesem Moment Ihr Konto wieder her? Öffnen Sie diese Seite und geben Sie die Zahl ein, die Ihr eigener Bildschirm zeigt:',
    secret:
      'Niemand darf Ihnen diese Zahl sagen. Haben Sie sie per Telefon, Chat oder E-Mail bekommen, dann will jemand Ihr Konto: Geben Sie sie nicht ein.',
    ifNotMe: 'Wenn Sie es nicht sind, öffnen Sie dieselbe Seite und stoppen Sie es. Ohne Antwort endet es von selbst.',
  },
  link: {
    subject: 'zurück in Ihr Konto',
    begin: (organisation) =>
      `Sie können jetzt Ihr Konto bei ${organisation} wiederherstellen. Das dauert etwa fünf Minuten. Meist brauchen Sie einen Ausweis (die Seite sagt, welchen) und eine Kamera.`,
    open: 'Öffnen Sie diesen Link auf dem Gerät, mit dem Sie sich anmelden möchten:',
    returnSubject: 'hier geht es weiter',
    goOn: (organisation) => `Mit Ihrem Konto bei ${organisation} kann es weitergehen.`,
    openAgain:
      'Öffnen Sie diesen Link in dem Browser, den Sie vorher benutzt haben. In jedem anderen müssen Sie die Fotos noch einmal machen:',
    works: (minutes) =>
      minutes === 1
        ? 'Der Link funktioniert einmal, 1 Minute lang.'
        : `Der Link funktioniert einmal, ${minutes} Minuten lang.`,
    neverAsks: (organisation) =>
      `${organisation} wird Sie nie bitten, diesen Link oder einen Code an jemanden zu senden.`,
    notMe: (button, helpDesk) =>
      `Wenn Sie das nicht angefordert haben, öffnen Sie den Link und wählen Sie „${button}“, oder wenden Sie sich an ${helpDesk}.`,
    notMeButton: 'Das habe ich nicht angefordert',
  },
  code: {
    subject: 'Ihr Wiederherstellungscode',
    is: (code) => `Ihr Wiederherstellungscode ist ${code}`,
    works: (minutes) => `Er gilt ${minutes} Minuten und nur in dem Browser, in dem er angefordert wurde.`,
    neverAsks: (organisation) =>
      `Geben Sie ihn niemandem. ${organisation} wird Sie nie danach fragen, weder am Telefon noch in einer Nachricht.`,
    notMe: (helpDesk) =>
      `Wenn Sie ihn nicht angefordert haben, wenden Sie sich an ${helpDesk} und nennen Sie Ihre Vorgangsnummer.`,
  },
  account: {
    subject: 'an Ihrem Konto wurde etwas geändert',
    notExpected: (helpDesk) => `Wenn Sie das nicht erwartet haben, wenden Sie sich jetzt an ${helpDesk}.`,
    contacts: {
      happened: 'Die Adressen, die für Ihr Konto hinterlegt sind, wurden geändert.',
      follows: 'Eine neue Adresse wird in den nächsten sieben Tagen nicht benutzt, um ein Konto wiederherzustellen.',
    },
    identity: {
      happened: 'Der Name oder das Geburtsdatum, das für Ihr Konto hinterlegt ist, wurde geändert.',
      follows: 'In den nächsten sieben Tagen wird die Angabe nicht benutzt, um ein Konto wiederherzustellen.',
    },
    identifiers: {
      happened: 'Der Benutzername oder die Personalnummer Ihres Kontos wurde geändert.',
      follows:
        'Das kommt zum Beispiel vor, wenn eine Organisation Konten umbenennt. An Ihren Passkeys ändert es nichts.',
    },
    protection: {
      happened: 'Ihr Konto ist nicht mehr besonders geschützt, oder für die Anmeldung gilt eine niedrigere Stufe.',
      follows: 'Sieben Tage lang braucht die Wiederherstellung noch so viel wie vorher.',
    },
    proofing_record_added: {
      happened: 'Zu Ihrem Konto wurde hinterlegt, wie Sie nachgewiesen haben, wer Sie sind.',
      follows:
        'Wenn Ihr Konto nicht neu ist, wird dies in den nächsten sieben Tagen nicht benutzt, um es wiederherzustellen.',
    },
    proofing_record: {
      happened: 'Es wurde geändert, was darüber hinterlegt ist, wie Sie nachgewiesen haben, wer Sie sind.',
      follows: 'In den nächsten sieben Tagen wird dies nicht benutzt, um ein Konto wiederherzustellen.',
    },
    recovery_code_saved: {
      happened: 'Jemand, der angemeldet war, hat einen neuen Wiederherstellungscode für Ihr Konto erstellt.',
      follows: 'Frühere Wiederherstellungscodes funktionieren nicht mehr.',
    },
    recovery_code_used: {
      happened: 'Ihr Wiederherstellungscode wurde bei dem Versuch benutzt, Ihr Konto wiederherzustellen.',
      follows: 'Verlassen Sie sich nicht mehr darauf. Erstellen Sie einen neuen, wenn Sie angemeldet sind.',
    },
  },
};
