import { birthDateOf, calendarDate, datePartsIn, lookUp, present, Sensitive } from '../kit/index.js';
import type { DateFormat, DateParts, DocumentFacts, IdentityAttributes } from '../kit/index.js';
import type { BosReport } from './types.js';

/** Read by eye, from the machine-readable zone, from a barcode. */
const KNOWN_DATA_SOURCES: readonly unknown[] = [0, 1, 2];
const MAX_TEXT = 300;

/** It may stand behind a date and says nothing about a calendar date. */
const TIME_OF_DAY = /(?<=^\d{4}-\d\d-\d\d)T[\d:.]{5,16}Z?$/;

export interface DocumentReading {
  /** AU10TIX' words in lower case → those of this product's document types. */
  documentTypes: Readonly<Record<string, string>>;
  expiryField: string;
  dateFormat: DateFormat;
}

/** Who the document says the person is; undefined when nothing of it could be read. */
export function identityOf(
  report: BosReport,
  { dateFormat }: DocumentReading,
): Sensitive<IdentityAttributes> | undefined {
  const givenName = [field(report, 'FirstName'), field(report, 'MiddleName')].filter(Boolean).join(' ');
  return sealed({
    givenName: field(report, 'FirstName') && givenName,
    familyName: field(report, 'LastName'),
    birthDate: birthDateOf(partsOf(field(report, 'DateOfBirth'), dateFormat)),
  });
}

export function documentOf(report: BosReport, reading: DocumentReading): Sensitive<DocumentFacts> | undefined {
  const { CountryIso3: country, DocumentType: type } = report.ProcessingResult?.DocumentTypeDescriptor ?? {};
  return sealed({
    issuingCountry: typeof country === 'string' && /^[A-Z]{3}$/.test(country) ? country : undefined,
    documentType: typeof type === 'string' ? lookUp(reading.documentTypes, type.toLowerCase()) : undefined,
    number: field(report, 'DocumentNumber'),
    expiryDate: expiryDateOf(report, reading),
  });
}

/** The date of expiry that the document itself states. */
export function expiryDateOf(report: BosReport, { expiryField, dateFormat }: DocumentReading): string | undefined {
  return calendarDate(partsOf(field(report, expiryField), dateFormat));
}

/** One member of `DocumentData2`: `{Value, DataSource}`. What was read from a source that is not documented is not read. */
function field({ ProcessingResult }: BosReport, name: string): string | undefined {
  const data = ProcessingResult?.DocumentData2 ?? {};
  const member = Object.hasOwn(data, name) ? data[name] : undefined;
  if (typeof member !== 'object' || member === null) return undefined;
  const { Value, DataSource } = member as { Value?: unknown; DataSource?: unknown };
  if (!KNOWN_DATA_SOURCES.includes(DataSource)) return undefined;
  const text = typeof Value === 'string' ? Value.trim() : '';
  return text !== '' && text.length <= MAX_TEXT ? text : undefined;
}

const partsOf = (text: string | undefined, format: DateFormat): DateParts =>
  datePartsIn(text?.replace(TIME_OF_DAY, ''), format);

function sealed<Value extends object>(value: Value): Sensitive<Value> | undefined {
  const said = present(value);
  return Object.keys(said).length === 0 ? undefined : new Sensitive(said);
}
