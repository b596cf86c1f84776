import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Check, CheckKind } from '../../../kit/index.js';
import type { SpecimenData } from '../../../../src/embedded/specimens/index.js';
import { compareNames } from '../../../../src/adjudication/matching/compare-names.js';
import { inventLicence, JURISDICTIONS, licenceText } from '../../../../test/cards/index.js';
import { SeededRandom } from '../../../../scripts/harness/seeded-random.js';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import type { DocumentReading, SideReading } from '../document-reading.js';
import type { DocumentEvaluation, DocumentQuestion } from './document-evaluation.js';
import { evaluateDocument } from './evaluate-document.js';

const NOW = new Date('2026-11-26T12:00:00Z');

const HOLDER: SpecimenData = {
  issuer: 'D',
  nationality: 'D',
  documentNumber: 'L7A410825',
  familyName: 'Oakley-Reyes',
  givenName: 'Ana Lucía',
  birthDate: '1991-04-12',
  expiryDate: '2034-03-31',
  sex: 'F',
};
const PRINT = ['BUNDESREPUBLIK', 'OAKLEY-REYES', 'ANA LUCÍA', '12.04.1991', 'L7A410825', '31.03.2034'];

const NO_SIGNALS = { screen: 'not_seen', photocopy: 'not_seen' } as const;
const side = (more: Partial<SideReading> = {}): SideReading => ({
  straightened: { width: 1_400, height: 880 },
  reasons: [],
  signals: NO_SIGNALS,
  ...more,
});
const zoneOf = (lines: string[], confidence = 0.97): SideReading['mrz'] => ({
  lines,
  confidences: lines.map(() => confidence),
});
const printOf = (texts: readonly string[]): SideReading['printed'] =>
  texts.map((text, row) => ({ text, box: { left: 0, top: 40 * row, width: 400, height: 30 }, confidence: 0.9 }));

/** A card: print on the front, zone on the back. */
function card(data: Partial<SpecimenData> = {}, { print = PRINT } = {}): DocumentReading {
  return {
    front: side({ printed: printOf(print) }),
    back: side({ mrz: zoneOf(resignedZone('TD1', { ...HOLDER, ...data })) }),
  };
}
const evaluate = (reading: DocumentReading, more: Partial<DocumentQuestion> = {}): DocumentEvaluation =>
  evaluateDocument({ reading, now: NOW, ...more });

const check = (evaluation: DocumentEvaluation, kind: CheckKind): string => {
  const found = evaluation.checks.find((each: Check) => each.kind === kind);
  return [found?.result, ...(found?.reasonCodes ?? [])].join(' ');
};
const authenticity = (evaluation: DocumentEvaluation): string => check(evaluation, 'document_authenticity');
const expiry = (evaluation: DocumentEvaluation): string => check(evaluation, 'document_expiry');
const consistency = (evaluation: DocumentEvaluation): string => check(evaluation, 'document_data_consistency');

const licence = (change: Partial<Parameters<typeof licenceText>[0]> = {}): string =>
  licenceText({ ...inventLicence(new SeededRandom(7)), version: 10, subfile: 'DL', ...change });
const LICENCE_HOLDER = {
  familyName: 'OAKLEY-REYES',
  firstName: 'ANA',
  middleName: 'LUCIA',
  birthDate: '1991-04-12',
  issueDate: '2024-03-31',
  expiryDate: '2034-03-31',
  sex: 'F',
  licenceNumber: 'L7A410825',
} as const;

