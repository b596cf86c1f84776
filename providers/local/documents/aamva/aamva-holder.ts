import { isoDate } from '../calendar.js';
import type { AamvaFile, HolderType } from './aamva-file.js';
import type { AamvaElement, AamvaFault, AamvaFaultKind, AamvaHolder } from './aamva.js';
import { isAddressCode } from './jurisdictions.js';

/** Elements that every card of a version has; names are looked at by themselves. */
const MANDATORY: readonly AamvaElement[] = ['DAJ', 'DAQ', 'DBA', 'DBB', 'DBC', 'DBD'];
const TRUNCATION: readonly AamvaElement[] = ['DDE', 'DDF', 'DDG'];
const DOCUMENTS: Readonly<Record<HolderType, AamvaHolder['document']>> = {
  DL: 'driving_licence',
  EN: 'driving_licence',
  ID: 'identity_card',
};
const SEX: Readonly<Record<string, AamvaHolder['sex']>> = { 1: 'male', 2: 'female', 9: 'unspecified' };
/** Version 1 has letters, and some of its issuers have the later digits. */
const FIRST_SEX: Readonly<Record<string, AamvaHolder['sex']>> = { ...SEX, M: 'male', F: 'female', X: 'unspecified' };

/** What stands for a name that somebody does not have, or that the issuer does not have. */
const NO_NAME = /^(?:|NONE|UNAVL)$/i;
/** Letters of ISO 8859-1 and what stands between names; longest: `DAA` of version 1. */
const NAME = /^[A-Za-z\xc0-\xff' .,-]{1,125}$/;
const NUMBER = /^[A-Z0-9][A-Z0-9 *-]{0,24}$/;

export interface AamvaCard {
  file: AamvaFile;
  elements: ReadonlyMap<string, string>;
  /** ISO 8601: nothing is born or issued after it. */
  day: string;
}

/** Reads a holder's elements by the rules of the file's version (DL/ID Card Design Standard, table D.3). */
export function readHolder(card: AamvaCard): { holder: AamvaHolder | undefined; faults: AamvaFault[] } {
  const { version, type, issuer } = card.file;
  const faults: AamvaFault[] = [];
  const note = (where: AamvaElement, fault: AamvaFaultKind | false | undefined): void => {
    if (fault) faults.push({ where, fault });
  };
  const text = (id: AamvaElement): string => card.elements.get(id) ?? '';
  const withFlags = version >= 4 ? TRUNCATION : [];
  for (const id of [...MANDATORY, ...withFlags, ...(version > 1 ? (['DCG'] as const) : [])]) {
    note(id, !card.elements.has(id) && 'missing');
  }
  if (faults.length > 0) return { holder: undefined, faults };
  for (const id of withFlags) note(id, !/^[TNU]$/.test(text(id)) && 'value');
  note('DCG', card.elements.has('DCG') && text('DCG') !== issuer.country && 'country');
  note('DAJ', !isAddressCode(text('DAJ')) && 'value');
  note('DAQ', (!NUMBER.test(text('DAQ')) || NO_NAME.test(text('DAQ'))) && 'value');
  const sex = (version === 1 ? FIRST_SEX : SEX)[text('DBC')];
  note('DBC', !sex && 'value');
  const names = readNames(card, note);
  const dates = readDates(card, note);
  if (faults.length > 0 || !sex || !dates) return { holder: undefined, faults };
  const namesTruncated = withFlags.some((id) => text(id) !== 'N');
  const document = DOCUMENTS[type];
  return {
    holder: { version, document, issuer, number: text('DAQ'), ...names, namesTruncated, ...dates, sex },
    faults,
  };
}

type Note = (where: AamvaElement, fault: AamvaFaultKind | false | undefined) => void;

/** Version 1 has the whole name in one element, or its parts; 2 and 3 have all given names in one; later ones the parts. */
function readNames(
  { file: { version }, elements }: AamvaCard,
  note: Note,
): Pick<AamvaHolder, 'familyName' | 'givenName'> {
  const whole = version === 1 && elements.has('DAA');
  const family: AamvaElement = whole ? 'DAA' : version === 1 ? 'DAB' : 'DCS';
  const given: AamvaElement[] = whole ? [] : version === 2 || version === 3 ? ['DCT'] : ['DAC', 'DAD'];
  const values = [family, ...given].map((id) => {
    const value = elements.get(id);
    // Only later versions say with an element of its own that there is no middle name.
    note(id, value === undefined && (version > 1 || id !== 'DAD') && 'missing');
    note(id, value !== undefined && !NO_NAME.test(value) && !NAME.test(value) && 'value');
    return whole || id === 'DCT' ? (value ?? '').split(',') : [value ?? ''];
  });
  const [familyName = '', ...parts] = values.flat().map((part) => part.trim());
  note(family, elements.has(family) && NO_NAME.test(familyName) && 'missing');
  const givenName = parts.filter((part) => !NO_NAME.test(part)).join(' ');
  return { familyName, ...(givenName === '' ? {} : { givenName }) };
}

function readDates(
  { file, elements, day }: AamvaCard,
  note: Note,
): Pick<AamvaHolder, 'birthDate' | 'issueDate' | 'expiryDate'> | undefined {
  const read = (id: AamvaElement): string => {
    const date = dateOf(elements.get(id) ?? '', file);
    note(id, !date && 'no_such_date');
    return date ?? '';
  };
  const [birthDate, issueDate, expiryDate] = [read('DBB'), read('DBD'), read('DBA')];
  if (!birthDate || !issueDate || !expiryDate) return undefined;
  note('DBB', birthDate >= issueDate && 'order');
  note('DBD', (issueDate > day || issueDate >= expiryDate) && 'order');
  return { birthDate, issueDate, expiryDate };
}

/** CCYYMMDD in version 1 and in Canada, MMDDCCYY else. */
function dateOf(text: string, { version, issuer }: AamvaFile): string | undefined {
  if (text.length !== 8) return undefined;
  return version === 1 || issuer.country === 'CAN'
    ? isoDate(text.slice(0, 4), text.slice(4, 6), text.slice(6))
    : isoDate(text.slice(4), text.slice(0, 2), text.slice(2, 4));
}
