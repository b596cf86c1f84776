export const MRZ_FORMATS = ['TD1', 'TD2', 'TD3', 'MRV-A', 'MRV-B'] as const;
export type MrzFormat = (typeof MRZ_FORMATS)[number];

/** Where a field stands: line and column from 0. */
export interface Span {
  line: number;
  from: number;
  length: number;
}

export const MRZ_FIELDS = [
  'documentCode',
  'issuer',
  'names',
  'number',
  'numberDigit',
  'nationality',
  'birthDate',
  'birthDateDigit',
  'sex',
  'expiryDate',
  'expiryDateDigit',
  'optional',
  'optionalDigit',
  'optional2',
  'compositeDigit',
] as const;
export type MrzField = (typeof MRZ_FIELDS)[number];

export interface MrzLayout {
  lines: number;
  columns: number;
  /** First letters that the document code of this format may have. */
  codes: string;
  /** A document number of more than nine characters goes on in the optional data. */
  longNumbers: boolean;
  fields: Readonly<Partial<Record<MrzField, Span>>>;
  /** What the composite check digit covers, in its order. */
  composite: readonly Span[];
}

const span = (line: number, from: number, length: number): Span => ({ line, from, length });

/** Everything but names and optional data stands at the same place in all formats of two lines. */
const SECOND_LINE = {
  number: span(1, 0, 9),
  numberDigit: span(1, 9, 1),
  nationality: span(1, 10, 3),
  birthDate: span(1, 13, 6),
  birthDateDigit: span(1, 19, 1),
  sex: span(1, 20, 1),
  expiryDate: span(1, 21, 6),
  expiryDateDigit: span(1, 27, 1),
};
const DOCUMENT = { documentCode: span(0, 0, 2), issuer: span(0, 2, 3) };

/**
 * ICAO Doc 9303: TD1 part 5, 4.2.2; TD2 part 6, 4.2.2; TD3 part 4, 4.2.2; visas part 7, 4.2 (MRV-A) and 5.2 (MRV-B).
 * Visas have no composite digit.
 */
export const MRZ_LAYOUTS: Readonly<Record<MrzFormat, MrzLayout>> = {
  TD1: {
    lines: 3,
    columns: 30,
    codes: 'ACI',
    longNumbers: true,
    fields: {
      ...DOCUMENT,
      number: span(0, 5, 9),
      numberDigit: span(0, 14, 1),
      optional: span(0, 15, 15),
      birthDate: span(1, 0, 6),
      birthDateDigit: span(1, 6, 1),
      sex: span(1, 7, 1),
      expiryDate: span(1, 8, 6),
      expiryDateDigit: span(1, 14, 1),
      nationality: span(1, 15, 3),
      optional2: span(1, 18, 11),
      compositeDigit: span(1, 29, 1),
      names: span(2, 0, 30),
    },
    composite: [span(0, 5, 25), span(1, 0, 7), span(1, 8, 7), span(1, 18, 11)],
  },
  TD2: {
    lines: 2,
    columns: 36,
    codes: 'ACI',
    longNumbers: true,
    fields: {
      ...DOCUMENT,
      ...SECOND_LINE,
      names: span(0, 5, 31),
      optional: span(1, 28, 7),
      compositeDigit: span(1, 35, 1),
    },
    composite: [span(1, 0, 10), span(1, 13, 7), span(1, 21, 14)],
  },
  TD3: {
    lines: 2,
    columns: 44,
    codes: 'P',
    longNumbers: false,
    fields: {
      ...DOCUMENT,
      ...SECOND_LINE,
      names: span(0, 5, 39),
      optional: span(1, 28, 14),
      optionalDigit: span(1, 42, 1),
      compositeDigit: span(1, 43, 1),
    },
    composite: [span(1, 0, 10), span(1, 13, 7), span(1, 21, 22)],
  },
  'MRV-A': {
    lines: 2,
    columns: 44,
    codes: 'V',
    longNumbers: false,
    fields: { ...DOCUMENT, ...SECOND_LINE, names: span(0, 5, 39), optional: span(1, 28, 16) },
    composite: [],
  },
  'MRV-B': {
    lines: 2,
    columns: 36,
    codes: 'V',
    longNumbers: false,
    fields: { ...DOCUMENT, ...SECOND_LINE, names: span(0, 5, 31), optional: span(1, 28, 8) },
    composite: [],
  },
};

/** The text of a place; empty for a field that the format does not have. */
export function textAt(lines: readonly string[], place: Span | undefined): string {
  return place ? (lines[place.line] ?? '').slice(place.from, place.from + place.length) : '';
}

/** The format whose size the lines have. The two that share a size differ in the first letter: visas have a `V`. */
export function formatOf(lines: readonly string[]): MrzFormat | undefined {
  const visa = lines[0]?.startsWith('V') ?? false;
  return MRZ_FORMATS.find((format) => {
    const layout = MRZ_LAYOUTS[format];
    const sized = lines.length === layout.lines && lines.every((line) => line.length === layout.columns);
    return sized && (layout.codes === 'V') === visa;
  });
}
