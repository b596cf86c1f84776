/** The five machine-readable formats of ICAO Doc 9303: parts 5 (TD1), 6 (TD2), 4 (TD3) and 7 (visas). */
export type SpecimenKind = 'td1' | 'td2' | 'td3' | 'mrv_a' | 'mrv_b';

/** What is printed on a specimen and what its machine-readable zone says. Nobody in it exists. */
export interface SpecimenData {
  familyName: string;
  givenName: string;
  /** ISO 8601. */
  birthDate: string;
  expiryDate: string;
  /** Unspecified (`X`) when absent. */
  sex?: 'F' | 'M' | 'X';
  /** Up to nine characters, more only on TD1 and TD2. */
  documentNumber: string;
  /** Code of ICAO Doc 9303-3, section 5; `UTO` (Utopia, which issues specimens only) when absent. */
  issuer?: string;
  nationality?: string;
  /** Personal number or what else an issuer puts there; cut off where the format has less room. */
  optionalData?: string;
}

interface Format {
  widthMm: number;
  heightMm: number;
  lines: number;
  lineLength: number;
}

/** Nominal sizes: ID-1, ID-2 and ID-3 of ISO/IEC 7810, visas as in ICAO Doc 9303-7. */
export const FORMATS: Readonly<Record<SpecimenKind, Format>> = {
  td1: { widthMm: 85.6, heightMm: 53.98, lines: 3, lineLength: 30 },
  td2: { widthMm: 105, heightMm: 74, lines: 2, lineLength: 36 },
  td3: { widthMm: 125, heightMm: 88, lines: 2, lineLength: 44 },
  mrv_a: { widthMm: 120, heightMm: 80, lines: 2, lineLength: 44 },
  mrv_b: { widthMm: 105, heightMm: 74, lines: 2, lineLength: 36 },
};

/** Artwork is laid out in these units, whatever the size it is drawn at. */
export const UNITS_PER_MM = 14;

export function sizeOf(kind: SpecimenKind): { width: number; height: number } {
  const { widthMm, heightMm } = FORMATS[kind];
  return { width: Math.round(widthMm * UNITS_PER_MM), height: Math.round(heightMm * UNITS_PER_MM) };
}
