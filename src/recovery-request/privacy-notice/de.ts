import type { NoticeWords } from './notice-text.js';

/** The full privacy notice in German; same version, same statements as the English one. */
export const privacyNotice: NoticeWords = {
  heading: 'Datenschutzhinweis zur Wiederherstellung des Zugangs',
  sections: ({ organisation, helpDesk, retentionDays, refusesAlone }) => [
    {
      heading: 'Wer verantwortlich ist',
      paragraphs: [
        `Verantwortlich für diese Prüfung ist ${organisation}. Fragen und Anträge zu Ihren Daten richten Sie an ${helpDesk}.`,
      ],
    },
    {
      heading: 'Was wir erheben',
      paragraphs: [
        'Fotos von Ihrem Ausweis und von Ihrem Gesicht.',
        'Die Angaben auf dem Ausweis, zum Beispiel Name, Geburtsdatum, Ausweisnummer und Ablaufdatum.',
        'Technische Daten dieses Besuchs: Zeiten, Art des Browsers und eine ungefähre Netzadresse.',
      ],
    },
    {
      heading: 'Was wir damit tun',
      paragraphs: [
        'Wir prüfen, ob der Ausweis echt und gültig ist, ob Ihr Gesicht dazu passt und ob er zu Ihrem Konto gehört.',
        'Um Gesichter zu vergleichen, wandelt ein Computer beide Fotos in Zahlen um. Das sind biometrische Daten. Sie dienen nur dieser Prüfung und nie dazu, Sie anderswo zu finden.',
        refusesAlone
          ? 'Ist der Computer nicht sicher, entscheidet eine geschulte Person. Ist eine Prüfung nicht bestanden, kann der Computer allein diesen Vorgang beenden.'
          : 'Ist der Computer nicht sicher, oder besteht Ihr Gesicht die Prüfung in keinem Ihrer Versuche, entscheidet eine geschulte Person.',
        'Ohne eine Person endet ein Vorgang auch, wenn alle Versuche ohne brauchbares Foto oder Dokument verbraucht sind, wenn das Konto nicht aktiv ist oder wenn niemand rechtzeitig antwortet.',
        `Das ist nicht endgültig: Sie können neu beginnen, und unter ${helpDesk} hört Ihnen ein Mensch zu.`,
      ],
    },
    {
      heading: 'Warum wir das dürfen',
      paragraphs: [
        'Rechtsgrundlage ist Ihre ausdrückliche Einwilligung (Artikel 6 Absatz 1 Buchstabe a und Artikel 9 Absatz 2 Buchstabe a DSGVO, soweit sie gilt).',
        'Sie können nein sagen. Dann nutzen Sie ohne Nachteil einen anderen Weg zurück in Ihr Konto.',
        'Sie können Ihre Einwilligung jederzeit mit „Vorgang abbrechen“ oder über den Helpdesk widerrufen.',
      ],
    },
    {
      heading: 'Wer es sieht',
      paragraphs: [
        'Der Helpdesk sieht das Ergebnis, nicht Ihre Fotos. Eine prüfende Person kann die Fotos sehen; jeder Blick wird aufgezeichnet.',
        'Wählen Sie für die Prüfung eine Partnerfirma, erhält diese Ihre Fotos und arbeitet nach unserer Weisung.',
        'Wir verkaufen keine Daten und nutzen sie nicht für Werbung oder zum Anlernen von Computern.',
      ],
    },
    {
      heading: 'Wie lange wir es behalten',
      paragraphs: [
        retentionDays === 1
          ? 'Fotos und Gesichtszahlen: 1 Tag nach dem Ende Ihres Vorgangs. Dann wird ihr Schlüssel vernichtet.'
          : `Fotos und Gesichtszahlen: ${retentionDays} Tage nach dem Ende Ihres Vorgangs. Dann wird ihr Schlüssel vernichtet.`,
        'Die Aufzeichnung, was wann entschieden wurde, ohne Fotos: so lange, wie unsere Prüfregeln es verlangen.',
      ],
    },
    {
      heading: 'Ihre Rechte',
      paragraphs: [
        'Sie können eine Kopie Ihrer Daten verlangen, Fehler berichtigen und Daten löschen lassen und der Nutzung widersprechen.',
        'Sie können sich bei Ihrer Datenschutzbehörde beschweren.',
      ],
    },
  ],
};
