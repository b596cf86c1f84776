import { checkDigit } from './check-digit.js';
import { MRZ_LAYOUTS, textAt, type MrzField, type MrzFormat, type Span } from './mrz-layout.js';

/** What a zone is to say. Nothing is checked: what does not fit is cut off. */
export interface MrzContent {
  /** E.g. `P`, `I`, `ID`; its first letter must be one of the format. */
  documentCode: string;
  /** As in the zone: `UTO`, `D`. */
  issuer: string;
  number: string;
  familyName: string;
  givenName?: string;
  nationality: string;
  /** ISO 8601, `00` for an unknown month or day; absent when unknown altogether. */
  birthDate?: string;
  sex?: 'F' | 'M';
  expiryDate: string;
  optionalData?: string;
  optionalData2?: string;
}

const LONGEST_SHORT_NUMBER = 9;

/**
 * The lines of a machine-readable zone with all its check digits, for cards that are drawn. In formats that cannot carry
 * more, a number ends after nine characters.
 */
export function composeMrz(format: MrzFormat, content: MrzContent): string[] {
  const layout = MRZ_LAYOUTS[format];
  const birthDate = content.birthDate ? shortDate(content.birthDate) : '<<<<<<';
  const expiryDate = shortDate(content.expiryDate);
  const optional = content.optionalData ?? '';
  const texts: Partial<Record<MrzField, string>> = {
    documentCode: content.documentCode,
    issuer: content.issuer,
    names: namesOf(content, layout.fields.names?.length ?? 0),
    ...(layout.longNumbers && content.number.length > LONGEST_SHORT_NUMBER
      ? longNumber(content.number, optional)
      : { number: content.number, numberDigit: digitOf(content.number, 9), optional }),
    nationality: content.nationality,
    ...{ birthDate, birthDateDigit: checkDigit(birthDate), expiryDate, expiryDateDigit: checkDigit(expiryDate) },
    sex: content.sex ?? '<',
    optionalDigit: digitOf(optional, layout.fields.optional?.length ?? 0),
    optional2: content.optionalData2 ?? '',
  };
  const lines = Array.from({ length: layout.lines }, () => '<'.repeat(layout.columns));
  const put = (span: Span, text: string): void => {
    const line = lines[span.line] ?? '';
    const fitted = text.slice(0, span.length).padEnd(span.length, '<');
    lines[span.line] = line.slice(0, span.from) + fitted + line.slice(span.from + span.length);
  };
  for (const [field, span] of Object.entries(layout.fields)) put(span, texts[field as MrzField] ?? '');
  const { compositeDigit } = layout.fields;
  if (compositeDigit) put(compositeDigit, checkDigit(layout.composite.map((span) => textAt(lines, span)).join('')));
  return lines;
}

function longNumber(number: string, optional: string): Partial<Record<MrzField, string>> {
  const rest = number.slice(LONGEST_SHORT_NUMBER) + checkDigit(number);
  return { number, numberDigit: '<', optional: `${rest}<${optional}` };
}

function digitOf(text: string, length: number): string {
  return checkDigit(text.slice(0, length).padEnd(length, '<'));
}

function shortDate(isoDate: string): string {
  return isoDate.slice(2).replaceAll('-00', '<<').replaceAll('-', '');
}

/** Cut off so that a letter stands last, which says that there was more (Doc 9303-3, 4.6). */
function namesOf({ familyName, givenName }: MrzContent, length: number): string {
  const given = givenName === undefined ? '' : transliterate(givenName);
  let names = transliterate(familyName) + (given && `<<${given}`);
  while (names.length > length && names[length - 1] === '<') {
    // The word before the gap gives up its last letter; when it has but one, the gap stays where it is.
    const shorter = names.slice(0, length).replace(/([A-Z])[A-Z](<+)$/, '$1$2');
    if (shorter.length === length) break;
    names = shorter + names.slice(length);
  }
  return names;
}

/** Enough for names on drawn cards: accents and apostrophes are dropped, everything else that is not A–Z is a gap. */
function transliterate(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{Mn}'’]/gu, '')
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter(Boolean)
    .join('<');
}
