import { describe, expect, it } from '@jest/globals';
import type { SpecimenData } from '../../../../src/embedded/specimens/index.js';
import { inventLicence, JURISDICTIONS, licenceText } from '../../../../test/cards/index.js';
import { SeededRandom } from '../../../../scripts/harness/seeded-random.js';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import type { PrintedLine, SideReading } from '../document-reading.js';
import { MRZ_FIELDS, MRZ_LAYOUTS, type MrzField, type MrzFormat } from '../mrz/mrz-layout.js';
import { parseMrz } from '../mrz/parse-mrz.js';
import type { ComparedAttribute, DocumentEvaluation } from './document-evaluation.js';
import { evaluateDocument } from './evaluate-document.js';

const NOW = new Date('2026-11-26T12:00:00Z');
const DAY = '2026-11-26';
const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<'];

const HOLDER: SpecimenData = {
  issuer: 'FRA',
  nationality: 'FRA',
  documentNumber: 'L7A410825',
  familyName: 'Martinelli',
  givenName: 'Maria',
  birthDate: '1991-04-12',
  expiryDate: '2034-03-31',
  sex: 'F',
};

/** Captions and values as a card has them, each value under its caption. */
function printOf(values: Readonly<Record<string, string>>): PrintedLine[] {
  return Object.entries(values).flatMap(([caption, value], row) => [
    { text: caption, confidence: 0.9, box: { left: 400, top: 100 * row, width: 9 * caption.length, height: 24 } },
    { text: value, confidence: 0.9, box: { left: 402, top: 100 * row + 30, width: 16 * value.length, height: 34 } },
  ]);
}
const PRINT = {
  'Surname / Nom': 'MARTINELLI',
  'Given names / Prénoms': 'MARIA',
  'Date of birth': '12.04.1991',
  'Document no.': 'L7A410825',
  'Date of expiry': '31.03.2034',
  'Nationality / Nationalité': 'FRA',
  'Sex / Sexe': 'F',
};

const side = (more: Partial<SideReading>): SideReading => ({
  reasons: [],
  signals: { screen: 'not_seen', photocopy: 'not_seen' },
  ...more,
});
const zoneOf = (lines: string[]): SideReading['mrz'] => ({ lines, confidences: lines.map(() => 0.97) });

function evaluate(lines: string[], print: Readonly<Record<string, string>> = PRINT): DocumentEvaluation {
  return evaluateDocument({ reading: { front: side({ printed: printOf(print), mrz: zoneOf(lines) }) }, now: NOW });
}
function consistency({ checks }: DocumentEvaluation): string {
  const found = checks.find(({ kind }) => kind === 'document_data_consistency');
  return [found?.result, ...(found?.reasonCodes ?? [])].join(' ');
}
const outcomeOf = ({ comparisons }: DocumentEvaluation, attribute: ComparedAttribute): string | undefined =>
  comparisons.find((comparison) => comparison.attribute === attribute)?.outcome;

/** Every zone that differs in one character of a field and breaks no digit and no rule. */
function acceptedMutations(format: MrzFormat, field: MrzField): { change: string; lines: string[] }[] {
  const lines = resignedZone(format, HOLDER);
  const place = MRZ_LAYOUTS[format].fields[field];
  if (!place) return [];
  return Array.from({ length: place.length }, (_, at) => place.from + at).flatMap((column) => {
    const line = lines[place.line] ?? '';
    return ALPHABET.filter((to) => to !== line[column]).flatMap((to) => {
      const mutated = lines.with(place.line, line.slice(0, column) + to + line.slice(column + 1));
      const isAccepted = parseMrz(mutated, DAY).kind === 'valid';
      return isAccepted
        ? [{ change: `${field} ${column - place.from}: ${line[column]} to ${to}`, lines: mutated }]
        : [];
    });
  });
}

describe('T66: one character of the zone exchanged, the print as it was', () => {
  it.each(['TD1', 'TD2', 'TD3'] as const)(
    'is noticed in name, nationality and sex, which no digit covers: %s',
    (format) => {
      expect(consistency(evaluate(resignedZone(format, HOLDER)))).toBe('pass ok');
      const fields: MrzField[] = ['names', 'nationality', 'sex'];
      const mutations = fields.flatMap((field) => acceptedMutations(format, field));
      expect(mutations.length).toBeGreaterThan(400);
      const passed = mutations.filter(({ lines }) => consistency(evaluate(lines)).startsWith('pass'));
      // What a mark on a letter is spelled out as: print may have had the mark, and recognition drops it.
      expect(passed.map(({ change }) => change)).toEqual(['names 17: < to A', 'names 17: < to E']);
    },
  );

  it('is noticed in the number unless print has the two as one', () => {
    const mutations = acceptedMutations('TD3', 'number');
    const passed = mutations.filter(({ lines }) => consistency(evaluate(lines)).startsWith('pass'));
    expect(mutations.length).toBeGreaterThan(20);
    expect(passed.map(({ change }) => change)).toEqual([]);
  });

  it.each(MRZ_FIELDS.filter((field) => field.endsWith('Digit') || field.endsWith('Date')))(
    'is refused by the zone itself in %s',
    (field) => {
      // An unused personal number may have either digit, and says nothing.
      const mutations = acceptedMutations('TD3', field).filter(() => field !== 'optionalDigit');
      expect(mutations).toEqual([]);
    },
  );
});

