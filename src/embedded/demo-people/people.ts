/** A made-up person. The faces are people in a package's sample photographs; names and numbers are invented. */
export interface DemoPerson {
  login: 'demo.ana' | 'demo.bea' | 'demo.privileged';
  givenName: string;
  familyName: string;
  /** ISO 8601. */
  birthDate: string;
  /** Nine characters of a document of Utopia (ICAO 9303 code UTO), which issues specimens only. */
  documentNumber: string;
  /** Of another card in their name, which no record knows. */
  otherDocumentNumber: string;
  expiryDate: string;
  /** Whose photographs are used. */
  photographs: 'ana' | 'bea';
}

export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    login: 'demo.ana',
    givenName: 'Ana Lucía',
    familyName: 'Marsh',
    birthDate: '1991-04-12',
    documentNumber: 'U7A410825',
    otherDocumentNumber: 'U9E273641',
    expiryDate: '2034-03-31',
    photographs: 'ana',
  },
  {
    login: 'demo.bea',
    givenName: 'Beatriz',
    familyName: 'Oakley-Reyes',
    birthDate: '1988-11-03',
    documentNumber: 'U7B590316',
    otherDocumentNumber: 'U9F618204',
    expiryDate: '2033-10-14',
    photographs: 'bea',
  },
  {
    login: 'demo.privileged',
    givenName: 'Petra',
    familyName: 'Quist',
    birthDate: '1985-07-26',
    documentNumber: 'U7C882140',
    otherDocumentNumber: 'U9H405937',
    expiryDate: '2032-06-30',
    photographs: 'ana',
  },
];
