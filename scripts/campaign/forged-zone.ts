import {
  MRZ_FIELDS,
  MRZ_LAYOUTS,
  formatOf,
  type MrzField,
  type Span,
} from '../../providers/local/documents/mrz/mrz-layout.js';
import { parseMrz } from '../../providers/local/documents/mrz/parse-mrz.js';
import type { SeededRandom } from '../harness/seeded-random.js';
import { CARDS_DAY } from './card-score.js';

/** What recognition takes for each other: the changes that a reader who looks for right digits would undo most willingly. */
const LOOKALIKES = ['0OQD', '1IL', '2Z', '5S', '6G', '8B', '7T', '4A', 'UV', 'MN'];
const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const COVERED: readonly MrzField[] = ['number', 'birthDate', 'expiryDate', 'optional', 'optional2'];

/** The zone with one check digit, or one character that a digit covers, exchanged: a zone that has to be refused. */
export function forgeZone(zone: readonly string[], random: SeededRandom): string[] {
  const format = formatOf(zone);
  if (!format) throw new Error('there is no such zone');
  const { fields } = MRZ_LAYOUTS[format];
  const digits = MRZ_FIELDS.filter((field) => field.endsWith('Digit'));
  for (;;) {
    const place = fields[random.pick(random.chance(0.5) ? digits : COVERED)];
    const forged = place && exchangeIn(zone, place, random);
    if (forged && parseMrz(forged, CARDS_DAY).kind !== 'valid') return forged;
  }
}

function exchangeIn(zone: readonly string[], { line, from, length }: Span, random: SeededRandom): string[] | undefined {
  const text = zone[line] ?? '';
  const column = from + random.below(length);
  const character = text[column] ?? '<';
  if (character === '<') return undefined;
  const alike = LOOKALIKES.find((group) => group.includes(character));
  const others = alike && random.chance(0.5) ? alike : DIGITS.includes(character) ? DIGITS : LETTERS;
  const to = random.pick([...others].filter((other) => other !== character));
  return zone.with(line, text.slice(0, column) + to + text.slice(column + 1));
}
