/** Words of documentation and of people in a hurry, English and German, long enough not to stand in a random text by chance. */
const EXAMPLE_WORDS = [
  'change',
  'example',
  'secret',
  'password',
  'develop',
  'insecure',
  'default',
  'minioadmin',
  '0123456789',
  'kennwort',
  'passwort',
  'geheim',
  'beispiel',
  'willkommen',
  'sommer',
  'herbst',
];

/** Secrets that are printed in documentation, of vendors and of ours. */
const KNOWN = new Set(['postgres', 'admin', 'regain', 'root', 'test', 'demo', 'valkey', 'redis', 'guest', 'minio']);

/** What a secret holds at least, judged by itself: a machine's token, and a password that has to be typed somewhere. */
export const TOKEN_BITS = 100;
export const PASSWORD_BITS = 45;

/** Neighbours on keyboards, English, German and French; each also backwards. */
const ROWS = [
  'qwertyuiop',
  'qwertzuiopü',
  'azertyuiop',
  'asdfghjkl',
  'asdfghjklöä',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  'wxcvbn',
  '1234567890',
].flatMap((row) => [row, [...row].reverse().join('')]);
/** Shorter ones stand in many random texts too. */
const SHORTEST_ROW = 4;
const SHORTEST_REPETITION = 5;

/** Also with the hyphens of a UUID. */
const HEX = /^[0-9a-f-]+$|^[0-9A-F-]+$/;
/** How many characters each class has that a secret can be made of. */
const CLASSES: [class_: RegExp, size: number][] = [
  [/[0-9]/, 10],
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]/, 33],
  [/[^\u0020-\u007e]/, 100],
];

/**
 * Why a secret must not guard anything, or undefined. An estimate from above: it finds what is written in examples,
 * repeats itself, counts upwards, follows a keyboard or is short, and cannot know that a random-looking text was
 * published, nor a word that is not in the list.
 */
export function weaknessOf(secret: string, minimumBits: number): string | undefined {
  const lower = secret.toLowerCase();
  if (KNOWN.has(lower) || EXAMPLE_WORDS.some((word) => lower.includes(word))) return 'is known from examples';
  if (estimatedBits(secret) < minimumBits) return 'has too little entropy';
  return undefined;
}

/**
 * As many characters as say something new, each worth the alphabet that the secret is made of; or only its few different
 * characters, where a random text of that length would have many more.
 */
export function estimatedBits(secret: string): number {
  const telling = withoutRows(withoutRepetition(secret));
  const characters = [...telling];
  const distinct = new Set(characters).size;
  const size = alphabetSize(secret);
  if (distinct === 0) return 0;
  // What a random text has on average; half of that is never met by chance.
  const expected = size * (1 - (1 - 1 / size) ** characters.length);
  const worth = distinct < expected / 2 ? Math.log2(distinct) : Math.log2(size);
  return characters.length * worth;
}

function alphabetSize(secret: string): number {
  const classes = CLASSES.filter(([class_]) => class_.test(secret));
  const size = classes.reduce((sum, [, of]) => sum + of, 0);
  return HEX.test(secret) && size > 10 ? 16 : size;
}

/** A part of five or more characters that stood before, anywhere and in any case, says nothing new. */
function withoutRepetition(text: string): string {
  const lower = text.toLowerCase();
  let telling = '';
  for (let at = 0; at < text.length;) {
    const length = longestSeenBefore(lower, at);
    if (length < SHORTEST_REPETITION) telling += text[at];
    at += length < SHORTEST_REPETITION ? 1 : length;
  }
  return telling;
}

/** How long the part from here on is that began at an earlier place; it may reach into itself, as in `abcabcab`. */
function longestSeenBefore(text: string, at: number): number {
  let longest = 0;
  for (let earlier = 0; earlier < at; earlier += 1) {
    let length = 0;
    while (at + length < text.length && text[earlier + length] === text[at + length]) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** A row of neighbours says where it begins and how long it is: as much as two characters. */
function withoutRows(text: string): string {
  const lower = text.toLowerCase();
  let telling = '';
  for (let at = 0; at < text.length;) {
    const length = Math.max(longestCount(lower, at), longestKeyboardRow(lower, at));
    const isRow = length >= SHORTEST_ROW;
    telling += text.slice(at, at + (isRow ? 2 : 1));
    at += isRow ? length : 1;
  }
  return telling;
}

/** `dddd`, `defg`, `gfed`: how many characters go on with the same step of none or one. */
function longestCount(text: string, at: number): number {
  const step = text.charCodeAt(at + 1) - text.charCodeAt(at);
  if (!(Math.abs(step) <= 1)) return 1;
  let length = 2;
  while (text.charCodeAt(at + length) - text.charCodeAt(at + length - 1) === step) length += 1;
  return length;
}

function longestKeyboardRow(text: string, at: number): number {
  let length = 1;
  while (at + length < text.length && ROWS.some((row) => row.includes(text.slice(at, at + length + 1)))) length += 1;
  return length;
}