describe('evaluateDocument', () => {
  it('says who a card is about, and where it has that from', () => {
    const evaluation = evaluate(card());
    expect(evaluation.identity).toEqual({
      givenName: 'ANA LUCIA',
      familyName: 'OAKLEY REYES',
      birthDate: '1991-04-12',
      nationality: 'DEU',
    });
    expect(evaluation.document).toEqual({
      issuingCountry: 'DEU',
      documentType: 'identity_card',
      number: 'L7A410825',
      expiryDate: '2034-03-31',
    });
    expect(new Set(Object.values(evaluation.sources))).toEqual(new Set(['mrz']));
    expect(consistency(evaluation)).toBe('pass ok');
    expect(expiry(evaluation)).toBe('pass ok');
  });

  it.each([
    ['TD1', 'PAPADOPOULOS<<ALEXANDROS<KONST', 'Papadopoulos', 'Alexandros Konstantinos'],
    ['TD1', 'NILAVADHANANAN<<CHAYAPA<DEJT<K', 'Nilavadhananan', 'Chayapa Dejthamrong Krasuang'],
    ['TD1', 'FERNANDEZ<DE<LA<VEGA<S<<M<ISAB', 'Fernández de la Vega Sanz', 'María Isabel'],
    ['TD1', 'PAPADOPOULOS<<ALEXANDROSKONSTA', 'Papadopoulos', 'Alexandroskonstantinos'],
    ['TD3', 'BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI', 'Bennelong Wooloomooloo Warrandyte Warnambool', 'Dingo'],
    ['TD3', 'BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO', 'Bennelong Wooloomooloo Warrandyte Warnambool', 'Dingo'],
    ['TD2', 'OAKLEY<<MAXIM<ALEXA<KONST<JULIA', 'Oakley', 'Maximilian Alexander Konstantin Julian'],
  ] as const)('tells no half names of a full field: %s %s', (format, names, familyName, givenName) => {
    const { identity = {} } = evaluate({ front: side({ mrz: zoneOf(resignedZone(format, HOLDER, { names })) }) });
    const match = compareNames({ familyName, givenName }, identity);
    expect([match.familyName.outcome, match.givenName.outcome]).not.toContain('different');
    expect(compareNames({ familyName: 'Quist', givenName: 'Bo' }, identity).givenName.outcome).not.toBe('compatible');
  });

  it('tells what is whole in a full field', () => {
    const mrz = zoneOf(resignedZone('TD1', HOLDER, { names: 'PAPADOPOULOS<<ALEXANDROS<KONST' }));
    const { identity, sources } = evaluate({ front: side({ mrz }) });
    expect(identity).toMatchObject({ familyName: 'PAPADOPOULOS', givenName: 'ALEXANDROS' });
    const full = zoneOf(resignedZone('TD1', HOLDER, { names: 'FERNANDEZ<DE<LA<VEGA<S<<MARIAI' }));
    const other = evaluate({ front: side({ mrz: full }) });
    expect(other.identity).toMatchObject({ familyName: undefined, givenName: undefined, birthDate: '1991-04-12' });
    expect([sources.givenName, other.sources.givenName, other.sources.familyName]).toEqual([
      'mrz',
      undefined,
      undefined,
    ]);
  });

  it('reads a licence from its barcode', () => {
    const reading = { front: side(), back: side({ barcode: { text: licence({ holder: LICENCE_HOLDER }) } }) };
    const evaluation = evaluate(reading);
    expect(evaluation.identity).toMatchObject({
      givenName: 'ANA LUCIA',
      familyName: 'OAKLEY-REYES',
      birthDate: '1991-04-12',
    });
    expect(evaluation.document).toMatchObject({ documentType: 'driving_licence', number: 'L7A410825' });
    expect(evaluation.document).toMatchObject({ issuingCountry: 'CAN', issuingRegion: 'BC' });
    expect(evaluation.sources.familyName).toBe('barcode');
    expect(evaluation.sources.nationality).toBeUndefined();
  });

  it.each([
    ['TD3', 'passport', undefined],
    ['TD2', 'identity_card', undefined],
    ['TD1', 'residence_permit', { documentCode: 'AR' }],
  ] as const)('knows by %s and code what it is: %s', (format, documentType, fields) => {
    const front = side({ mrz: zoneOf(resignedZone(format, HOLDER, fields)) });
    expect(evaluate({ front }).document?.documentType).toBe(documentType);
  });

  it('T67: takes nothing from a zone with a fault, however small', () => {
    const lines = resignedZone('TD1', HOLDER);
    const wrong = lines.map((line, at) => (at === 1 ? line.replace('910412', '910413') : line));
    const evaluation = evaluate({ front: side({ printed: printOf(PRINT) }), back: side({ mrz: zoneOf(wrong) }) });
    expect(evaluation).toMatchObject({ sources: {}, comparisons: [] });
    expect(evaluation.identity).toBeUndefined();
    expect(evaluation.document).toBeUndefined();
    expect(consistency(evaluation)).toBe('fail document_inconsistent');
    expect(expiry(evaluation)).toBe('indeterminate document_unreadable');
    expect(authenticity(evaluation)).toBe('indeterminate document_unreadable');
  });

  it('T67: a wrong digit that was read badly asks for another picture', () => {
    const wrong = resignedZone('TD1', HOLDER).map((line) => line.replace('910412', '910413'));
    const unsure = [zoneOf(wrong, 0.6), { lines: wrong, confidences: [] }, { lines: wrong, confidences: [NaN, 1, 1] }];
    for (const mrz of unsure) {
      expect(consistency(evaluate({ front: side(), back: side({ mrz }) }))).toBe('indeterminate document_unreadable');
    }
    expect(consistency(evaluate({ front: side(), back: side({ mrz: zoneOf(['ABC']) }) }))).toBe(
      'indeterminate document_unreadable',
    );
  });

  it('says nothing of a document that has no zone and no barcode', () => {
    const evaluation = evaluate({ front: side({ printed: printOf(PRINT) }), back: side() });
    const checks = [authenticity, expiry, consistency].map((of) => of(evaluation));
    expect(checks).toEqual(['not_run data_missing', 'not_run data_missing', 'not_run data_missing']);
  });

  it.each([
    ['a passport', { issuingCountry: 'DEU', documentType: 'passport' }, 'indeterminate document_unreadable'],
    ['an identity card', { issuingCountry: 'DEU', documentType: 'identity_card' }, 'indeterminate document_unreadable'],
    [
      'a licence of a state',
      { issuingCountry: 'USA', documentType: 'driving_licence' },
      'indeterminate document_unreadable',
    ],
    ['another licence', { issuingCountry: 'FRA', documentType: 'driving_licence' }, 'not_run data_missing'],
  ])('asks for another picture where there must be something to read: %s', (_what, chosen, expected) => {
    expect(expiry(evaluate({ front: side(), back: side() }, { chosen }))).toBe(expected);
    expect(expiry(evaluate({ front: side() }, { chosen }))).toBe(expected);
  });

  it('leaves the comparison with the account to whoever asked, unless a picture left nothing to compare', () => {
    const blurred = evaluate({ front: side({ reasons: ['document_blurred'] }) });
    expect(blurred.identity).toBeUndefined();
    expect(check(blurred, 'data_match')).toBe('indeterminate document_blurred');
    const read = evaluate({ front: side(), back: side({ mrz: zoneOf(resignedZone('TD1', HOLDER)) }) });
    expect(read.identity).toBeDefined();
    expect(check(read, 'data_match')).toBe('not_run not_supported_by_provider');
    const faulty = evaluate({
      front: side(),
      back: side({ mrz: zoneOf(resignedZone('TD1', HOLDER).map((line) => line.replace('910412', '910413'))) }),
    });
    expect(check(faulty, 'data_match')).toBe('not_run not_supported_by_provider');
  });

  it('passes on what is wrong with the pictures', () => {
    const evaluation = evaluate({ front: side({ reasons: ['document_unreadable'] }) });
    expect(consistency(evaluation)).toBe('indeterminate document_unreadable');
  });

  it('says what is wrong with the pictures beside what was read of them, and refuses nothing for it', () => {
    const { front, back = side() } = card();
    const poor: DocumentReading = {
      front: { ...front, reasons: ['document_glare', 'document_blurred'] },
      back: { ...back, reasons: ['document_glare', 'document_too_small'] },
    };
    const evaluation = evaluate(poor);
    expect(authenticity(evaluation)).toBe(
      'indeterminate manual_review_requested document_glare document_blurred document_too_small',
    );
    expect([consistency(evaluation), expiry(evaluation)]).toEqual(['pass ok', 'pass ok']);
    expect(evaluation.identity).toBeDefined();
  });

  it('T66, T89: answers whatever was read, and passes nothing that has no source', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...PRINT, ...resignedZone('TD1', HOLDER), '<<<'),
    );
    const texts = fc.array(text, { maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, text, (lines, print, barcode) => {
        const mrz = { lines, confidences: lines.map(() => 1) };
        const evaluation = evaluate({ front: side({ printed: printOf(print), mrz, barcode: { text: barcode } }) });
        const known = evaluation.identity !== undefined;
        expect(evaluation.checks.map(({ kind }) => kind)).toHaveLength(4);
        expect(evaluation.checks.some(({ result }) => result === 'pass') && !known).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('T66: one field of the print exchanged', () => {
  it.each([
    ['the family name', 'OAKLEY-REYES', 'OAKLEY-TORRES'],
    ['a given name', 'ANA LUCÍA', 'ANA LENA'],
    ['the birth date', '12.04.1991', '12.04.1992'],
    ['day and month of the birth date', '12.04.1991', '04.12.1991'],
    ['the number', 'L7A410825', 'L7A410826'],
    ['the date of expiry', '31.03.2034', '31.03.2035'],
  ])('is never passed over: %s', (_what, right, wrong) => {
    const evaluation = evaluate(card({}, { print: PRINT.map((text) => (text === right ? wrong : text)) }));
    expect(consistency(evaluation)).toBe('indeterminate document_inconsistent');
    const open = evaluation.comparisons.filter(({ outcome }) => outcome === 'not_found');
    expect(open).toHaveLength(1);
  });

  it.each([
    ['Wolffhügel-Schönbrunn-Oakley', 'Ana', ['WOLFFHÜGELSCHÖNBRUNNOAKLEY', 'ANA']],
    ['Oakley', 'Maximilian Alexander Konstantin', ['OAKLEY', 'MAXIMILIAN ALEXANDER KONSTANTIN']],
  ])('a name that the zone cuts is found in print, and another is not: %s, %s', (familyName, givenName, names) => {
    const print = (others: readonly string[]): { print: string[] } => ({ print: [...others, ...PRINT.slice(3)] });
    expect(consistency(evaluate(card({ familyName, givenName }, print(names))))).toBe('pass ok');
    const [family = '', given = ''] = names;
    for (const other of [
      ['WOLFSBERG-REYES', given],
      [family, 'ANE'],
    ]) {
      const evaluation = evaluate(card({ familyName, givenName }, print(other)));
      expect(consistency(evaluation)).toBe('indeterminate document_inconsistent');
    }
  });

  it('reads print of which almost nothing is right as unread', () => {
    expect(consistency(evaluate(card({}, { print: ['BUNDESREPUBLIK', 'OAKLEY-REYES'] })))).toBe(
      'indeterminate document_unreadable',
    );
    expect(consistency(evaluate(card({}, { print: [] })))).toBe('indeterminate document_unreadable');
  });

  it('does not let the zone confirm itself when it is among the print', () => {
    const reading = card({}, { print: resignedZone('TD1', HOLDER) });
    expect(consistency(evaluate(reading))).toBe('indeterminate document_unreadable');
  });

  it('has nothing to compare with when the print was not read', () => {
    const back = side({ mrz: zoneOf(resignedZone('TD1', HOLDER)) });
    expect(consistency(evaluate({ front: side(), back }))).toBe('not_run data_missing');
  });
});

describe('T66: zone and barcode of one document', () => {
  const both = (change: Partial<typeof LICENCE_HOLDER> | object): DocumentReading => ({
    front: side({ mrz: zoneOf(resignedZone('TD1', { ...HOLDER, issuer: 'USA' })) }),
    back: side({
      barcode: {
        text: licence({
          jurisdiction: JURISDICTIONS[0] ?? inventLicence(new SeededRandom(1)).jurisdiction,
          holder: { ...LICENCE_HOLDER, ...change },
        }),
      },
    }),
  });

  it('agree', () => {
    const evaluation = evaluate(both({}));
    expect(consistency(evaluation)).toBe('pass ok');
    // Names, dates, number, sex and issuing country: a barcode has no nationality.
    expect(evaluation.comparisons).toHaveLength(7);
  });

  it('agree word by word where the zone had to cut', () => {
    const reading = both({ firstName: 'CHAYAPA', middleName: 'DEJTHAMRONG KRASUANG' });
    const names = 'OAKLEY<REYES<<CHAYAPA<DEJTHA<K';
    const front = side({ mrz: zoneOf(resignedZone('TD1', { ...HOLDER, issuer: 'USA' }, { names })) });
    expect(consistency(evaluate({ ...reading, front }))).toBe('pass ok');
    const another = both({ firstName: 'CHAYAPA', middleName: 'DEJTHAMRONG SUKHUM' });
    expect(consistency(evaluate({ ...another, front }))).toBe('fail document_inconsistent');
  });

  it.each([
    ['familyName', { familyName: 'OAKLEY-REYEZ' }],
    ['givenName', { firstName: 'ANE' }],
    ['birthDate', { birthDate: '1991-04-13' }],
    ['number', { licenceNumber: 'L7A410826' }],
    ['expiryDate', { expiryDate: '2034-04-01' }],
  ])('fail when %s differs', (attribute, change) => {
    const evaluation = evaluate(both(change));
    expect(consistency(evaluation)).toBe('fail document_inconsistent');
    expect(evaluation.comparisons.filter(({ outcome }) => outcome === 'differs')).toEqual([
      { attribute, between: ['mrz', 'barcode'], outcome: 'differs' },
    ]);
  });

  it('fail when two sides are of two documents', () => {
    const reading = {
      front: side({ mrz: zoneOf(resignedZone('TD2', HOLDER)) }),
      back: side({ mrz: zoneOf(resignedZone('TD1', { ...HOLDER, documentNumber: 'L7A410826' })) }),
    };
    expect(consistency(evaluate(reading))).toBe('fail document_inconsistent');
  });

  it('a barcode that breaks a rule is for a person to look at', () => {
    const text = licence({ holder: LICENCE_HOLDER }).replace('DDEN', 'DDEX');
    const evaluation = evaluate({ front: side(), back: side({ barcode: { text } }) });
    expect(consistency(evaluation)).toBe('indeterminate document_inconsistent');
    expect(evaluation.identity).toBeUndefined();
  });
});

describe('T68: the date of expiry', () => {
  const at = (now: string, expiryDate: string): string =>
    expiry(evaluate(card({ expiryDate }), { now: new Date(now) }));

  it.each([
    ['on its last day, while that has ended nowhere', '2026-11-26T09:59:59Z', '2026-11-26', 'pass ok'],
    ['once its last day has ended somewhere', '2026-11-26T10:00:00Z', '2026-11-26', 'indeterminate document_last_day'],
    ['until it has ended everywhere', '2026-11-27T11:59:59Z', '2026-11-26', 'indeterminate document_last_day'],
    ['when it has ended everywhere', '2026-11-27T12:00:00Z', '2026-11-26', 'fail document_expired'],
    ['on 28 February of a leap year', '2028-02-28T00:00:00Z', '2028-02-28', 'pass ok'],
    ['on 29 February, after 28 February', '2028-02-29T11:59:59Z', '2028-02-28', 'indeterminate document_last_day'],
    ['on 29 February', '2028-02-29T09:00:00Z', '2028-02-29', 'pass ok'],
    ['on 1 March, after 29 February', '2028-03-01T12:00:00Z', '2028-02-29', 'fail document_expired'],
    ['over a year’s end', '2026-12-31T10:00:00Z', '2026-12-31', 'indeterminate document_last_day'],
    ['early in this century', '2026-11-26T12:00:00Z', '2000-01-31', 'fail document_expired'],
  ])('%s', (_what, now, expiryDate, expected) => {
    expect(at(now, expiryDate)).toBe(expected);
  });

  it('is no date on 29 February of another year', () => {
    expect(at('2026-11-26T12:00:00Z', '2027-02-29')).toBe('indeterminate document_unreadable');
  });

  it('is the earlier of two', () => {
    const barcode = { text: licence({ holder: { ...LICENCE_HOLDER, expiryDate: '2026-11-20' } }) };
    const reading = { front: side({ mrz: zoneOf(resignedZone('TD1', HOLDER)) }), back: side({ barcode }) };
    expect(expiry(evaluate(reading))).toBe('fail document_expired');
  });

  it('is open when the document may be valid for life, and nobody is told another', () => {
    const evaluation = evaluate(card({ expiryDate: '9999-01-01' }));
    expect(expiry(evaluation)).toBe('indeterminate data_missing');
    expect(evaluation.document).toMatchObject({ number: 'L7A410825', expiryDate: undefined });
    expect(evaluation.sources.expiryDate).toBeUndefined();
  });

  it.each([
    ['2034-03-31', 'indeterminate data_missing'],
    ['2026-11-20', 'fail document_expired'],
  ])('is open when one of two is not known, unless the other has passed: %s', (expiryDate, expected) => {
    const barcode = { text: licence({ holder: { ...LICENCE_HOLDER, expiryDate } }) };
    const front = side({ mrz: zoneOf(resignedZone('TD1', { ...HOLDER, expiryDate: '9999-01-01' })) });
    expect(expiry(evaluate({ front, back: side({ barcode }) }))).toBe(expected);
  });

  it('a licence that is not valid yet is not read', () => {
    const text = licence({ holder: { ...LICENCE_HOLDER, issueDate: '2026-12-24' } });
    expect(evaluate({ front: side(), back: side({ barcode: { text } }) }).identity).toBeUndefined();
  });
});

describe('what speaks against a document', () => {
  it('never proves it genuine', () => {
    expect(authenticity(evaluate(card()))).toBe('indeterminate manual_review_requested');
  });

  it.each([
    ['a screen', { screen: 'seen', photocopy: 'not_seen' }, 'indeterminate document_copy_suspected'],
    ['a photocopy', { screen: 'not_run', photocopy: 'seen' }, 'indeterminate document_copy_suspected'],
    ['nothing that was looked for', { screen: 'not_run', photocopy: 'not_run' }, 'not_run not_supported_by_provider'],
  ] as const)('is %s', (_what, signals, expected) => {
    const { front, back = side() } = card();
    expect(authenticity(evaluate({ front: { ...front, signals }, back: { ...back, signals } }))).toBe(expected);
  });

  it.each([
    ['another country', { issuingCountry: 'AUT', documentType: 'identity_card' }, 'indeterminate document_not_chosen'],
    ['another class', { issuingCountry: 'DEU', documentType: 'passport' }, 'indeterminate document_not_chosen'],
    [
      'a card of either kind',
      { issuingCountry: 'DEU', documentType: 'residence_permit' },
      'indeterminate manual_review_requested',
    ],
    ['any kind', { issuingCountry: 'DEU', documentType: 'other' }, 'indeterminate manual_review_requested'],
  ])('is that something else was chosen: %s', (_what, chosen, expected) => {
    expect(authenticity(evaluate(card(), { chosen }))).toBe(expected);
  });

  it('is that it is a visa, which names somebody and proves nobody', () => {
    const evaluation = evaluate({ front: side({ mrz: zoneOf(resignedZone('MRV-A', HOLDER)) }) });
    expect(authenticity(evaluation)).toBe('fail document_not_accepted');
    expect(evaluation.identity).toBeUndefined();
  });
});

describe('T69: specimens', () => {
  const specimens: [string, DocumentReading][] = [
    ['of Utopia', card({ issuer: 'UTO' })],
    [
      'of Utopia, its digits wrong',
      {
        front: side(),
        back: side({
          mrz: zoneOf(
            resignedZone('TD1', { ...HOLDER, issuer: 'UTO' }).map((line) => line.replace('910412', '910413')),
          ),
        }),
      },
    ],
    ['with a published number', card({ documentNumber: 'L01X00T47' })],
    ['with a published name', card({ familyName: 'Eriksson', givenName: 'Anna Maria' })],
    ['that says so in print', card({}, { print: [...PRINT, 'SPÉCIMEN'] })],
    [
      'of the standard for licences',
      {
        front: side(),
        back: side({ barcode: { text: licence({ holder: { ...LICENCE_HOLDER, licenceNumber: 'T64235789' } }) } }),
      },
    ],
  ];

  it.each(specimens)('are found: one %s', (_what, reading) => {
    expect(authenticity(evaluate(reading))).toBe('fail document_specimen');
  });

  it.each([
    [
      'ICAO Doc 9303-4',
      ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    ],
    ['ICAO Doc 9303-6', ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']],
    [
      'PRADO, Germany',
      ['P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<', 'C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4'],
    ],
  ])('published ones are found: %s', (_what, lines) => {
    expect(authenticity(evaluate({ front: side({ mrz: zoneOf(lines) }) }))).toBe('fail document_specimen');
  });

  it('somebody who shares one name with one is not', () => {
    expect(authenticity(evaluate(card({ familyName: 'Eriksson' })))).toBe('indeterminate manual_review_requested');
  });
});
