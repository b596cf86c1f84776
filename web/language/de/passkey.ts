import type { Catalogue } from '../catalogue.js';

/** Words of step 6, in German. */
export const passkey: Catalogue['passkey'] = {
  create: {
    heading: 'Danke, Sie sind es',
    lead: 'Richten Sie jetzt einen neuen Passkey ein.',
    explained:
      'Ein Passkey nutzt Ihr Gesicht, Ihren Fingerabdruck oder die Bildschirmsperre. Er ersetzt die Anmeldungen, die Sie verloren haben.',
    ownDevice: 'Tun Sie das nur auf einem Gerät, das Ihnen gehört.',
    effects: ['Ihre alten Passkeys gelten dann nicht mehr.', 'Sie werden überall sonst abgemeldet.'],
    submit: 'Passkey auf diesem Gerät erstellen',
    otherHeading: 'Andere Möglichkeiten',
    hybrid: 'Ein anderes Telefon oder Tablet benutzen',
    securityKey: 'Einen Sicherheitsschlüssel benutzen',
    working: 'Folgen Sie den Schritten auf Ihrem Gerät.',
    saving: 'Ihr Passkey wird gespeichert. Lassen Sie diese Seite offen.',
    needsScript:
      'Für einen Passkey wird JavaScript gebraucht. Schalten Sie es in diesem Browser ein und laden Sie diese Seite neu.',
    notSaved: 'Der Passkey wurde nicht gespeichert',
    errors: {
      aborted: 'Vielleicht wurde das Fenster geschlossen oder die Zeit war um. Sie können es noch einmal versuchen.',
      registered:
        'Auf diesem Gerät gibt es schon einen Passkey, der funktioniert. Melden Sie sich damit an, oder nehmen Sie ein anderes Gerät.',
      screenLock: 'Schalten Sie zuerst eine Bildschirmsperre ein: PIN, Gesicht oder Fingerabdruck. Dann noch einmal.',
      oldKey: 'Dieser Sicherheitsschlüssel ist zu alt oder voll. Nehmen Sie einen anderen oder ein Telefon.',
      configuration:
        'Diese Seite ist nicht richtig eingerichtet. Es liegt nicht an Ihnen. Bitte fragen Sie den Helpdesk.',
      device: 'Ihr Gerät konnte es nicht. Starten Sie es neu oder nehmen Sie ein anderes.',
      unsupported: 'Dieser Browser kann keine Passkeys erstellen. Nehmen Sie einen neueren Browser auf diesem Gerät.',
      expired: 'Ihre Zeit ist um. Versuchen Sie es jetzt noch einmal.',
      moved: 'Ihr Vorgang ist schon weiter. Laden Sie diese Seite neu.',
      network: 'Wir haben den Server nicht erreicht. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
      refused: 'Diesen Passkey konnten wir nicht annehmen. Versuchen Sie es noch einmal oder mit einem anderen Gerät.',
    },
  },
  done: {
    heading: 'Sie können sich wieder anmelden',
    lead: 'Ihr neuer Passkey gilt ab jetzt.',
    summary: 'Was sich geändert hat',
    passkeyLabel: 'Neuer Passkey',
    passkeyCreated: (time) => `Erstellt am ${time}`,
    oldRemovedLabel: 'Alte Passkeys',
    oldRemoved: (count) => (count === 0 ? 'Es gab keine' : `${count} entfernt`),
    sessionsLabel: 'Überall abgemeldet',
    sessionsEnded: 'Ja',
    toldLabel: 'Wir haben Sie benachrichtigt an',
    tryHeading: 'Gleich ausprobieren',
    tryExplained: 'Melden Sie sich einmal mit dem neuen Passkey an. Dann wissen Sie, dass er funktioniert.',
    trySubmit: 'Jetzt ausprobieren',
    trying: 'Folgen Sie den Schritten auf Ihrem Gerät.',
    signedIn: 'Es funktioniert. Sie sind angemeldet.',
    signedInAs: 'Es funktioniert. Sie sind angemeldet als',
    tryFailed: 'Das hat nicht geklappt. Ihr Passkey ist trotzdem gespeichert. Versuchen Sie es noch einmal.',
    tryNeedsScript: 'Ausprobieren geht hier nur mit JavaScript. Sie können sich auch wie gewohnt anmelden.',
    code: {
      heading: 'Sie brauchen einen neuen Wiederherstellungscode',
      explained:
        'Sie haben Ihren Wiederherstellungscode benutzt. Er gilt nicht mehr. Melden Sie sich einmal mit dem neuen Passkey an, dann zeigen wir Ihnen einen neuen Code.',
      show: 'Meinen neuen Code zeigen',
      once: 'Wir zeigen diesen Code nur jetzt. Schreiben Sie ihn auf und bewahren Sie ihn getrennt von diesem Gerät auf. Zeigen Sie ihn niemandem.',
      keep: 'Ich habe ihn aufbewahrt',
      kept: 'Gut. Dieser Code gilt ab jetzt.',
      failed: 'Das hat nicht geklappt. Laden Sie die Seite neu, melden Sie sich an und versuchen Sie es noch einmal.',
    },
    signIn: (organisation) => `Bei ${organisation} anmelden`,
    adviceHeading: 'Was jetzt gut ist',
    advice: ['Richten Sie einen zweiten Passkey auf einem anderen Gerät ein. Dann sperrt ein Verlust Sie nicht aus.'],
    notMe: 'Waren Sie das nicht? Nutzen Sie den Link in unserer Nachricht an Sie. Er gilt 7 Tage.',
  },
};
