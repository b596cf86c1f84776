import type { Catalogue } from '../catalogue.js';

/** Words of step 2, in German. */
export const agreement: Catalogue['agreement'] = {
  consent: {
    heading: 'Dürfen wir Ihren Ausweis und Ihr Gesicht prüfen?',
    whatHappensHeading: 'So läuft es ab',
    tasks: [
      'Sie machen ein Foto von Ihrem Ausweis.',
      'Sie machen ein Foto von Ihrem Gesicht.',
      'Wir vergleichen beide miteinander und mit unseren Daten.',
      'Sie richten einen neuen Passkey ein. Mit einem Passkey melden Sie sich mit Gesicht, Fingerabdruck oder Bildschirmsperre an.',
    ],
    weWillHeading: 'Wenn Sie zustimmen,',
    weWill: (retentionDays) => [
      'lesen wir die Angaben auf Ihrem Ausweis',
      'vergleichen wir das Foto darauf mit einem Foto Ihres Gesichts (biometrische Daten)',
      retentionDays === 1
        ? 'behalten wir die Fotos bis 1 Tag nach dem Abschluss und löschen sie dann'
        : `behalten wir die Fotos bis ${retentionDays} Tage nach dem Abschluss und löschen sie dann`,
      'sieht der Helpdesk das Ergebnis, aber nicht die Fotos',
    ],
    goodToKnow: 'Gut zu wissen',
    goodToKnowPoints: [
      'Wenn Sie einen neuen Passkey haben, gelten Ihre alten Anmeldungen nicht mehr.',
      'Sie werden überall sonst abgemeldet.',
      'Wenn der Computer nicht sicher ist, sieht sich eine geschulte Person die Fotos an.',
    ],
    acceptedDocuments: 'Diese Ausweise nehmen wir an',
    noticeLink: 'Den ganzen Datenschutzhinweis lesen',
    legend: 'Ihre Wahl',
    agree: 'Ich stimme zu',
    disagree: 'Ich stimme nicht zu',
    disagreeHint: 'Wir zeigen Ihnen andere Wege. Wir haben noch nichts erhoben.',
    missing: 'Wählen Sie, ob Sie zustimmen',
    submit: 'Weiter',
  },
  callCode: {
    heading: 'Warten Sie auf die Person, die Ihnen hilft',
    explained:
      'Lesen Sie ihr den Code auf dieser Seite vor. Wenn sie ihn eingegeben hat, geht diese Seite von selbst weiter.',
    usedUpHeading: 'Der Code auf dieser Seite gilt nicht mehr',
    usedUp: 'Er wurde zu oft falsch eingegeben. Bitten Sie die Person, die Ihnen hilft, um einen neuen Link.',
    checkNow: 'Jetzt nachsehen',
  },
  declined: {
    heading: 'Kein Problem. Es gibt andere Wege',
    nothingCollected: 'Wir haben kein Foto von Ihnen gemacht.',
    otherWaysHeading: 'Andere Wege zurück in Ihr Konto',
    helpDeskWay: (helpDesk) => `Sprechen Sie mit ${helpDesk}. Dort erfahren Sie, wie Sie sich persönlich ausweisen.`,
    alsoFor:
      'Das ist auch der Weg, wenn Sie keinen Ausweis oder keine Kamera haben oder Ihr Gesicht aus Glaubens- oder Gesundheitsgründen bedecken.',
    changeMind: 'Ich habe es mir anders überlegt',
  },
  notice: {
    version: (version) => `Fassung ${version}`,
    back: 'Zurück',
  },
};
