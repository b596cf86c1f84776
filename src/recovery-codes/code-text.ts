import { randomInt } from 'node:crypto';

/** How a person can show that a code was meant for them (NIST SP 800-63B-4, 4.2.1.1 and 4.2.1.2). */
export const CODE_METHODS = ['saved', 'issued'] as const;
export type CodeMethod = (typeof CODE_METHODS)[number];

/** Crockford's base 32: no letter that is mistaken for a digit or for another letter. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 6;
const GROUP_CHARACTERS = 4;
const ISSUED_DIGITS = 8;

/** Longest text that is looked at. */
const MAX_TYPED = 64;
const SAVED_PATTERN = /^[0-9A-HJKMNP-TV-Z]{24}$/;
const ISSUED_PATTERN = /^[0-9]{8}$/;

/**
 * A code to be kept on paper: 120 random bits, `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`. NIST asks for 64 (4.2.1.1); from 112 on a
 * keyed hash does, and guessing offline is out of reach (OWASP ASVS 5.0, 6.5.2).
 */
export function newSavedCode(): string {
  const group = (): string =>
    Array.from({ length: GROUP_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** A code to be typed from a message: eight digits in two groups. NIST asks for six (4.2.1.2). */
export function newIssuedCode(): string {
  const digits = Array.from({ length: ISSUED_DIGITS }, () => String(randomInt(10))).join('');
  return `${digits.slice(0, 4)} ${digits.slice(4)}`;
}

/** Digits of any script as ASCII: an Arabic keyboard types its own. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const value = [...'٠١٢٣٤٥٦٧٨٩'].indexOf(digit);
    const eastern = [...'۰۱۲۳۴۵۶۷۸۹'].indexOf(digit);
    return value >= 0 ? String(value) : eastern >= 0 ? String(eastern) : digit;
  });
}

/** Which kind a typed code must be, where it was not said: eight digits were sent, anything else can only have been saved. */
export const methodOf = (typed: string): CodeMethod =>
  canonicalCode('issued', typed) === undefined ? 'saved' : 'issued';

/** What a person typed as the code it must be, spaces, hyphens, case and look-alikes aside; undefined when it is none. */
export function canonicalCode(method: CodeMethod, typed: string): string | undefined {
  const plain = asciiDigits(typed.slice(0, MAX_TYPED).normalize('NFKC')).toUpperCase();
  const joined = plain.replace(/[\s\p{Pd}\p{Cf}]/gu, '');
  if (method === 'issued') return ISSUED_PATTERN.test(joined) ? joined : undefined;
  const code = joined.replace(/O/g, '0').replace(/[IL]/g, '1');
  return SAVED_PATTERN.test(code) ? code : undefined;
}
