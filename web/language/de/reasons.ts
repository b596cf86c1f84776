import type { Catalogue, ReasonWords } from '../catalogue.js';

/** Why a photo or a check did not work, in German. */
export const reasons: Catalogue['reasons'] = {
  unreadable_document: {
    problem: 'Wir konnten Ihren Ausweis nicht lesen.',
    advice: 'Machen Sie ein neues Foto bei gutem Licht. Jedes Wort muss scharf sein.',
  },
  glare: { problem: 'Der Ausweis spiegelt.', advice: 'Drehen Sie ihn von der Lampe oder vom Fenster weg.' },
  blur: {
    problem: 'Das Foto ist unscharf.',
    advice: 'Halten Sie die Kamera ruhig und warten Sie, bis das Bild scharf ist.',
  },
  cut_off: {
    problem: 'Ein Teil des Ausweises fehlt auf dem Foto.',
    advice: 'Alle vier Ecken müssen auf dem Foto sein.',
  },
  too_dark: { problem: 'Das Foto ist zu dunkel.', advice: 'Suchen Sie mehr Licht, zum Beispiel am Fenster.' },
  too_bright: { problem: 'Das Foto ist zu hell.', advice: 'Gehen Sie aus dem direkten Licht.' },
  low_resolution: {
    problem: 'Das Foto ist zu klein zum Lesen.',
    advice: 'Gehen Sie näher heran und nehmen Sie die Kamera statt eines gespeicherten Bildes.',
  },
  wrong_side: {
    problem: 'Das ist die andere Seite des Ausweises.',
    advice: 'Drehen Sie ihn um und machen Sie ein neues Foto.',
  },
  no_document: {
    problem: 'Wir konnten auf dem Foto keinen Ausweis finden.',
    advice: 'Legen Sie ihn auf eine einfarbige Fläche. Er soll das Foto ausfüllen.',
  },
  no_portrait: {
    problem: 'Wir konnten das Foto auf Ihrem Ausweis nicht finden.',
    advice: 'Nehmen Sie die Seite mit Ihrem Foto und vermeiden Sie Spiegelungen darauf.',
  },
  portrait_unclear: {
    problem: 'Das Foto auf Ihrem Ausweis ist zu klein oder nicht scharf.',
    advice: 'Gehen Sie mit der Kamera näher heran, halten Sie still und vermeiden Sie Spiegelungen.',
  },
  face_beside_document: {
    problem: 'Neben Ihrem Ausweis ist noch ein Gesicht oder ein Foto zu sehen.',
    advice: 'Legen Sie den Ausweis allein auf eine einfarbige Fläche. Er soll das Foto ausfüllen.',
  },
  not_original: {
    problem: 'Das sieht aus wie ein Bild von einem Ausweis.',
    advice: 'Nehmen Sie den echten Ausweis, keinen Bildschirm, keinen Scan und keine Kopie.',
  },
  unsupported_document: {
    problem: 'Diesen Ausweis können wir nicht annehmen.',
    advice: 'Wählen Sie einen anderen, den Sie bei sich haben.',
  },
  another_document: {
    problem: 'Das ist nicht der Ausweis, den Sie gewählt haben.',
    advice: 'Ändern Sie Ihre Wahl, oder zeigen Sie den gewählten Ausweis.',
  },
  unsupported_country: {
    problem: 'Ausweise aus diesem Land können wir nicht annehmen.',
    advice: 'Wählen Sie einen anderen Ausweis.',
  },
  expired_document: { problem: 'Dieser Ausweis ist abgelaufen.', advice: 'Wählen Sie einen, der noch gültig ist.' },
  details_unclear: {
    problem: 'Einige Angaben konnten wir nicht lesen.',
    advice: 'Machen Sie ein neues Foto, auf dem jedes Wort scharf ist.',
  },
  no_face: {
    problem: 'Wir konnten auf dem Foto kein Gesicht finden.',
    advice: 'Sehen Sie gerade in die Kamera. Das ganze Gesicht muss auf dem Foto sein.',
  },
  several_faces: {
    problem: 'Auf dem Foto ist mehr als ein Gesicht.',
    advice: 'Machen Sie das Foto allein vor einer einfarbigen Wand.',
  },
  face_too_small: { problem: 'Ihr Gesicht ist auf dem Foto zu klein.', advice: 'Gehen Sie näher an die Kamera.' },
  face_unclear: {
    problem: 'Wir konnten Ihr Gesicht nicht klar sehen.',
    advice: 'Suchen Sie gleichmäßiges Licht, sehen Sie gerade in die Kamera und halten Sie still.',
  },
  face_no_match: {
    problem: 'Wir konnten Ihr Gesicht dem Foto nicht zuordnen.',
    advice: 'Machen Sie bei gutem Licht ein neues Foto von Ihrem Gesicht, ohne Brille.',
  },
  liveness: {
    problem: 'Wir konnten nicht erkennen, ob das Foto gerade aufgenommen wurde.',
    advice: 'Fotografieren Sie Ihr eigenes Gesicht mit der Kamera, nicht ein Bild davon.',
  },
  same_photo: { problem: 'Dieses Foto wurde schon einmal verwendet.', advice: 'Machen Sie ein neues.' },
  partner_failed: {
    problem: 'Die Prüfung konnte nicht beendet werden.',
    advice: 'Sie haben nichts falsch gemacht. Beginnen Sie noch einmal.',
  },
  not_finished: {
    problem: 'Die Prüfung wurde nicht beendet.',
    advice: 'Beginnen Sie noch einmal und bleiben Sie bis zum Ende auf der Seite.',
  },
  no_file: { problem: 'Es ist kein Foto angekommen.', advice: 'Wählen oder machen Sie zuerst ein Foto.' },
  too_large: { problem: 'Das Foto ist größer als 10 MB.', advice: 'Machen Sie ein kleineres Foto.' },
  camera_needed: {
    problem: 'Dieses Foto muss von der Kamera auf dieser Seite kommen.',
    advice: 'Schalten Sie die Kamera ein, und machen Sie das Foto dort.',
  },
  not_a_picture: {
    problem: 'Diese Datei ist kein Foto, das wir öffnen können.',
    advice: 'Nehmen Sie ein Foto im Format JPEG, PNG oder WebP.',
  },
};

export const unknownReason: ReasonWords = {
  problem: 'Das Foto hat nicht geklappt.',
  advice: 'Bitte machen Sie ein neues.',
};
