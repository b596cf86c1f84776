import { isDigits } from '../calendar.js';
import type { AamvaFault } from './aamva.js';
import { jurisdictionOf, type Jurisdiction } from './jurisdictions.js';

const ELEMENT_SEPARATOR = '\n';
const RECORD_SEPARATOR = '\x1e';
const SEGMENT_TERMINATOR = '\r';
const COMPLIANCE = `@${ELEMENT_SEPARATOR}${RECORD_SEPARATOR}${SEGMENT_TERMINATOR}`;
const FILE_TYPE = 'ANSI ';
/** What some issuers of version 1 wrote instead. */
const FIRST_FILE_TYPE = 'AAMVA';
const DESIGNATOR_LENGTH = 10;
/** 1: the standard of 2000; 2: 2003; 3: 2005; 4: 2009; 5: 2010; 6: 2011; 7: 2012; 8: 2013; 9: 2016; 10: 2020; 11: 2025. */
const NEWEST_VERSION = 11;
/** Licence, identification card, enhanced licence: whoever holds it. The issuers' own begin with a Z. */
const HOLDER_TYPES = ['DL', 'ID', 'EN'] as const;
export type HolderType = (typeof HOLDER_TYPES)[number];

/** Names that elements have had in any version; permits of version 1 begin with a P. */
const ELEMENT = /^(?:D[A-D][A-Z]|PA[A-F])$/;

export interface AamvaFile {
  version: number;
  issuer: Jurisdiction & { iin: string };
  type: HolderType;
  /** The text between type and terminator. */
  elements: string;
}

const fault = (where: AamvaFault['where'], kind: AamvaFault['fault']): AamvaFault => ({ where, fault: kind });

/** Whether a barcode's text begins like a licence's. */
export function isAamva(text: string): boolean {
  return text.startsWith(COMPLIANCE) && [FILE_TYPE, FIRST_FILE_TYPE].includes(text.slice(4, 9));
}

/**
 * The header, the subfile designators and the holder's subfile (DL/ID Card Design Standard 2020, D.12.3 to D.12.4). The
 * subfiles must stand exactly where the designators say, one behind the other to the end of the text. The issuers' own
 * are passed over without a look.
 */
export function readFile(text: string): AamvaFile | AamvaFault {
  const iin = text.slice(9, 15);
  const version = numberAt(text, 15, 2);
  const jurisdiction = jurisdictionOf(iin);
  if (!jurisdiction) return fault('header', 'unknown');
  if (!(version >= 1 && version <= NEWEST_VERSION)) return fault('header', 'unknown');
  if (text.slice(4, 9) === FIRST_FILE_TYPE && version > 1) return fault('header', 'unknown');
  // From version 2 on, the issuer's own version stands before the number of subfiles.
  if (version > 1 && !isDigits(text.slice(17, 19))) return fault('header', 'value');
  const counted = version > 1 ? 19 : 17;
  const holder = readSubfiles(text, { first: counted + 2, count: numberAt(text, counted, 2) });
  return 'fault' in holder ? holder : { version, issuer: { iin, ...jurisdiction }, ...holder };
}

type Holder = Pick<AamvaFile, 'type' | 'elements'>;

function readSubfiles(text: string, { first, count }: { first: number; count: number }): Holder | AamvaFault {
  let holder: Holder | undefined;
  let end = first + count * DESIGNATOR_LENGTH;
  // Not even the designators fit, or the count is none.
  if (!(count > 0 && end <= text.length)) return fault('header', 'bounds');
  for (let at = first; at < first + count * DESIGNATOR_LENGTH; at += DESIGNATOR_LENGTH) {
    const type = text.slice(at, at + 2);
    const isHolder = (HOLDER_TYPES as readonly string[]).includes(type);
    if (!isHolder && !/^Z[A-Z]$/.test(type)) return fault('subfile', 'unknown');
    if (isHolder && holder) return fault('subfile', 'repeated');
    if (numberAt(text, at + 2, 4) !== end) return fault('subfile', 'bounds');
    const subfile = text.slice(end, end + numberAt(text, at + 6, 4));
    end += numberAt(text, at + 6, 4);
    if (!(end <= text.length)) return fault('subfile', 'bounds');
    if (!subfile.startsWith(type) || subfile.indexOf(SEGMENT_TERMINATOR) !== subfile.length - 1) {
      return fault('subfile', 'not_there');
    }
    if (isHolder) holder = { type: type as HolderType, elements: subfile.slice(2, -1) };
  }
  if (!/^[\r\n]*$/.test(text.slice(end))) return fault('subfile', 'bounds');
  return holder ?? fault('subfile', 'missing');
}

/** NaN for anything but digits, which no comparison takes for a good number. */
function numberAt(text: string, from: number, length: number): number {
  const digits = text.slice(from, from + length);
  return digits.length === length && isDigits(digits) ? Number(digits) : Number.NaN;
}

/**
 * Elements by their three letters. One that is there twice is a fault: readers differ in which they take. The last one
 * may be ended by a separator of its own.
 */
export function readElements(elements: string): ReadonlyMap<string, string> | AamvaFault {
  const found = new Map<string, string>();
  const lines = elements.split(ELEMENT_SEPARATOR);
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const id = line.slice(0, 3);
    if (!ELEMENT.test(id)) return fault('subfile', 'value');
    if (found.has(id)) return fault('subfile', 'repeated');
    // Printable characters of ISO 8859-1.
    if (!/^[\x20-\x7e\xa0-\xff]*$/.test(line)) return fault('subfile', 'value');
    found.set(id, line.slice(3).trimEnd());
  }
  return found;
}
