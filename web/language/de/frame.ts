import type { Catalogue } from '../catalogue.js';

/** Words that surround every page, in German. */
export const frame: Catalogue['frame'] = {
  languageName: 'Deutsch',
  skipToContent: 'Zum Inhalt springen',
  languageSwitch: 'Sprache',
  accountRecovery: 'Zugang wiederherstellen',
  stepOf: (step, steps, name) => `Schritt ${step} von ${steps}: ${name}`,
  titleStep: (step, steps) => `Schritt ${step} von ${steps}`,
  titleError: 'Fehler:',
  steps: {
    1: 'Start',
    2: 'Ihre Zustimmung',
    3: 'Ihr Ausweis',
    4: 'Ihr Gesicht',
    5: 'Prüfung',
    6: 'Neuer Passkey',
  },
  errorSummary: 'Es gibt ein Problem',
  getHelp: 'Hilfe',
  helpFrom: (helpDesk) => `${helpDesk} kann Ihnen hier helfen.`,
  helpPhone: 'Telefon',
  helpEmail: 'E-Mail',
  helpPage: 'Hilfeseite',
  helpNeverAsks: 'Dort fragt man Sie nie am Telefon oder per E-Mail nach einem Foto, einem Passwort oder einem Link.',
  requestNumber: 'Ihre Vorgangsnummer',
  stop: 'Vorgang abbrechen',
  stopExplained:
    'Das beendet den Vorgang. Ihr Konto bleibt, wie es jetzt ist. Sie können später einen neuen Link anfordern.',
  stopConfirm: 'Ja, abbrechen',
  callCodeHeading: 'Sprechen Sie gerade mit jemandem?',
  callCodeExplained: 'Lesen Sie der Person, die Ihnen hilft, diesen Code vor:',
  callCodeWarning: (organisation) => `${organisation} fragt Sie nie nach einem anderen Code.`,
  protection: 'So schützen wir Ihre Fotos',
  protectionPoints: [
    'Sie werden verschlüsselt übertragen und gespeichert.',
    'Sie dienen nur dazu, zu prüfen, dass Sie es sind.',
    'Sie werden zu einem festen Termin gelöscht.',
  ],
};
