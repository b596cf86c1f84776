import type { MrzField, MrzFormat } from './mrz-layout.js';

export const MRZ_FAULTS = [
  /** A character outside A–Z, 0–9 and the filler, or one that this field never has. */
  'alphabet',
  'check_digit',
  /** Fillers where none may be, or none where one must be. */
  'filler',
  /** Not a code of ICAO Doc 9303, or not one of this format. */
  'unknown_code',
  'no_such_date',
  'before_birth',
  'missing',
] as const;
export type MrzFault = (typeof MRZ_FAULTS)[number];

export interface MrzFieldFault {
  field: MrzField;
  fault: MrzFault;
}

/** What a zone without a fault says. */
export interface MrzHolder {
  /** One or two letters, e.g. `P`, `ID`. */
  documentCode: string;
  /** As in the zone without fillers: `D` for Germany. */
  issuer: string;
  number: string;
  familyName: string;
  /** Absent for people who have one name only. */
  givenName?: string;
  /** The names may go on: their field is full (Doc 9303-3, 4.6). */
  namesTruncated: boolean;
  nationality: string;
  /** ISO 8601; `00` for an unknown month or day (Doc 9303-3, 4.8). Absent when not even the year is known. */
  birthDate?: string;
  sex: 'female' | 'male' | 'unspecified';
  /** ISO 8601. Absent when its century is not known: it may be valid for life. */
  expiryDate?: string;
  /** Left to the issuer; inner fillers kept. Empty when there is none. */
  optionalData: string;
  /** TD1 only: that of the second line. */
  optionalData2: string;
}

/** Fields as they were read, fillers and all; for showing and for the deny list, never for deciding who somebody is. */
export type MrzText = Readonly<Record<MrzField, string>>;

export type MrzResult =
  /** The lines have the size of no format. */
  | { kind: 'unrecognised' }
  | { kind: 'faulty'; format: MrzFormat; text: MrzText; faults: MrzFieldFault[] }
  | { kind: 'valid'; format: MrzFormat; text: MrzText; holder: MrzHolder };
