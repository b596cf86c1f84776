import { alpha3Of } from '../../recovery-case/issuing-country.js';

/** What ICAO Doc 9303-3, section 5, writes otherwise than ISO 3166-1: Germany, Kosovo, and kinds of British nationals. */
const OTHER_CODES: Readonly<Record<string, string>> = {
  ...{ D: 'DEU', XK: 'RKS', GBD: 'GBR', GBN: 'GBR', GBO: 'GBR', GBP: 'GBR', GBS: 'GBR' },
};

/** A nationality that is none: stateless, refugee, unspecified (part E of the section). */
const NO_STATE: ReadonlySet<string> = new Set(['XXA', 'XXB', 'XXC', 'XXX']);

const LONGEST_CODE = 8;

/** Alpha-3 of whatever a partner or a zone writes (`D<<`, `de`, `GBN`); undefined for what names no state. */
export function stateOf(nationality: unknown): string | undefined {
  if (typeof nationality !== 'string' || nationality.length > LONGEST_CODE) return undefined;
  const code = nationality.toUpperCase().replace(/[<\s]/g, '');
  const alpha3 = Object.hasOwn(OTHER_CODES, code) ? (OTHER_CODES[code] ?? code) : alpha3Of(code);
  return /^[A-Z]{3}$/.test(alpha3) && !NO_STATE.has(alpha3) ? alpha3 : undefined;
}
