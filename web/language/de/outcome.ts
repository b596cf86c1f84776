import type { Catalogue } from '../catalogue.js';

/** Words of step 5 and of every ending, in German. */
export const outcome: Catalogue['outcome'] = {
  checking: {
    heading: 'Wir prüfen Ihre Fotos',
    explained: 'Das dauert meist weniger als eine Minute. Die Seite geht von selbst weiter.',
    still: 'Wir prüfen noch.',
    long: 'Es dauert länger als sonst. Sie können die Seite offen lassen oder später wiederkommen.',
    checkNow: 'Jetzt nachsehen',
    waitingHeading: 'Die Prüfung muss etwas warten',
    waitingExplained: 'Der Dienst, der Ausweise prüft, antwortet gerade nicht. Ihr Vorgang ist bei uns sicher.',
    waitingNext: (time) => `Der nächste Versuch ist am ${time}. Danach geht es von selbst weiter.`,
    waitingNoTime: 'Wir versuchen es weiter. Danach geht es von selbst weiter.',
    waitingNothingToDo: 'Sie müssen nichts tun und nichts noch einmal senden.',
  },
  retry: {
    heading: 'Wir brauchen noch einen Versuch',
    attemptsLeft: (count) => (count === 1 ? 'Sie haben noch 1 Versuch.' : `Sie haben noch ${count} Versuche.`),
    submitDocument: 'Neue Fotos machen',
    submitSelfie: 'Neues Foto vom Gesicht machen',
    submitChoose: 'Anderen Ausweis wählen',
    submitAgain: 'Prüfung noch einmal beginnen',
  },
  cannotFinish: {
    heading: 'Wir können das gerade nicht online abschließen',
    why: 'Um Ihre Daten zu schützen, sagen wir nicht, welche Prüfung nicht bestanden wurde.',
    nextHeading: 'Wie es weitergeht',
    review: 'Eine geschulte Person sieht es sich an.',
    message: 'Wir schreiben Ihnen an eine Adresse, die wir schon von Ihnen haben.',
    contact: (helpDesk) => `Sie können sich auch mit Ihrer Vorgangsnummer an ${helpDesk} wenden.`,
  },
  held: {
    heading: 'Sie sind bestätigt. Bitte warten Sie noch kurz',
    why: 'Um Ihr Konto zu schützen, können Sie den neuen Passkey etwas später einrichten.',
    until: 'Weiter geht es ab',
    told: 'Wir haben Sie an jede Adresse benachrichtigt, die wir von Ihnen haben. Waren Sie es nicht, können Sie es dort stoppen.',
    comeBack: 'Kommen Sie in diesem Browser auf diese Seite zurück. Neue Fotos sind nicht nötig.',
    checkNow: 'Jetzt nachsehen',
  },
  heldForReturn: {
    heading: 'Gehen Sie zurück zur Seite der Prüfung',
    why: 'Das Ergebnis ist da. Jetzt warten wir, bis dieser Browser von der Seite zurückkommt, auf der Sie geprüft wurden.',
    how: 'Bleiben Sie dort bis zum Ende. Die Seite bringt Sie hierher zurück.',
    otherwise:
      'Wenn nicht, fragen wir Sie in etwa einer Minute an einer anderen Adresse, die wir von Ihnen haben. Gibt es keine, sehen es sich geschulte Personen an.',
    checkNow: 'Jetzt nachsehen',
  },
  heldForNotice: {
    heading: 'Die Prüfung ist bestanden. Wir müssen Sie noch benachrichtigen',
    why: 'Niemand soll einen neuen Passkey für Ihr Konto einrichten, ohne dass Sie davon erfahren. Bisher kam keine Nachricht an einer Adresse an, die wir von Ihnen haben.',
    how: 'Wir versuchen es von selbst noch einmal. Danach gibt es vielleicht eine Wartezeit. Neue Fotos sind nicht nötig.',
    contact: (helpDesk) => `Dauert es lange, wenden Sie sich mit Ihrer Vorgangsnummer an ${helpDesk}.`,
    until: 'Kommt keine Nachricht an, endet dieser Vorgang am',
    checkNow: 'Jetzt nachsehen',
  },
  heldForConfirmation: {
    heading: 'Bitte bestätigen Sie, dass Sie es sind',
    why: 'Wir sehen nicht, ob die Prüfung auf diesem Gerät war. Darum fragen wir Sie an einer anderen Adresse, die wir schon von Ihnen haben, nicht an der mit Ihrem Link.',
    sent: (count) =>
      count === 0
        ? 'Die Nachricht ist unterwegs.'
        : count === 1
          ? 'Wir haben die Nachricht an 1 Adresse gesendet.'
          : `Wir haben die Nachricht an ${count} Adressen gesendet.`,
    numberHeading: 'Ihre Zahl',
    numberExplained: 'Öffnen Sie die Nachricht selbst und geben Sie diese Zahl auf ihrer Seite ein:',
    secret: 'Diese Zahl ist nur für Sie. Lesen Sie sie niemandem vor, senden und zeigen Sie sie niemandem.',
    elsewhere: 'Die Zahl dafür steht in dem Browser, in dem Sie begonnen haben.',
    until: 'Ohne Antwort endet dieser Vorgang am',
    after:
      'Nach Ihrer Antwort gibt es vielleicht eine Wartezeit zum Schutz Ihres Kontos. Diese Seite zeigt dann, bis wann.',
    checkNow: 'Jetzt nachsehen',
  },
  passkeyStopped: {
    heading: 'Ihr neuer Passkey funktioniert nicht mehr',
    explained: 'Er wurde zum Schutz Ihres Kontos gesperrt, oder ein anderer ist an seine Stelle getreten.',
    contact: (helpDesk) => `Wenn Sie sich anmelden müssen, wenden Sie sich mit Ihrer Vorgangsnummer an ${helpDesk}.`,
  },
  ended: {
    cancelled: {
      heading: 'Dieser Vorgang wurde abgebrochen',
      explained: 'An Ihrem Konto hat sich nichts geändert. Ihre Fotos werden gelöscht.',
    },
    stopped: {
      heading: 'Sie haben diesen Vorgang abgebrochen',
      explained: 'An Ihrem Konto hat sich nichts geändert. Ihre Fotos werden gelöscht.',
    },
    expired: {
      heading: 'Die Zeit für diesen Vorgang ist abgelaufen',
      explained: 'An Ihrem Konto hat sich nichts geändert. Für einen neuen Versuch brauchen Sie einen neuen Link.',
    },
    denied: {
      heading: 'Wir können das nicht online abschließen',
      explained: 'Um Ihre Daten zu schützen, sagen wir nicht, welche Prüfung nicht bestanden wurde.',
    },
    attempts_used: {
      heading: 'Sie haben alle Versuche verbraucht',
      explained: 'Um Ihr Konto zu schützen, ist die Zahl der Versuche begrenzt.',
    },
    contact: (helpDesk) =>
      `Wenn Sie trotzdem Zugang brauchen: Wenden Sie sich mit Ihrer Vorgangsnummer an ${helpDesk}.`,
  },
  error: {
    badRequest: {
      heading: 'Das Gesendete konnten wir nicht verwenden',
      advice: 'Gehen Sie zurück, prüfen Sie Ihre Eingaben und senden Sie sie noch einmal.',
    },
    forbidden: {
      heading: 'Diese Seite war zu lange offen',
      advice: 'Gehen Sie zurück zu Ihrem Vorgang und versuchen Sie es noch einmal, im selben Browser wie am Anfang.',
    },
    otherBrowser: {
      heading: 'In diesem Browser wurden die Fotos nicht gemacht',
      advice:
        'Machen Sie in dem Browser weiter, in dem Sie sie gemacht haben. Geht das nicht, fordern Sie einen neuen Link an und machen Sie die Fotos noch einmal.',
    },
    notAgreed: {
      heading: 'Wir brauchen zuerst Ihre Zustimmung',
      advice: 'Gehen Sie zurück zu Ihrem Vorgang und sagen Sie, ob Sie zustimmen. Vorher erheben wir nichts.',
    },
    notFound: {
      heading: 'Diese Seite gibt es nicht',
      advice: 'Prüfen Sie, ob die ganze Adresse kopiert wurde, oder gehen Sie zurück zu Ihrem Vorgang.',
    },
    conflict: {
      heading: 'Ihr Vorgang ist schon weiter',
      advice: 'Das passiert, wenn zwei Fenster offen sind. Gehen Sie zurück und sehen Sie, wo Sie sind.',
    },
    tooLarge: {
      heading: 'Das Foto ist zu groß',
      advice: 'Nehmen Sie ein Foto bis 10 MB. Die meisten Telefone machen kleinere.',
    },
    unsupported: {
      heading: 'Diese Art Datei können wir nicht lesen',
      advice: 'Nehmen Sie ein Foto im Format JPEG, PNG oder WebP.',
    },
    tooMany: {
      heading: 'Das waren zu viele Versuche in kurzer Zeit',
      advice: 'Um Ihr Konto zu schützen, warten Sie bitte etwas vor dem nächsten Versuch.',
    },
    paused: {
      heading: 'Die Kontowiederherstellung ist angehalten',
      advice:
        'Wir haben im Moment alle Wiederherstellungen angehalten. Ihr Vorgang bleibt erhalten, und Ihr Konto ist unverändert. Wenden Sie sich an den Helpdesk, wenn Sie nicht warten können.',
    },
    unavailable: {
      heading: 'Im Moment geht es nicht weiter',
      advice: 'Ihr Vorgang ist sicher. Versuchen Sie es in einer Minute noch einmal.',
    },
    internal: {
      heading: 'Bei uns ist etwas schiefgegangen',
      advice: 'Ihr Vorgang ist sicher. Versuchen Sie es noch einmal. Passiert es wieder, fragen Sie den Helpdesk.',
    },
    retryAfter: (minutes) =>
      minutes === 1
        ? 'In etwa 1 Minute können Sie es wieder versuchen.'
        : `In etwa ${minutes} Minuten können Sie es wieder versuchen.`,
    requestId: 'Für den Helpdesk',
    back: 'Zurück zu Ihrem Vorgang',
  },
};