describe('T66: nationality and sex in print', () => {
  const zone = resignedZone('TD2', HOLDER);

  it.each([
    ['FRA', 'agrees'],
    ['FRANÇAISE', 'agrees'],
    ['Française / French', 'not_read'],
    ['ESP', 'differs'],
    ['ESPAÑOLA', 'differs'],
    ['UNITED STATES OF AMERICA', 'differs'],
    ['F', 'not_read'],
    ['ZZZ', 'not_read'],
  ])('a nationality printed as %s: %s', (printed, outcome) => {
    const evaluation = evaluate(zone, { ...PRINT, 'Nationality / Nationalité': printed });
    expect(outcomeOf(evaluation, 'nationality')).toBe(outcome);
    expect(consistency(evaluation)).toBe(outcome === 'differs' ? 'indeterminate document_inconsistent' : 'pass ok');
  });

  it('Germany’s one letter is its code', () => {
    const german = resignedZone('TD2', { ...HOLDER, nationality: 'D' });
    expect(outcomeOf(evaluate(german, { ...PRINT, 'Nationality / Nationalité': 'D' }), 'nationality')).toBe('agrees');
    expect(outcomeOf(evaluate(german, { ...PRINT, 'Nationality / Nationalité': 'DEUTSCH' }), 'nationality')).toBe(
      'agrees',
    );
  });

  it.each([
    ['F', 'agrees'],
    ['K/F', 'agrees'],
    ['M', 'differs'],
    ['X', 'differs'],
    ['E', 'not_read'],
    ['FEMALE', 'not_read'],
  ])('a sex printed as %s: %s', (printed, outcome) => {
    const evaluation = evaluate(zone, { ...PRINT, 'Sex / Sexe': printed });
    expect(outcomeOf(evaluation, 'sex')).toBe(outcome);
    expect(consistency(evaluation)).toBe(outcome === 'differs' ? 'indeterminate document_inconsistent' : 'pass ok');
  });

  it('reads a sex behind its caption, in the same line and in the same row', () => {
    const { 'Sex / Sexe': _sex, ...others } = PRINT;
    const caption = { left: 100, top: 900, width: 60, height: 24 };
    const cases: PrintedLine[][] = [
      [{ text: '15SEX M', confidence: 0.9, box: caption }],
      [
        { text: 'Sex', confidence: 0.9, box: caption },
        { text: 'M', confidence: 0.9, box: { ...caption, left: 180, width: 20 } },
      ],
      // A caption so short is seldom found; a letter by itself is, and on a document with a zone it is no class of licence.
      [{ text: 'M', confidence: 0.9, box: caption }],
    ];
    for (const lines of cases) {
      const front = side({ printed: [...printOf(others), ...lines], mrz: zoneOf(zone) });
      expect(outcomeOf(evaluateDocument({ reading: { front }, now: NOW }), 'sex')).toBe('differs');
    }
  });

  it('compares nothing where two values or none were read', () => {
    const { 'Sex / Sexe': _sex, ...without } = PRINT;
    expect(outcomeOf(evaluate(zone, without), 'sex')).toBe('not_read');
    expect(outcomeOf(evaluate(zone, { ...PRINT, Sexe: 'M' }), 'sex')).toBe('not_read');
  });
});

describe('T66: sex and issuer of zone and barcode', () => {
  const [jurisdiction] = JURISDICTIONS;
  const both = (zone: Partial<SpecimenData>, sex: 'F' | 'M' | 'X' = 'F'): DocumentEvaluation => {
    const licence = inventLicence(new SeededRandom(7), { version: 10, subfile: 'DL', jurisdiction });
    const holder = {
      ...{ familyName: 'MARTINELLI', firstName: 'MARIA', middleName: '', birthDate: HOLDER.birthDate, sex },
      ...{ issueDate: '2024-03-31', expiryDate: HOLDER.expiryDate ?? '', licenceNumber: HOLDER.documentNumber },
    };
    const mrz = zoneOf(resignedZone('TD1', { ...HOLDER, issuer: 'USA', nationality: 'MEX', ...zone }));
    const front = side({ barcode: { text: licenceText({ ...licence, holder }) } });
    return evaluateDocument({ reading: { front, back: side({ mrz }) }, now: NOW });
  };

  it('agree; a barcode says nothing of the nationality', () => {
    expect(consistency(both({}))).toBe('pass ok');
    expect(outcomeOf(both({}), 'nationality')).toBeUndefined();
  });

  it.each([
    ['sex', both({}, 'M')],
    ['sex', both({ sex: 'X' })],
    ['issuingCountry', both({ issuer: 'CAN' })],
  ] as const)('fail when the %s differs', (attribute, evaluation) => {
    expect(outcomeOf(evaluation, attribute)).toBe('differs');
    expect(consistency(evaluation)).toBe('fail document_inconsistent');
  });
});
