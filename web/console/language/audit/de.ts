import type { AuditWords } from './en.js';

const counted = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('de')} ${many}`;

export const auditDe: AuditWords = {
  heading: 'Prüfprotokoll',
  explained:
    'Das Neueste zuerst, in UTC. Von denen, die ihren Zugang zurückholen, stehen hier Codes und Kennungen: kein Name, keine Adresse, kein Bild. Mitarbeitende heißen, wie Ihre Anmeldung sie nennt.',
  chain: 'Fall oder Kette',
  chainHint: 'Die Kennung, wie in der Liste',
  type: 'Ereignis',
  anyType: 'Jedes Ereignis',
  from: 'Ab Tag',
  to: 'Bis Tag',
  dayHint: 'UTC, etwa 2026-11-22',
  wrong: {
    chain: 'Fall oder Kette: Eine Kennung hat Buchstaben, Ziffern, Doppelpunkte, Binde- und Unterstriche.',
    type: 'Ereignis: Wählen Sie eines der Liste.',
    from: 'Ab Tag: Schreiben Sie Jahr, Monat und Tag, etwa 2026-11-22.',
    to: 'Bis Tag: Schreiben Sie Jahr, Monat und Tag, etwa 2026-11-22.',
    actorOf: 'Von wem: Wählen Sie jemanden in der Liste.',
    cursor: 'Diese Stelle der Liste gibt es nicht. Beginnen Sie beim Neuesten.',
  },
  byActor: (name) => `Nur Ereignisse von: ${name}`,
  unknownActor: 'Von wem dieses Ereignis war, lässt sich nicht finden.',
  region: 'Ereignisse des Prüfprotokolls',
  time: 'Zeit (UTC)',
  position: 'Stelle',
  actor: 'Von wem',
  data: 'Einzelheiten',
  none: 'Kein Ereignis passt.',
  noneHere: 'Kein Ereignis dieses Teils passt. Es kann ältere geben.',
  older: 'Ältere Ereignisse',
  actorKinds: {
    person: 'Mitarbeitende Person',
    api_key: 'API-Schlüssel',
    applicant: 'Wer den Zugang zurückholt',
    system: 'Der Dienst',
    provider: 'Partner',
  },
  take: 'Mitnehmen',
  takeHint: 'Alle Ereignisse, die oben gewählt sind, von jeder Seite, jede Kette von ihrem Anfang an.',
  formats: { jsonl: 'Als JSON-Zeilen herunterladen', cef: 'Als CEF herunterladen, für Überwachungswerkzeuge' },
  verify: 'Ist das Protokoll unversehrt?',
  verifyHint:
    'Liest alles und sagt, ob etwas geändert, entfernt, eingeschoben oder abgeschnitten wurde. Das dauert Sekunden.',
  verifySubmit: 'Ganzes Protokoll prüfen',
  intact: 'Das Protokoll ist unversehrt. Nichts wurde geändert, entfernt, eingeschoben oder abgeschnitten.',
  looked: (rows, chains, seals) =>
    `${counted(rows, 'Ereignis', 'Ereignisse')} in ${counted(chains, 'Kette', 'Ketten')} gelesen, ${counted(seals, 'Siegel', 'Siegel')} geprüft.`,
  rowsWithoutMac: (rows) =>
    `${counted(rows, 'Ereignis ist', 'Ereignisse sind')} älter als das Unterschreiben von Ereignissen: verkettet und besiegelt, aber nicht unterschrieben.`,
  broken: 'Das Protokoll ist NICHT unversehrt.',
  brokenAt: (position) =>
    position > 0 ? `Der erste Fehler ist an Stelle ${position} von` : 'Es fehlt ein Ereignis in',
  faults: {
    row_changed: 'Dieses Ereignis sagt nicht, was geschrieben wurde.',
    mac_missing: 'Dieses Ereignis hat nicht der Dienst geschrieben: Seine Unterschrift fehlt.',
    mac_wrong:
      'Dieses Ereignis hat nicht der Dienst geschrieben, oder es ist ein anderes: Seine Unterschrift ist falsch.',
    mac_key_missing: 'Dieses Ereignis ist mit einem Schlüssel unterschrieben, den der Dienst nicht hat.',
    row_missing: 'Vor dieser Stelle fehlt ein Ereignis.',
    link_broken: 'Dieses Ereignis folgt nicht auf das vorige.',
    tail_missing: 'Das Ende dieser Kette fehlt.',
    chain_missing: 'Eine ganze Kette fehlt.',
    head_changed: 'Das Ende, das für diese Kette vermerkt ist, ist ein anderes als ihr letztes Ereignis.',
    checkpoint_signature: 'Die Unterschrift dieses Siegels ist falsch.',
    checkpoint_link: 'Dieses Siegel folgt nicht auf das vorige.',
    passkey_unrecorded: 'Ein Passkey steht in der Datenbank, und kein Ereignis sagt, woher er kommt.',
    token_unrecorded: 'Ein Token wurde eingelöst, und kein Ereignis sagt, dass es ausgestellt wurde.',
    vote_unrecorded:
      'Die Stimme einer prüfenden Person steht in der Datenbank, und kein Ereignis sagt, dass sie abgegeben wurde.',
    passkey_unsigned: 'In der Datenbank steht ein Passkey, den nicht der Dienst gespeichert hat.',
    access_unsigned: 'In der Datenbank steht ein Link, eine Sitzung oder ein Token, das nicht der Dienst gemacht hat.',
    policy_unsigned:
      'In der Datenbank steht eine Fassung, eine Löschung oder ein Änderungsvorschlag einer Richtlinie, den nicht der Dienst geschrieben hat.',
  },
  brokenAdvice:
    'Ändern Sie nichts. Sagen Sie es denen, die für Sicherheit zuständig sind, und bewahren Sie einen Auszug des Protokolls und eine Sicherung der Datenbank auf.',
  tooLong:
    'Das Protokoll ist zu lang, um es zu prüfen, während jemand wartet. Der Betrieb führt „regain audit verify“ neben dem Dienst aus.',
};
