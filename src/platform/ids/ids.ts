import { randomBytes, randomFillSync, randomInt } from 'node:crypto';

/** Prefixes of ids in openapi.yaml, and of rows that only we see. */
export const ID_PREFIXES = [
  'rc',
  'sub',
  'vs',
  'ev',
  'pk',
  'evt',
  'pol',
  'key',
  'lnk',
  'fs',
  'rep',
  'dec',
  'tok',
  'chl',
  'ses',
  'ntc',
  'inb',
  'dlv',
  'req',
  'sur',
  'rcc',
  'pch',
  'lgh',
  'reh',
  'pau',
  'sts',
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/** Crockford's base 32 in lower case: sorts like the number it encodes. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Letters and digits that are not mistaken for each other over the telephone. */
const REFERENCE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const drawn = Buffer.alloc(4_096);
let taken = drawn.length;

/**
 * Random bytes for what is an address or a nonce and no secret, drawn many at a time: asking for a few costs as much as
 * asking for thousands. They are good until the next call.
 */
export function randomOctets(count: number): Buffer {
  if (taken + count > drawn.length) {
    randomFillSync(drawn);
    taken = 0;
  }
  taken += count;
  return drawn.subarray(taken - count, taken);
}

/**
 * An opaque, sortable identifier: prefix, 48 bits of milliseconds, 80 random bits (the layout of a ULID). An id is an
 * address, never a secret (ASVS 11.5.1); secrets come from {@link newSecret}.
 */
export function newId(prefix: IdPrefix, at: Date): string {
  let id = firstIdOf(prefix, at);
  for (const octet of randomOctets(16)) id += ALPHABET[octet & 31];
  return id;
}

/** What every id of this prefix that was made at that moment or later sorts behind, and every earlier one before. */
export function firstIdOf(prefix: IdPrefix, at: Date): string {
  let time = at.getTime();
  let head = '';
  for (let digits = 0; digits < 10; digits += 1) {
    head = `${ALPHABET[time % 32]}${head}`;
    time = Math.floor(time / 32);
  }
  return `${prefix}_${head}`;
}

/** 256 random bits, base64url without padding: 43 characters. Every secret a browser or a link carries is one of these. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export const SECRET_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Whether a text is the one canonical spelling of 32 bytes. The last character of unpadded base64url carries two unused
 * bits; a decoder that ignores them would take four spellings of the same secret (T27).
 */
export function isCanonicalSecret(text: string): boolean {
  return SECRET_PATTERN.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text;
}

/**
 * The reference that people use, e.g. `REC-7F3K92`. Not unique by itself: the code that opens a case draws several and
 * takes one that no other case has.
 */
export function newReference(): string {
  return `REC-${Array.from({ length: 6 }, () => REFERENCE_ALPHABET[randomInt(REFERENCE_ALPHABET.length)]).join('')}`;
}

/** `n` decimal digits, uniformly drawn. */
export function newDigits(n: number): string {
  return Array.from({ length: n }, () => String(randomInt(10))).join('');
}
