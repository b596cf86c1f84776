import { describe, expect, it } from '@jest/globals';
import { JURISDICTIONS, licenceText, type Licence } from '../../../../test/cards/index.js';
import { isAddressCode, jurisdictionOf } from './jurisdictions.js';
import { parseAamva } from './parse-aamva.js';

const DAY = '2026-11-26';
const BYTES = [...'ADFLMNTVZ0123459a <\0\n\ré'];

const HOLDER: Licence['holder'] = {
  familyName: 'MARSH',
  firstName: 'ANA',
  middleName: 'LUCIA',
  birthDate: '1991-04-12',
  issueDate: '2020-03-31',
  expiryDate: '2030-03-31',
  sex: 'F',
  licenceNumber: 'T64235790',
};

interface Part {
  /** `iin`, `offset`, `DCS` … */
  name: string;
  from: number;
  to: number;
}

/** Where the parts of a licence's text are. */
function partsOf(text: string, version: number): Part[] {
  const version1 = version === 1;
  const counted = version1 ? 17 : 19;
  const first = counted + 2;
  const header: Part[] = [
    { name: 'marker', from: 0, to: 9 },
    { name: 'iin', from: 9, to: 15 },
    { name: 'version', from: 15, to: 17 },
    ...(version1 ? [] : [{ name: 'issuer’s version', from: 17, to: 19 }]),
    { name: 'count', from: counted, to: first },
  ];
  const designators = [first, first + 10].flatMap((from) => [
    { name: 'type', from, to: from + 2 },
    { name: 'offset', from: from + 2, to: from + 6 },
    { name: 'length', from: from + 6, to: from + 10 },
  ]);
  const start = first + 20;
  const [holder = '', own = ''] = text.slice(start).split('\r');
  let at = start + 2;
  const listed = holder.slice(2).split('\n');
  const elements = listed.flatMap((element, index) => {
    const id = element.slice(0, 3);
    const next = (listed[index + 1] ?? '').slice(0, 3);
    const part = [
      { name: `name of ${id}`, from: at, to: at + 3 },
      { name: id, from: at + 3, to: at + element.length },
      { name: `separator of ${id} and ${next}`, from: at + element.length, to: at + element.length + 1 },
    ];
    at += element.length + 1;
    return part;
  });
  return [
    ...header,
    ...designators,
    { name: 'subfile’s type', from: start, to: start + 2 },
    ...elements,
    { name: 'own subfile’s type', from: at, to: at + 2 },
    { name: 'own subfile', from: at + 2, to: at + own.length },
    { name: 'own terminator', from: at + own.length, to: text.length },
  ];
}

interface Mutation {
  part: string;
  at: number;
  from: string;
  to: string;
  /** The part's text with the mutation in it. */
  text: string;
  licence: Licence;
}

