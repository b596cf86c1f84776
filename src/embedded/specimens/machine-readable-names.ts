/** The first recommendation of the table in ICAO Doc 9303-3, section 6, where dropping the accent is not it. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  Ä: 'AE',
  Å: 'AA',
  Æ: 'AE',
  Ð: 'D',
  Đ: 'D',
  Ł: 'L',
  Ö: 'OE',
  Ø: 'OE',
  Œ: 'OE',
  ß: 'SS',
  Þ: 'TH',
  Ü: 'UE',
};

/** Room that long family names leave to given names: a quarter of the field. */
const GIVEN_NAMES_SHARE = 0.25;

/**
 * Family name, two fillers, given names, in `length` characters. A name that is too long ends in a letter in the last
 * place (ICAO Doc 9303-3, 4.6): readers then know that more follows.
 */
export function machineReadableNames(names: { familyName: string; givenName: string }, length: number): string {
  const family = transliterate(names.familyName);
  const given = transliterate(names.givenName);
  const whole = given === '' ? family : `${family}<<${given}`;
  return whole.length <= length ? whole.padEnd(length, '<') : cutToLetter(whole, length);
}

/** @param whole names that are longer than `length`, as they would stand in the zone */
function cutToLetter(whole: string, length: number): string {
  const [family = '', given = ''] = whole.split('<<');
  const preferred = length - 2 - Math.min(given.length, Math.round(GIVEN_NAMES_SHARE * length));
  // A little more or less of the family name, until a letter of the given names comes to stand last.
  for (let change = 0; change < length; change++)
    for (const kept of [family.slice(0, preferred + change), family.slice(0, Math.max(1, preferred - change))]) {
      const cut = `${kept}<<${given}`.slice(0, length);
      if (!kept.endsWith('<') && cut.length === length && !cut.endsWith('<')) return cut;
    }
  // Short names give no choice: then a letter less of the longest.
  const shorter = withoutLetterOfLongest(whole);
  return shorter === whole || shorter.length === length ? shorter.slice(0, length) : cutToLetter(shorter, length);
}

function withoutLetterOfLongest(whole: string): string {
  const [longest = ''] = whole.split('<').sort((a, b) => b.length - a.length);
  return longest.length > 1 ? whole.replace(longest, longest.slice(0, -1)) : whole;
}

/** Latin letters to A–Z; apostrophes vanish, everything else but digits becomes a filler (ICAO Doc 9303-3, 4.6 and 6). */
export function transliterate(name: string): string {
  return [...name.normalize('NFC').toUpperCase()]
    .map((letter) => REPLACEMENTS[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/\p{Mn}|['’]/gu, '')
    .replace(/[^A-Z0-9]+/g, '<');
}
