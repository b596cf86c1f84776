import type { Jurisdiction } from './jurisdictions.js';

/** Elements of a holder's subfile that are read; all others are let be. Names: DL/ID Card Design Standard, table D.3. */
export const AAMVA_ELEMENTS = [
  /** Whole name, versions 1 only: `FAMILY,FIRST,MIDDLE`. */
  'DAA',
  /** Family name, version 1 only. */
  'DAB',
  /** First name. */
  'DAC',
  /** Middle names. */
  'DAD',
  /** Jurisdiction of the address. */
  'DAJ',
  /** Number of the licence or card. */
  'DAQ',
  /** Date of expiry. */
  'DBA',
  /** Birth date. */
  'DBB',
  /** Sex. */
  'DBC',
  /** Date of issue. */
  'DBD',
  /** Country. */
  'DCG',
  /** Family name, from version 2. */
  'DCS',
  /** Given names, versions 2 and 3. */
  'DCT',
  /** Whether the family name, the first and the middle names were cut off, from version 4. */
  'DDE',
  'DDF',
  'DDG',
] as const;
export type AamvaElement = (typeof AAMVA_ELEMENTS)[number];

export const AAMVA_FAULTS = [
  'too_long',
  /** An issuer that AAMVA does not list, a version that is not known, a type of subfile that there is not. */
  'unknown',
  /** Offsets and lengths that do not say where the subfiles are, one behind the other, to the end. */
  'bounds',
  /** A subfile that does not begin with its type or not end with the segment terminator. */
  'not_there',
  'missing',
  'repeated',
  /** Something that no element of this kind says. */
  'value',
  'no_such_date',
  /** Born after the issue, issued after the expiry, or issued in the future. */
  'order',
  /** Another country than the issuer's. */
  'country',
] as const;
export type AamvaFaultKind = (typeof AAMVA_FAULTS)[number];

export interface AamvaFault {
  where: 'header' | 'subfile' | AamvaElement;
  fault: AamvaFaultKind;
}

/** What a barcode without a fault says. Dates are ISO 8601. */
export interface AamvaHolder {
  version: number;
  document: 'driving_licence' | 'identity_card';
  issuer: Jurisdiction & { iin: string };
  number: string;
  familyName: string;
  givenName?: string;
  /** Some name was cut off, or may have been. */
  namesTruncated: boolean;
  birthDate: string;
  issueDate: string;
  expiryDate: string;
  sex: 'female' | 'male' | 'unspecified';
}

export type AamvaResult =
  /** Not a licence's barcode at all. */
  { kind: 'unrecognised' } | { kind: 'faulty'; faults: AamvaFault[] } | { kind: 'valid'; holder: AamvaHolder };
