import { describe, expect, it } from '@jest/globals';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import { valueOf } from './check-digit.js';
import { isIssuer, isNationality } from './issuing-states.js';
import { MRZ_FIELDS, MRZ_LAYOUTS, textAt, type MrzField, type MrzFormat } from './mrz-layout.js';
import { parseMrz } from './parse-mrz.js';

const DAY = '2026-11-26';
const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<'];

const HOLDER = {
  issuer: 'UTO',
  documentNumber: 'L898902C3',
  familyName: 'Eriksson',
  givenName: 'Anna Maria',
  nationality: 'UTO',
  birthDate: '1974-08-12',
  sex: 'F',
  expiryDate: '2032-04-15',
} as const;

interface Sample {
  format: MrzFormat;
  lines: string[];
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  TD1: { format: 'TD1', lines: resignedZone('TD1', { ...HOLDER, optionalData: 'ZE184' }, { optional2: '226B' }) },
  'TD1 with a long number': zone('TD1', { ...HOLDER, documentNumber: 'D23145892734' }),
  TD2: zone('TD2', { ...HOLDER, optionalData: 'ZE184' }),
  TD3: zone('TD3', { ...HOLDER, optionalData: 'ZE184226B' }),
  'TD3 without a personal number': zone('TD3', HOLDER),
  'TD3 without one, with a digit': { format: 'TD3', lines: resignedZone('TD3', HOLDER, { optional: '' }) },
  'MRV-A': zone('MRV-A', { ...HOLDER, optionalData: '6ZE184226B' }),
  'MRV-B': zone('MRV-B', { ...HOLDER, optionalData: '6ZE18' }),
};

function zone(format: MrzFormat, data: Parameters<typeof resignedZone>[1]): Sample {
  return { format, lines: resignedZone(format, data) };
}

interface Mutation extends Sample {
  field: MrzField;
  at: number;
  from: string;
  to: string;
  /** The field's text with the mutation in it. */
  text: string;
}

function* mutationsOf({ format, lines }: Sample): Generator<Mutation> {
  for (const field of MRZ_FIELDS) {
    const place = MRZ_LAYOUTS[format].fields[field];
    if (!place) continue;
    for (let at = 0; at < place.length; at++) {
      const column = place.from + at;
      const from = lines[place.line]?.[column] ?? '';
      for (const to of ALPHABET) {
        if (to === from) continue;
        const mutated = lines.map((line, row) =>
          row === place.line ? line.slice(0, column) + to + line.slice(column + 1) : line,
        );
        yield { format, lines: mutated, field, at, from, to, text: textAt(mutated, place) };
      }
    }
  }
}

/** Digits weigh 7, 3 and 1 modulo 10, so they cannot tell `0 A K U <` from each other, nor `5 F P Z`, nor `6 G Q`. */
const weighsTheSame = ({ from, to }: Mutation): boolean => valueOf(from) % 10 === valueOf(to) % 10;

const saidToBeUnused = ({ format, lines }: Mutation): boolean =>
  textAt(lines, MRZ_LAYOUTS[format].fields.optionalDigit) === '<';

/** What no digit and no rule can see, field by field. Everything else has to be refused. */
const UNSEEN: Readonly<Record<MrzField, (mutation: Mutation) => boolean>> = {
  // Not under any digit: another letter of the format, or the whole taken for a visa, which is no identity document.
  documentCode: ({ format, at, to }) =>
    at === 0
      ? (MRZ_LAYOUTS[format].codes.includes(to) || (to === 'V' && format !== 'TD1')) && !format.startsWith('MRV')
      : /[A-Z<]/.test(to) && (to !== 'V' || format.startsWith('MRV')),
  // Not under any digit: another state's code.
  issuer: ({ text }) => isIssuer(text),
  nationality: ({ text }) => isNationality(text),
  // Not under any digit: another name.
  names: ({ text }) => /^[A-Z]+(<[A-Z]+)*(<<[A-Z]+(<[A-Z]+)*)?<*$/.test(text),
  sex: ({ to }) => 'FM<'.includes(to),
  number: (mutation) => weighsTheSame(mutation) && /^[A-Z0-9]+(<[A-Z0-9]+)*<*$/.test(mutation.text),
  numberDigit: () => false,
  birthDate: () => false,
  birthDateDigit: () => false,
  expiryDate: () => false,
  expiryDateDigit: () => false,
  // A visa's optional data is under no digit at all; behind an unused personal number, a filler says that it is unused.
  optional: (mutation) => mutation.format.startsWith('MRV') || (weighsTheSame(mutation) && !saidToBeUnused(mutation)),
  optional2: weighsTheSame,
  // An unused personal number may have either.
  optionalDigit: ({ from, to }) => `${from}${to}` === '0<' || `${from}${to}` === '<0',
  compositeDigit: () => false,
};

const accepted = ({ lines }: Mutation): boolean => parseMrz(lines, DAY).kind === 'valid';

describe('T67: one character of a machine-readable zone exchanged', () => {
  it.each(Object.entries(SAMPLES))('is refused wherever a digit or a rule covers it: %s', (name, whole) => {
    expect(parseMrz(whole.lines, DAY).kind).toBe('valid');
    const unexpected = [...mutationsOf(whole)].filter((mutation) => {
      const unseen = UNSEEN[mutation.field](mutation) && !inLongNumber(name, mutation);
      return accepted(mutation) !== unseen;
    });
    expect(unexpected.map(({ field, at, from, to }) => `${field} ${at}: ${from} to ${to}`)).toEqual([]);
  });

  /** A long number goes on in the optional data: `734`, its digit, and the filler that ends it. */
  const inLongNumber = (name: string, { field, at, to }: Mutation): boolean =>
    name.endsWith('long number') && field === 'optional' && (at < 3 ? to === '<' : at <= 4);

  it('goes unseen in the filler behind a long number when that may as well be one more digit', () => {
    const [first = '', ...rest] = resignedZone('TD1', { ...HOLDER, documentNumber: 'D23145896734' });
    expect(parseMrz([first.replace('<7345<', '<73450'), ...rest], DAY).kind).toBe('valid');
  });

  it.each([
    ['TD1', ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optional', 'optional2']],
    ['TD2', ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optional']],
    ['TD3', ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optional']],
    [
      'TD3 without a personal number',
      ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optionalDigit'],
    ],
    [
      'TD3 without one, with a digit',
      ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optional', 'optionalDigit'],
    ],
    ['MRV-A', ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optional']],
    ['MRV-B', ['documentCode', 'issuer', 'names', 'number', 'nationality', 'sex', 'optional']],
  ])('goes unseen in these fields of %s and in no other', (name, fields) => {
    const whole = SAMPLES[name];
    const unseen = whole ? [...mutationsOf(whole)].filter(accepted).map(({ field }) => field) : [];
    expect([...new Set(unseen)]).toEqual(fields);
  });

  it('goes unseen in a number only between characters that weigh the same', () => {
    const { TD3 } = SAMPLES;
    const pairs = TD3 ? [...mutationsOf(TD3)].filter(({ field }) => field === 'number').filter(accepted) : [];
    expect(pairs.map(({ at, from, to }) => `${at}:${from}${to}`)).toEqual([
      ...['0:LB', '0:LV', '0:L1', '1:8I', '1:8S', '2:9J', '2:9T', '3:8I', '3:8S', '4:9J', '4:9T'],
      ...['5:0A', '5:0K', '5:0U', '5:0<', '6:2C', '6:2M', '6:2W', '7:CM', '7:CW', '7:C2', '8:3D', '8:3N', '8:3X'],
    ]);
  });
});
