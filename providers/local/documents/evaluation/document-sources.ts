import type { AamvaHolder, AamvaResult } from '../aamva/aamva.js';
import { parseAamva } from '../aamva/parse-aamva.js';
import type { DocumentReading, ReadZone, SideReading } from '../document-reading.js';
import { alpha3Of } from '../mrz/issuing-states.js';
import { MRZ_LAYOUTS, type MrzFormat } from '../mrz/mrz-layout.js';
import type { MrzHolder, MrzResult } from '../mrz/mrz.js';
import { parseMrz } from '../mrz/parse-mrz.js';
import type { AttributeSource } from './document-evaluation.js';

export type Sex = MrzHolder['sex'];

/** What one source without a fault says about document and holder. */
export interface SourceFacts {
  source: AttributeSource;
  documentType: 'passport' | 'identity_card' | 'residence_permit' | 'driving_licence' | 'visa';
  /** ISO 3166-1 alpha-3, or the code of ICAO Doc 9303 where that has none. */
  issuingCountry: string;
  /** The state or province, in the two letters of AAMVA's table; barcodes only. */
  issuingRegion?: string;
  nationality?: string;
  number: string;
  familyName: string;
  givenName?: string;
  namesTruncated: boolean;
  /** How many letters it has for the names; zones only. */
  nameRoom?: number;
  /** ISO 8601, `00` for an unknown month or day. */
  birthDate?: string;
  /** Absent when the document may be valid for life. */
  expiryDate?: string;
  sex: Sex;
}

export interface ParsedZone {
  result: MrzResult;
  /** Confidence of the worst line, 0..1. */
  confidence: number;
}

/** Everything machine-readable that was found, on both sides. */
export interface DocumentSources {
  zones: ParsedZone[];
  barcodes: AamvaResult[];
  /** What sources without a fault say, zones first. */
  facts: SourceFacts[];
}

/** @param day ISO 8601, the latest date that it is anywhere */
export function readSources(reading: DocumentReading, day: string): DocumentSources {
  // One picture given for both sides is one source: it would confirm itself.
  const sides: SideReading[] = [reading.front, ...(reading.back && !reading.isOnePicture ? [reading.back] : [])];
  const zones = sides.flatMap(({ mrz }) => (mrz ? [parseZone(mrz, day)] : []));
  const barcodes = sides.flatMap(({ barcode }) => (barcode ? [parseAamva(barcode.text, day)] : []));
  return {
    zones,
    barcodes,
    facts: [
      ...zones.flatMap(({ result }) => (result.kind === 'valid' ? [factsOfZone(result.holder, result.format)] : [])),
      ...barcodes.flatMap((result) => (result.kind === 'valid' ? [factsOfBarcode(result.holder)] : [])),
    ],
  };
}

function parseZone({ lines, confidences }: ReadZone, day: string): ParsedZone {
  const complete = confidences.length === lines.length && confidences.every((value) => value >= 0 && value <= 1);
  return { result: parseMrz(lines, day), confidence: complete ? Math.min(1, ...confidences) : 0 };
}

function factsOfZone(holder: MrzHolder, format: MrzFormat): SourceFacts {
  const { number, familyName, givenName, namesTruncated, birthDate, expiryDate, sex } = holder;
  return {
    source: 'mrz',
    documentType: typeOf(holder.documentCode, format),
    issuingCountry: alpha3Of(holder.issuer),
    nationality: alpha3Of(holder.nationality),
    nameRoom: MRZ_LAYOUTS[format].fields.names?.length,
    ...{ number, familyName, givenName, namesTruncated, birthDate, expiryDate, sex },
  };
}

/** Second letters are the issuers' own; `IR` and `AR` are what residence permits carry (Regulation (EC) 1030/2002). */
function typeOf(code: string, format: MrzFormat): SourceFacts['documentType'] {
  if (format === 'TD3') return 'passport';
  if (format === 'MRV-A' || format === 'MRV-B') return 'visa';
  return code[1] === 'R' ? 'residence_permit' : 'identity_card';
}

function factsOfBarcode(holder: AamvaHolder): SourceFacts {
  const { document, issuer, number, familyName, givenName, namesTruncated, birthDate, expiryDate, sex } = holder;
  return {
    ...{ source: 'barcode', documentType: document, issuingCountry: issuer.country, issuingRegion: issuer.code },
    ...{ number, familyName, givenName, namesTruncated, birthDate, expiryDate, sex },
  };
}
