/**
 * Cyrillic letters in the machine-readable zone: ICAO Doc 9303-3 (8th edition), section 6.B. Letters that the table
 * leaves out have the spelling of the state that uses them: Ѓ and Ћ of North Macedonia and Serbia; soft signs vanish.
 */
export const CYRILLIC_LETTERS: Readonly<Record<string, string>> = {
  ...{ Ё: 'E', Ђ: 'D', Є: 'IE', Ѕ: 'DZ', І: 'I', Ї: 'I', Ј: 'J', Љ: 'LJ', Њ: 'NJ', Ќ: 'K', Ў: 'U', Џ: 'DZ' },
  ...{ А: 'A', Б: 'B', В: 'V', Г: 'G', Д: 'D', Е: 'E', Ж: 'ZH', З: 'Z', И: 'I', Й: 'I', К: 'K', Л: 'L', М: 'M' },
  ...{ Н: 'N', О: 'O', П: 'P', Р: 'R', С: 'S', Т: 'T', У: 'U', Ф: 'F', Х: 'KH', Ц: 'TS', Ч: 'CH', Ш: 'SH' },
  ...{ Щ: 'SHCH', Ъ: 'IE', Ы: 'Y', Э: 'E', Ю: 'IU', Я: 'IA', Ѫ: 'U', Ѵ: 'Y', Ґ: 'G', Ғ: 'G', Һ: 'C' },
  ...{ Ь: '', Ѓ: 'G', Ћ: 'C', Ѐ: 'E', Ѝ: 'I' },
};

/** What differs from the table when a whole name is spelled one way. */
export interface CyrillicScheme {
  letters: Readonly<Record<string, string>>;
  /** At the beginning of a word. */
  first?: Readonly<Record<string, string>>;
  /** What the last letter becomes in a word with this ending of two letters. */
  endings?: Readonly<Record<string, string>>;
}

/** The table itself, its notes on languages, and two national spellings that passports have instead of it. */
export const CYRILLIC_SCHEMES: readonly CyrillicScheme[] = [
  { letters: {} },
  // Ukrainian. Resolution 55 of 2010 gives the same for passports.
  { letters: { Г: 'H', И: 'Y' }, first: { Є: 'YE', Ї: 'YI', Й: 'Y', Ю: 'YU', Я: 'YA' } },
  // Belarusian.
  { letters: { Ё: 'IO', Г: 'H' } },
  // Serbian as the table has it, Г → H included.
  { letters: { Г: 'H', Ж: 'Z', Х: 'H', Ц: 'C', Ч: 'C', Ш: 'S' } },
  // Serbian as passports have it: Gaj's Latin alphabet without its marks, then with Đ written out.
  { letters: { Ж: 'Z', Х: 'H', Ц: 'C', Ч: 'C', Ш: 'S' } },
  { letters: { Ж: 'Z', Х: 'H', Ц: 'C', Ч: 'C', Ш: 'S', Ђ: 'DJ' } },
  // Macedonian; the table has GJ at Ғ by mistake, Ѓ is the letter of that language.
  { letters: { Ќ: 'KJ', Џ: 'DJ', Х: 'H', Ц: 'C', Ғ: 'GJ', Ѓ: 'GJ' } },
  // Bulgarian as the table has it.
  { letters: { Щ: 'SHT' } },
  // Bulgarian as passports have it: Transliteration Act of 2009, articles 4 and 5.
  {
    letters: { Й: 'Y', Х: 'H', Щ: 'SHT', Ъ: 'A', Ь: 'Y', Ю: 'YU', Я: 'YA' },
    endings: { ИЯ: 'A' },
  },
];