/** Elements that nobody reads. */
const UNREAD = /^(DAR|DAS|DAT|DAU|DAY|DAG|DAI|DAK|DCA|DCB|DCD|DCF)$/;
const isName = /^[A-Za-zÀ-ÿ' .,-]+$/;
const isPrintable = (byte: string): boolean => !'\n\r\0'.includes(byte);

/** What no rule can see, part by part: a barcode has no check digits. Everything else has to be refused. */
function unseen(mutation: Mutation): boolean {
  const { part, to, text } = mutation;
  const { version, jurisdiction } = mutation.licence;
  const date = text.slice(0, 8);
  switch (part) {
    case 'iin':
      return (
        jurisdictionOf(text)?.country === jurisdiction.country || (version === 1 && jurisdictionOf(text) !== undefined)
      );
    case 'issuer’s version':
      return /[0-9]/.test(to);
    // Later versions have the same elements.
    case 'version':
      return version >= 4 ? /^(0[4-9]|1[01])$/.test(text) : /^0[23]$/.test(text) && version > 1;
    // One kind of card for the other, if the subfile said the same.
    case 'type':
      return false;
    case 'DAQ':
      return /^[A-Z0-9][A-Z0-9 *-]*$/.test(text);
    case 'DAA':
    case 'DCS':
    case 'DAC':
    case 'DAD':
    case 'DCT':
      return isName.test(text);
    case 'DBC':
      return (version === 1 ? '129MFX' : '129').includes(to);
    case 'DBB':
      return isDate(date, version, jurisdiction.country) && iso(date, version, jurisdiction.country) < HOLDER.issueDate;
    case 'DBD': {
      const issued = isDate(date, version, jurisdiction.country) ? iso(date, version, jurisdiction.country) : '';
      return issued > HOLDER.birthDate && issued < HOLDER.expiryDate && issued <= DAY;
    }
    case 'DBA':
      return isDate(date, version, jurisdiction.country) && iso(date, version, jurisdiction.country) > HOLDER.issueDate;
    case 'DAJ':
      return isAddressCode(text);
    case 'DDE':
    case 'DDF':
    case 'DDG':
      return 'TNU'.includes(to);
    case 'own subfile':
      return to !== '\r';
    case 'own terminator':
      return false;
    // The last element of version 1, which may end with a separator of its own.
    case 'DAK':
      return isPrintable(to) || (version === 1 && to === '\n' && mutation.at === text.length - 1);
    default:
      if (part.startsWith('name of ')) return namesNothingRead(mutation);
      return part.startsWith('separator of ') ? swallowsUnread(mutation) : UNREAD.test(part) && isPrintable(to);
  }
}

/** An element that nobody reads may have any name that no element there has. */
function namesNothingRead({ part, text, licence }: Mutation): boolean {
  const there = licenceText(licence).includes(`\n${text}`);
  return UNREAD.test(part.slice(8)) && /^(D[A-D][A-Z]|PA[A-F])$/.test(text) && !there;
}

/** Without the separator before it, an element that nobody reads becomes the end of the one in front of it. */
function swallowsUnread(mutation: Mutation): boolean {
  const [, id = '', next = ''] = /^separator of (...) and (...)$/.exec(mutation.part) ?? [];
  if (!UNREAD.test(next)) return false;
  if (UNREAD.test(id)) return isPrintable(mutation.to);
  const elements = licenceText(mutation.licence).split('\n');
  const joined = ['', id, next].map((name) => elements.find((element) => element.startsWith(name))?.slice(3) ?? '');
  return /^(DAA|DCS|DCT|DAC|DAD)$/.test(id) && isName.test(`${joined[1]}${mutation.to}${next}${joined[2]}`);
}

const yearFirst = (version: number, country: string): boolean => version === 1 || country === 'CAN';
const iso = (text: string, version: number, country: string): string =>
  yearFirst(version, country)
    ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
    : `${text.slice(4)}-${text.slice(0, 2)}-${text.slice(2, 4)}`;
function isDate(text: string, version: number, country: string): boolean {
  const date = iso(text, version, country);
  const at = new Date(`${date}T00:00:00Z`);
  return /^[0-9]{8}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

function* mutationsOf(licence: Licence): Generator<{ mutation: Mutation; whole: string }> {
  const text = licenceText(licence);
  for (const { name, from, to } of partsOf(text, licence.version))
    for (let at = from; at < to; at++)
      for (const byte of BYTES) {
        if (byte === text[at]) continue;
        const whole = text.slice(0, at) + byte + text.slice(at + 1);
        const part = whole.slice(from, to);
        yield { whole, mutation: { part: name, at: at - from, from: text[at] ?? '', to: byte, text: part, licence } };
      }
}

/** All rules that ever differed: 2 and 3, and 4 and later, are alike but for their number. */
const VERSIONS = [1, 2, 3, 4, 10] as const;
const cases = VERSIONS.flatMap((version) =>
  [JURISDICTIONS[0], JURISDICTIONS[4]].flatMap((jurisdiction) =>
    jurisdiction
      ? [[version, jurisdiction.country, { version, jurisdiction, subfile: 'DL' as const, holder: HOLDER }] as const]
      : [],
  ),
);

describe('T90: one character of a licence’s barcode exchanged', () => {
  const unseenParts = new Set<string>();

  it.each(cases)('is refused wherever a rule covers it: version %i in %s', (_version, _country, licence) => {
    expect(parseAamva(licenceText(licence), DAY).kind).toBe('valid');
    const unexpected: string[] = [];
    for (const { mutation, whole } of mutationsOf(licence)) {
      const accepted = parseAamva(whole, DAY).kind === 'valid';
      if (accepted) unseenParts.add(mutation.part);
      if (accepted !== unseen(mutation)) {
        unexpected.push(`${mutation.part} ${mutation.at}: ${mutation.from} to ${JSON.stringify(mutation.to)}`);
      }
    }
    expect(unexpected).toEqual([]);
  });

  it('goes unseen in these parts and in no other', () => {
    const read = [...unseenParts].filter((part) => !UNREAD.test(part) && !/^(name|separator) of /.test(part));
    expect(read.sort()).toEqual(
      [
        ...['iin', 'version', 'issuer’s version', 'own subfile'],
        ...['DAA', 'DAC', 'DAD', 'DAJ', 'DAQ', 'DBA', 'DBB', 'DBC', 'DBD', 'DCS', 'DCT', 'DDE', 'DDF', 'DDG'],
      ].sort(),
    );
  });
});
